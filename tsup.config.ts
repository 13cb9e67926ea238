import { readFileSync, writeFileSync } from 'node:fs';
import { defineConfig } from 'tsup';

/** ESM-only packages, which a CommonJS build cannot require: they are bundled, and their licences go along. */
const bundled = ['p-retry', 'is-network-error'];

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    'aws/index': 'src/aws/index.ts',
    'postgres/index': 'src/postgres/index.ts',
    'local/index': 'src/local/index.ts',
  },
  format: ['esm', 'cjs'],
  platform: 'node',
  target: 'node20',
  tsconfig: 'tsconfig.build.json',
  // In CommonJS too: without it every subpath carries a copy of every class of its own.
  splitting: true,
  // tsup sets baseUrl for the declarations, which TypeScript 6 deprecates.
  dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
  clean: true,
  noExternal: bundled,
  onSuccess: async () => {
    const notices = bundled.map((name) => {
      const directory = `node_modules/${name}`;
      const { version } = JSON.parse(readFileSync(`${directory}/package.json`, 'utf8')) as { readonly version: string };
      return `${name} ${version}\n\n${readFileSync(`${directory}/license`, 'utf8').trim()}\n`;
    });
    const heading = 'This package contains the following packages, each under its own licence.\n';
    writeFileSync('dist/THIRD-PARTY-NOTICES.txt', [heading, ...notices].join('\n---\n\n'));
  },
});
