import { describe, expect, it } from 'vitest';
import { createDump } from '../../src/backup/create-dump.js';
import { manifestKeyOf } from '../../src/backup/dump-manifest.js';
import { sweepUnfinishedDumps } from '../../src/backup/sweep-unfinished-dumps.js';
import { isBackupError } from '../../src/core/errors.js';
import type { DumpRequest } from '../../src/ports/postgres.js';
import { relation } from './fakes/fake-postgres.js';
import { coded } from './fakes/fake-rds.js';
import { type FakeSystem, fakeSystem } from './fakes/fake-system.js';
import { abortReason, everyFault } from './fakes/faulty.js';

const stem = 'manual/2025/11/09/zephyr-backup-20251109-140000';
const parallel = { workers: 2 };

function expectNothingRunning(fake: FakeSystem, when = ''): void {
  expect(fake.postgres.open.size, `${when}: open connections`).toBe(0);
  expect(
    fake.postgres.dumps.filter(({ stream }) => !stream.closed),
    `${when}: running pg_dumps`,
  ).toEqual([]);
}

/** Makes the pg_dump fail whose request matches. */
function failWhere(fake: FakeSystem, matches: (request: DumpRequest) => boolean): void {
  const { dump } = fake.postgres.tools;
  Object.assign(fake.postgres.tools, {
    dump: (...[target, request, call]: Parameters<typeof dump>) => {
      fake.postgres.dumpFailure = matches(request) ? coded('dump-failed') : undefined;
      return dump(target, request, call);
    },
  });
}

describe('createDump in parallel', () => {
  it('reads every archive in one snapshot and writes one manifest, last, that names them all', async () => {
    const fake = fakeSystem();
    const dump = await createDump(fake.system, { parallel });
    const keys = [`${stem}.schema.dump`, `${stem}.data-1.dump`, `${stem}.data-2.dump`, `${stem}.data-3.dump`];
    expect(dump.id).toBe(`${stem}.dump`);
    expect(dump.manifest.archives.map(({ key, content, tables }) => [key, content, tables])).toEqual([
      [keys[0], 'schema', undefined],
      [keys[1], 'data', ['public.polls']],
      [keys[2], 'data', ['public.votes']],
      [keys[3], 'data', []],
    ]);
    expect([...fake.store.objects.keys()].sort()).toEqual([...keys, `${stem}.manifest.json`].sort());
    expect([...fake.store.objects.keys()].at(-1)).toBe(`${stem}.manifest.json`);
    expect(dump.manifest.sizeBytes).toBe(4 * 200_005);
    expect(new Set(fake.postgres.dumps.map(({ request }) => request.snapshot)).size).toBe(1);
    expect(dump.manifest.fingerprint?.tables).toHaveLength(2);
    expectNothingRunning(fake);
  });

  it('reports the bytes of all archives together', async () => {
    const fake = fakeSystem();
    const bytes: number[] = [];
    const { manifest } = await createDump(
      fake.system,
      { parallel },
      { onProgress: (event) => (event.phase === 'dumping' ? bytes.push(event.bytes ?? -1) : undefined) },
    );
    expect(bytes).toEqual([...bytes].sort((a, b) => a - b));
    expect(bytes.at(-1)).toBe(manifest.sizeBytes);
  });

  it.each([1, 0, 9, 2.5, Number.NaN])('refuses %d workers before any call', async (workers) => {
    const fake = fakeSystem();
    await expect(createDump(fake.system, { parallel: { workers } })).rejects.toMatchObject({
      code: 'invalid-input',
      field: 'parallel.workers',
    });
    expect(fake.faults.calls).toEqual([]);
  });

  it.each<[string, (request: DumpRequest) => boolean]>([
    ['definitions', ({ sections }) => sections?.includes('pre-data') === true],
    ['first table', ({ tables }) => tables?.includes('public.polls') === true],
    ['second table', ({ tables }) => tables?.includes('public.votes') === true],
    ['rest', ({ excludedTables }) => excludedTables !== undefined],
  ])('leaves none of the archives where that of the %s fails', async (_what, matches) => {
    const fake = fakeSystem();
    failWhere(fake, matches);
    await expect(createDump(fake.system, { parallel })).rejects.toMatchObject({ code: 'dump-failed' });
    expect([...fake.store.objects.keys()]).toEqual([]);
    expectNothingRunning(fake);
  });

  it('leaves a whole dump or nothing, whatever goes wrong at whichever call', async () => {
    const quiet = fakeSystem();
    await createDump(quiet.system, { parallel });
    const calls = quiet.faults.calls.length;
    expect(calls).toBeGreaterThan(15);
    for (const fault of everyFault) {
      for (let at = 1; at <= calls; at += 1) {
        const fake = fakeSystem();
        const abort = new AbortController();
        fake.faults.arm(at, fault, abort);
        const when = `${fault} at call ${at}, ${quiet.faults.calls[at - 1]}`;
        const dump = await createDump(fake.system, { parallel }, { signal: abort.signal }).catch((error: unknown) => {
          expect(isBackupError(error) || error === abortReason, `${when}: ${String(error)}`).toBe(true);
          return undefined;
        });
        expect(fake.store.objects.size, when).toBe(dump === undefined ? 0 : dump.manifest.archives.length + 1);
        expectNothingRunning(fake, when);
      }
    }
  });

  it('whose process was killed is found by the sweep, every archive of it, and a whole one is spared', async () => {
    const fake = fakeSystem();
    const whole = await createDump(fake.system, { parallel });
    fake.clock.advance(1_000);
    const killed = await createDump(fake.system, { parallel });
    await fake.store.delete({ key: manifestKeyOf(killed.id) });
    fake.clock.advance(2 * 86_400_000);
    const { deletedArchives } = await sweepUnfinishedDumps(fake.system);
    expect([...deletedArchives].sort()).toEqual(killed.manifest.archives.map(({ key }) => key).sort());
    expect(fake.store.objects.size).toBe(whole.manifest.archives.length + 1);
  });

  it('names odd tables so that they are found again', async () => {
    const fake = fakeSystem();
    fake.postgres.relations = [relation('a.b', { schema: 'we"ird' })];
    const { manifest } = await createDump(fake.system, { parallel, fingerprint: false });
    expect(manifest.archives[1]?.tables).toEqual(['"we""ird"."a.b"']);
  });
});
