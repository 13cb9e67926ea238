import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { defineConfig, type Options } from 'tsup';

/** What package.json exports. */
export const subpaths = {
  index: 'src/index.ts',
  'aws/index': 'src/aws/index.ts',
  'postgres/index': 'src/postgres/index.ts',
  'redis/index': 'src/redis/index.ts',
  'local/index': 'src/local/index.ts',
};

/** What package.json names as its programs. */
const commands = { 'bin/zephyr-local-region': 'bin/zephyr-local-region.ts' };

/** A module of the layers that the root consists of, rather than of an adapter. */
const capability = /^src\/(?!(?:aws|postgres|redis|local)\/)/;

/** ESM-only packages, which a CommonJS build cannot require: they are bundled, and their licences go along. */
const bundled = ['p-retry', 'is-network-error'];

export default defineConfig({
  entry: { ...subpaths, ...separateRetention(), ...commands },
  format: ['esm', 'cjs'],
  platform: 'node',
  target: 'node20',
  tsconfig: 'tsconfig.build.json',
  // In CommonJS too: without it every subpath carries a copy of every class of its own.
  splitting: true,
  esbuildPlugins: [joinDoors()],
  // tsup sets baseUrl for the declarations, which TypeScript 6 deprecates.
  dts: { entry: subpaths, compilerOptions: { ignoreDeprecations: '6.0' } },
  clean: true,
  // Said outright, because tsup bundles whatever is only a devDependency.
  external: [/^@aws-sdk\//, /^@smithy\//],
  noExternal: bundled,
  onSuccess: async () => {
    rmSync('dist/parts', { recursive: true });
    // A program needs no second form.
    for (const name of Object.keys(commands)) rmSync(`dist/${name}.cjs`);
    writeNotices();
  },
});

/**
 * Two more entries, retention and all the rest, so that each gets a file of its own and dist/index.js only passes on: then
 * `import { RetentionPolicy }` lets a bundler leave the rest unread. One file for each module would go further, but Node
 * would take three times as long to load the root.
 */
function separateRetention(): Record<string, string> {
  const statements = readFileSync(subpaths.index, 'utf8').split(/(?<=;\n)/);
  const rest = statements.filter((statement) => !statement.includes("from './retention/"));
  const path = '.tmp/all-but-retention.ts';
  mkdirSync('.tmp', { recursive: true });
  writeFileSync(path, rest.join('').replaceAll("from './", "from '../src/"));
  return { 'parts/rest': path, 'parts/retention': 'src/retention/retention-policy.ts' };
}

/**
 * What the root loads at the first call becomes one file, whichever call it is. By itself a bundler makes one of every
 * combination of doors that modules lie behind: a hundred, of which importing the root loads nearly forty, and gains nothing.
 */
function joinDoors(): NonNullable<Options['esbuildPlugins']>[number] {
  const rooms = roomsBehindDoors();
  const names = [...rooms].map(([room, asked]) => `export { ${[...asked].join(', ')} } from './${room}';`);
  return {
    name: 'join-doors',
    setup(build) {
      build.onResolve({ filter: /^\.{1,2}\// }, ({ kind, path, resolveDir }) => {
        const room = join(resolveDir, path)
          .slice(process.cwd().length + 1)
          .replace(/\.js$/, '.ts');
        if (kind !== 'dynamic-import' || !capability.test(room)) return undefined;
        if (!rooms.has(room)) return { errors: [{ text: `write the door to ${room} as the others are` }] };
        return { path: 'at-first-call', namespace: 'doors' };
      });
      build.onLoad({ filter: /./, namespace: 'doors' }, () => ({
        contents: names.join('\n'),
        loader: 'ts',
        resolveDir: process.cwd(),
      }));
    },
  };
}

/** By path of the module the names that are asked of it: `const { drill } = await import('./drill/drill.js');`. */
function roomsBehindDoors(): ReadonlyMap<string, ReadonlySet<string>> {
  const rooms = new Map<string, Set<string>>();
  for (const path of readdirSync('src', { recursive: true, encoding: 'utf8' }).map((each) => join('src', each))) {
    if (!path.endsWith('.ts') || !capability.test(path)) continue;
    const doors = readFileSync(path, 'utf8').matchAll(/const \{ ([\w, ]+) \} = await import\('([^']+)\.js'\);/g);
    for (const [, names = '', to = ''] of doors) {
      const room = join(dirname(path), `${to}.ts`);
      rooms.set(room, new Set([...(rooms.get(room) ?? []), ...names.split(', ')]));
    }
  }
  return rooms;
}

function writeNotices(): void {
  const notices = bundled.map((name) => {
    const directory = `node_modules/${name}`;
    const { version } = JSON.parse(readFileSync(`${directory}/package.json`, 'utf8')) as { readonly version: string };
    return `${name} ${version}\n\n${readFileSync(`${directory}/license`, 'utf8').trim()}\n`;
  });
  const heading = 'This package contains the following packages, each under its own licence.\n';
  writeFileSync('dist/THIRD-PARTY-NOTICES.txt', [heading, ...notices].join('\n---\n\n'));
}
