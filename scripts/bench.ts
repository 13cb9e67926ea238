import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/*
 * `npm run bench`: every measurement of test/bench, one after the other, so that none disturbs another. Names as arguments
 * choose: `npm run bench -- retention import`. Prints what each prints, then one table of all ratios, then one line of JSON.
 * Fails if one of them fails; a goal that is missed is for people to judge, because a busy machine misses them too.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const chosen = process.argv.slice(2);
const suffix = '.bench.ts';
const names = readdirSync(`${root}test/bench`)
  .filter((file) => file.endsWith(suffix))
  .map((file) => file.slice(0, -suffix.length))
  .filter((name) => chosen.length === 0 || chosen.includes(name))
  .sort();

interface Measured {
  readonly code: number | null;
  readonly seconds: number;
  readonly output: string;
}

function run(name: string): Promise<Measured> {
  const started = performance.now();
  const child = spawn(process.execPath, ['--import', 'tsx', `test/bench/${name}${suffix}`], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    process.stdout.write(text);
  });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      resolve({ code, seconds: Math.round((performance.now() - started) / 100) / 10, output });
    });
  });
}

/** What a measurement printed as JSON, a line each. */
function printed(output: string): readonly unknown[] {
  return output.split('\n').flatMap((line): readonly unknown[] => {
    try {
      return line.startsWith('{') ? [JSON.parse(line)] : [];
    } catch {
      // A line that only begins like one.
      return [];
    }
  });
}

/** The rows in it that say how much of a baseline something takes, wherever they stand. */
function ratiosIn(value: unknown): readonly object[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('ratio' in value && typeof value.ratio === 'number') return [value];
  return Object.values(value).flatMap(ratiosIn);
}

const results: object[] = [];
const table: object[] = [];
for (const name of names) {
  console.log(`\n${name}`);
  const { code, seconds, output } = await run(name);
  const rows = printed(output);
  results.push({ name, code, seconds, rows });
  if (code !== 0) process.exitCode = 1;
  const ratios = ratiosIn(rows) as readonly {
    readonly bench?: string;
    readonly ratio: number;
    readonly goal?: unknown;
  }[];
  for (const { bench, ratio, goal } of ratios) table.push({ name, bench, ratio, goal, seconds });
  if (ratios.length === 0) table.push({ name, bench: code === 0 ? 'see above' : `failed with ${code}`, seconds });
}
if (names.length === 0) {
  console.error(`there is no measurement named ${chosen.join(', ')}`);
  process.exitCode = 1;
} else {
  console.log();
  console.table(table);
  console.log(JSON.stringify({ results }));
}
