import { strict as assert } from 'node:assert';
import { Transform } from 'node:stream';
import { BackupClient } from '../../src/backup/backup-client.js';
import type { ObjectStorePort } from '../../src/ports/object-store.js';
import { createMemoryJournal } from '../../src/restore/execution/memory-journal.js';
import { RestorePlanner } from '../../src/restore/restore-planner.js';
import type { System } from '../../src/system/define-system.js';
import { measure, median, startBenchRegion } from './bench-region.js';

/**
 * One table of a dump in several archives, restored alone, against the restore of the whole: bytes read from the archive, and time. The
 * goal is bytes in proportion to the table: its own archive and the definitions. ROWS and RUNS set the size.
 */
const rows = Number(process.env.ROWS ?? 500_000);
const runs = Number(process.env.RUNS ?? 3);

const zephyr = await startBenchRegion(rows);
try {
  const dump = await new BackupClient(zephyr.system).createDump({ reason: 'bench', parallel: { workers: 2 } });
  let bytes = 0;
  const system: System = {
    ...zephyr.system,
    aws: {
      ...zephyr.system.aws,
      objectStore: (place): ObjectStorePort => {
        const store = zephyr.system.aws.objectStore(place);
        return {
          ...store,
          get: async (...given) => {
            const found = await store.get(...given);
            const meter = new Transform({
              transform: (chunk: Buffer, _encoding, done) => {
                bytes += chunk.length;
                done(null, chunk);
              },
            });
            found.body.on('error', (error) => meter.destroy(error));
            meter.on('close', () => found.body.destroy());
            return { ...found, body: found.body.pipe(meter) };
          },
        };
      },
    },
  };
  const planner = new RestorePlanner(system);
  let made = 0;
  const restore = async (tables: readonly string[] | undefined): Promise<number> => {
    made += 1;
    bytes = 0;
    const database = `bench_${made}`;
    const plan = await planner.planDumpRestore({ dump: dump.id, into: { database }, tables, proveEqual: true });
    const outcome = await planner.execute(plan, { approve: plan.hash, journal: createMemoryJournal() });
    assert.equal(outcome.checks?.verdict, 'passed');
    await zephyr.sql(`DROP DATABASE ${database} WITH (FORCE)`, 'postgres');
    return bytes;
  };
  const names = dump.manifest.archives.flatMap(({ tables = [] }) => tables);
  const table = [];
  for (const name of names) {
    const whole: number[] = [];
    const alone: number[] = [];
    let read = { whole: 0, alone: 0 };
    for (let round = 0; round < runs; round += 1) {
      const first = await measure(() => restore(undefined));
      const second = await measure(() => restore([name]));
      whole.push(first.milliseconds);
      alone.push(second.milliseconds);
      read = { whole: first.result, alone: second.result };
    }
    const own = dump.manifest.archives.find(({ tables }) => tables?.includes(name))?.sizeBytes ?? 0;
    table.push({
      bench: `one table: ${name}`,
      baselineMilliseconds: Math.round(median(whole)),
      milliseconds: Math.round(median(alone)),
      bytesRead: Number((read.alone / read.whole).toFixed(3)),
      archive: Number((own / dump.manifest.sizeBytes).toFixed(3)),
    });
  }
  console.table(table);
  console.log(JSON.stringify({ rows, runs, table }));
} finally {
  await zephyr.close();
}
