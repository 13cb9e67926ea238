import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ensureTools } from './ensure-tools.js';

/** `npm test`: sees to the programs that the tests run, then runs all tests with coverage; arguments go to vitest instead. */
const chosen = process.argv.slice(2);
const root = fileURLToPath(new URL('..', import.meta.url));
mkdirSync(`${root}.tmp`, { recursive: true });

const { leftOut } = await ensureTools({
  need: ['postgres-server', 'postgres-client', 'redis-server'],
  log: (line) => console.error(line),
});
if (leftOut.length > 0) console.error('The tests that need what is missing will fail, not be skipped.');

const vitest = spawn(
  process.execPath,
  [
    fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url)),
    'run',
    '--reporter=default',
    '--reporter=json',
    '--outputFile.json=.tmp/test-results.json',
    ...(chosen.length === 0 ? ['--coverage'] : chosen),
  ],
  { cwd: root, stdio: 'inherit' },
);
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => vitest.kill(name));
vitest.on('close', (code, signal) => {
  process.exitCode = signal === null ? (code ?? 1) : 1;
});
