import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageVersion } from '../../src/core/version.js';
import { subpaths as built } from '../../tsup.config.js';
import { readModules, root } from './source-files.js';

interface Manifest {
  readonly version: string;
  readonly main: string;
  readonly types: string;
  readonly sideEffects: boolean;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly typesVersions: { readonly '*': Readonly<Record<string, readonly string[]>> };
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const readText = (path: string): string => readFileSync(join(root, path), 'utf8');
const readJson = <T>(path: string): T => JSON.parse(readText(path)) as T;
const manifest = readJson<Manifest>('package.json');
/** `''` for the root, else the folder. */
const subpaths = Object.keys(manifest.exports)
  .filter((name) => name !== './package.json')
  .map((name) => name.replace(/^\.\/?/, ''));
const folderOf = (subpath: string): string => (subpath === '' ? '' : `${subpath}/`);

describe('the subpaths of the package', () => {
  it('are the front door and its adapters', () => {
    expect(subpaths).toEqual(['', 'aws', 'postgres', 'redis', 'local']);
    expect(manifest.exports['./package.json']).toBe('./package.json');
  });

  it.each(subpaths)('"%s" serves ESM and CommonJS, each with types of its own', (subpath) => {
    const stem = `./dist/${folderOf(subpath)}index`;
    expect(manifest.exports[subpath === '' ? '.' : `./${subpath}`]).toEqual({
      import: { types: `${stem}.d.ts`, default: `${stem}.js` },
      require: { types: `${stem}.d.cts`, default: `${stem}.cjs` },
    });
  });

  it.each(subpaths)('"%s" has a source', (subpath) => {
    expect(existsSync(join(root, 'src', folderOf(subpath), 'index.ts'))).toBe(true);
  });

  it('have types where exports are not read, as in ts-node', () => {
    expect(manifest).toMatchObject({ main: './dist/index.cjs', types: './dist/index.d.cts' });
    expect(manifest.typesVersions).toEqual({
      '*': Object.fromEntries(subpaths.filter(Boolean).map((name) => [name, [`./dist/${name}/index.d.cts`]])),
    });
  });

  it('are what is built, documented and held to a size', async () => {
    expect(built).toEqual(
      Object.fromEntries(subpaths.map((name) => [`${folderOf(name)}index`, `src/${folderOf(name)}index.ts`])),
    );
    const { entryPoints } = readJson<{ readonly entryPoints: readonly string[] }>('typedoc.json');
    expect(entryPoints).toEqual(Object.values(built));
    const { default: budgets } = (await import(join(root, '.size-limit.js'))) as {
      default: readonly { readonly path: string; readonly import?: string; readonly limit: string }[];
    };
    const whole = budgets.filter((each) => each.import === undefined).map(({ path }) => path);
    expect([...new Set(whole)]).toEqual(subpaths.map((name) => `dist/${folderOf(name)}index.js`));
    expect(budgets.find((each) => each.import === '{ RetentionPolicy }')?.limit).toBe('3 kB');
  });
});

describe('the package', () => {
  it('is of the version that it says to be', () => {
    expect(packageVersion).toBe(manifest.version);
    expect(readText('CHANGELOG.md')).toMatch(/^## \[(?:Unreleased|\d+\.\d+\.\d+)\]/m);
    expect(manifest.sideEffects).toBe(false);
  });

  it('names every package that its sources import, and no other', () => {
    const packageOf = (name: string): string =>
      name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/');
    const imported = readModules()
      .flatMap(({ arrows }) => arrows.map(({ to }) => to))
      .filter((to) => !/^(?:src\/|node:)/.test(to))
      .map(packageOf);
    // Bundled, because they are ESM only: tsup.config.ts.
    const bundled = ['p-retry'];
    const installed = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
    expect([...new Set(imported)].sort()).toEqual([...new Set([...installed, ...bundled])].sort());
  });

  it('leaves the SDK to the application, in any release of version 3', () => {
    const clients = Object.entries(manifest.peerDependencies);
    expect(clients.length).toBeGreaterThan(2);
    expect(clients.filter(([name, range]) => !name.startsWith('@aws-sdk/') || range !== '^3')).toEqual([]);
  });

  it('pins what it is developed with', () => {
    const loose = Object.entries(manifest.devDependencies).filter(
      ([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version),
    );
    expect(loose).toEqual([]);
  });
});

describe('error codes', () => {
  const codes = [...readText('src/core/error-codes.ts').matchAll(/^ {2}\| '([a-z-]+)'/gm)].map(([, code]) => code);
  const headings = [...readText('docs/errors.md').matchAll(/^### (.+)$/gm)].map(([, heading]) => heading);

  it('each have a heading in docs/errors.md, and every heading is a code', () => {
    expect(codes.length).toBeGreaterThan(40);
    expect(headings).toEqual(codes);
  });

  it('are each used somewhere', () => {
    const sources = readModules()
      .filter(({ path }) => path !== 'src/core/error-codes.ts')
      .map(({ ast }) => ast.text)
      .join('\n');
    expect(codes.filter((code) => !sources.includes(`'${code}'`))).toEqual([]);
  });
});
