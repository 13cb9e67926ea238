import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { measure, median } from './bench-region.js';

/** Importing the built root against node's own start, interleaved, in both module systems; nothing of an SDK or a driver may be loaded. */
const runs = Number(process.env.RUNS ?? 15);
const run = promisify(execFile);
const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
assert.ok(existsSync(`${dist}index.js`) && existsSync(`${dist}index.cjs`), 'build the package first: npm run build');

const loaded =
  "console.log(JSON.stringify(Object.keys(require('node:module')._cache).filter((path) => /@aws-sdk|@smithy|node_modules.pg/.test(path))))";
const scripts = {
  nodeCjs: ['--eval', '0'],
  nodeEsm: ['--input-type=module', '--eval', '0'],
  esm: ['--input-type=module', '--eval', `import ${JSON.stringify(`${dist}index.js`)};`],
  cjs: ['--eval', `require(${JSON.stringify(`${dist}index.cjs`)});`],
} as const;
const times: Record<keyof typeof scripts, number[]> = { nodeCjs: [], nodeEsm: [], esm: [], cjs: [] };
const start = (args: readonly string[]): Promise<{ readonly stdout: string }> => run(process.execPath, [...args]);

for (let round = -1; round < runs; round += 1) {
  for (const way of Object.keys(scripts) as (keyof typeof scripts)[]) {
    const { milliseconds } = await measure(() => start(scripts[way]));
    // The first round fills the file cache.
    if (round >= 0) times[way].push(milliseconds);
  }
}
const asked = [
  await start(['--eval', `require(${JSON.stringify(`${dist}index.cjs`)}); ${loaded}`]),
  await start(['--eval', `import(${JSON.stringify(`${dist}index.js`)}).then(() => { ${loaded} })`]),
];
for (const { stdout } of asked) assert.deepEqual(JSON.parse(stdout), []);

const table = (['esm', 'cjs'] as const).map((way) => {
  const [baseline, measured] = [median(times[way === 'esm' ? 'nodeEsm' : 'nodeCjs']), median(times[way])];
  return {
    bench: `import of the root, ${way}`,
    nodeMilliseconds: Math.round(baseline),
    milliseconds: Math.round(measured),
    extraMilliseconds: Math.round(measured - baseline),
    // On a slow machine the milliseconds say little, the ratio does.
    ratio: Number((measured / baseline).toFixed(3)),
    goalMilliseconds: 15,
  };
});
console.table(table);
console.log(JSON.stringify({ runs, table }));
