import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/*
 * The package as somebody gets it: packed, installed into an empty directory with its peers, and used from ESM, CommonJS,
 * tsx and ts-node, and on every version of Node that it says to support. Needs dist: `npm run build`.
 *
 * The binaries of Node are kept in ZEPHYR_NODE_CACHE (default ~/.cache/zephyr-backup/node), some 190 MB each.
 */

const root = fileURLToPath(new URL('../../', import.meta.url));
const nodeVersions = [20, 22, 24];
const { devDependencies, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
};

/** The settings that npm hands to its scripts are about this project, not about the consumer. */
const environment = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.toLowerCase().startsWith('npm_'))),
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};

async function run(cwd: string, program: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args, {
    cwd,
    env: environment,
    maxBuffer: 2 ** 26,
    timeout: 300_000,
  });
  return stdout;
}

const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
const pinned = (name: string): string => `${name}@${devDependencies[name]}`;

async function packInto(directory: string): Promise<string> {
  const output = await run(root, 'npm', 'pack', '--json', '--loglevel=error', '--pack-destination', directory);
  const [packed] = JSON.parse(output) as readonly {
    readonly filename: string;
    readonly files: readonly { readonly path: string }[];
  }[];
  const strays = packed?.files
    .map(({ path }) => path)
    .filter((path) => !/^(?:dist\/|package\.json$|README\.md$|LICENSE$|CHANGELOG\.md$)/.test(path));
  if (packed === undefined || strays === undefined || strays.length > 0) throw new Error(`the package holds ${strays}`);
  for (const needed of ['LICENSE', 'README.md', 'dist/THIRD-PARTY-NOTICES.txt', 'dist/index.d.cts']) {
    if (!packed.files.some(({ path }) => path === needed)) throw new Error(`the package lacks ${needed}`);
  }
  return join(directory, packed.filename);
}

async function installConsumer(directory: string, tarball: string): Promise<void> {
  cpSync(join(root, 'test/package/consumer'), directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), '{ "name": "consumer", "private": true }\n');
  const tools = ['typescript', 'tsx', 'ts-node', '@types/node'].map(pinned);
  await run(directory, 'npm', ...install, tarball, ...Object.keys(peerDependencies).map(pinned), ...tools);
}

function writeTsconfig(directory: string, name: string, compilerOptions: object): void {
  const common = { strict: true, noEmit: true, target: 'ES2022', types: ['node'], esModuleInterop: true };
  writeFileSync(
    join(directory, name),
    JSON.stringify({ compilerOptions: { ...common, ...compilerOptions }, files: ['use.ts'] }),
  );
}

/** The package's program: it starts, says where it is, answers, and ends when it is asked to. */
async function useProgram(directory: string): Promise<void> {
  const program = join(directory, 'node_modules/.bin/zephyr-local-region');
  const child = spawn(program, ['--json', '--bucket', 'backups'], {
    cwd: directory,
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  const { endpoint } = JSON.parse(String(line)) as { readonly endpoint: string };
  const { status } = await fetch(`${endpoint}/backups`, { method: 'HEAD' });
  child.kill('SIGTERM');
  const [code, signal] = await once(child, 'exit');
  if (status !== 200 || code !== 0) throw new Error(`answered ${status}, ended with ${code ?? signal}`);
}

/** Binaries of Node, fetched once. */
async function findNodes(): Promise<readonly (readonly [version: number, binary: string])[]> {
  const cache = process.env.ZEPHYR_NODE_CACHE ?? join(homedir(), '.cache/zephyr-backup/node');
  const found: (readonly [number, string])[] = [];
  for (const version of nodeVersions) {
    const directory = join(cache, `${version}`);
    const binary = join(directory, 'node_modules/node/bin/node');
    if (!existsSync(binary)) {
      mkdirSync(directory, { recursive: true });
      const name = `node-${process.platform}-${process.arch}`;
      await run(directory, 'npm', ...install, '--ignore-scripts', '--prefix', directory, `node@npm:${name}@${version}`);
    }
    found.push([version, binary]);
  }
  return found;
}

async function main(): Promise<boolean> {
  if (!existsSync(join(root, 'dist/index.js'))) throw new Error('there is no dist: run `npm run build` first');
  const directory = mkdtempSync(join(tmpdir(), 'zephyr-package-'));
  let failed = 0;
  const check = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
      console.log(`ok      ${name}`);
    } catch (error) {
      failed += 1;
      const { stderr = '', stdout = '' } = error as { readonly stderr?: string; readonly stdout?: string };
      console.log(`FAILED  ${name}\n${error instanceof Error ? error.message : error}\n${stdout}${stderr}`);
    }
  };
  try {
    const tarball = await packInto(directory);
    const app = join(directory, 'app');
    mkdirSync(app);
    await installConsumer(app, tarball);
    console.log(`installed ${readdirSync(join(app, 'node_modules')).length} packages beside the tarball`);
    writeTsconfig(app, 'tsconfig.json', { module: 'NodeNext', moduleResolution: 'NodeNext' });
    writeTsconfig(app, 'tsconfig.bundler.json', { module: 'ESNext', moduleResolution: 'Bundler' });
    writeTsconfig(app, 'tsconfig.node10.json', {
      module: 'CommonJS',
      moduleResolution: 'Node10',
      ignoreDeprecations: '6.0',
    });

    for (const config of ['tsconfig.json', 'tsconfig.bundler.json', 'tsconfig.node10.json']) {
      await check(`types under ${config}`, () =>
        run(app, process.execPath, 'node_modules/typescript/bin/tsc', '-p', config),
      );
    }
    await check('zephyr-local-region', () => useProgram(app));
    await check('tsx', () => run(app, process.execPath, '--import', 'tsx', 'use.ts'));
    await check('ts-node', () =>
      run(app, process.execPath, 'node_modules/ts-node/dist/bin.js', '--project', 'tsconfig.node10.json', 'use.ts'),
    );
    for (const [version, binary] of await findNodes()) {
      const name = (await run(app, binary, '--version')).trim();
      if (!name.startsWith(`v${version}.`)) throw new Error(`${binary} is ${name}`);
      await check(`ESM on Node ${name}`, () => run(app, binary, 'use.mjs'));
      await check(`CommonJS on Node ${name}`, () => run(app, binary, 'use.cjs'));
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  console.log(failed === 0 ? 'the package works' : `${failed} failed`);
  return failed === 0;
}

process.exitCode = (await main()) ? 0 : 1;
