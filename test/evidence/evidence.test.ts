import { describe, expect, it } from 'vitest';
import { evidenceKinds } from '../../src/evidence/evidence-key.js';
import { type EvidenceRecord, evidenceKey, serializeEvidence } from '../../src/evidence/evidence-record.js';
import { type EvidenceFilter, listEvidence } from '../../src/evidence/list-evidence.js';
import { readEvidence } from '../../src/evidence/read-evidence.js';
import { writeEvidence } from '../../src/evidence/write-evidence.js';
import type { System } from '../../src/system/define-system.js';
import { coded } from '../backup/fakes/fake-rds.js';
import { fakeSystem } from '../backup/fakes/fake-system.js';

const record = (at: string, more: Partial<EvidenceRecord> = {}): EvidenceRecord => ({
  kind: 'drill',
  at: new Date(at),
  subject: 'zephyr-production-db',
  verdict: 'passed',
  body: { minutes: 17, checks: [{ check: 'rows' }] },
  ...more,
});

async function listed(system: System, filter: EvidenceFilter = {}): Promise<string[]> {
  const found: string[] = [];
  for await (const { kind, at } of listEvidence(system, filter)) found.push(`${kind} ${at.toISOString().slice(0, 19)}`);
  return found;
}

describe('writeEvidence and readEvidence', () => {
  it('keep a record and give it back', async () => {
    const { system, store } = fakeSystem();
    const kept = record('2025-11-09T14:25:00.123Z');
    const { key } = await writeEvidence(system, kept);
    expect(await readEvidence(system, key)).toEqual(kept);
    expect(store.objects.get(key)?.options).toMatchObject({
      contentType: 'application/json',
      onlyIf: { absent: true },
    });
  });

  it('keep it once, however often it is written', async () => {
    const { system, store, faults } = fakeSystem();
    const { key } = await writeEvidence(system, record('2025-11-09T14:25:00Z'));
    expect(await writeEvidence(system, record('2025-11-09T14:25:00Z'))).toEqual({ key });
    faults.arm(1, 'loses-answer');
    await expect(writeEvidence(system, record('2025-11-09T14:26:00Z'))).rejects.toMatchObject({ retryable: true });
    await writeEvidence(system, record('2025-11-09T14:26:00Z'));
    expect(store.objects.size).toBe(2);
  });

  it('encrypt it with the archive’s key', async () => {
    const { systemWith, store } = fakeSystem();
    const system = systemWith({ archive: { bucket: 'zephyr-backups', kmsKey: 'alias/backups' } });
    const { key } = await writeEvidence(system, record('2025-11-09T14:25:00Z'));
    expect(store.objects.get(key)?.options.encryption).toEqual({ kmsKey: 'alias/backups' });
  });

  it('refuse what cannot be kept, before any call', async () => {
    const { system, withoutArchive, store } = fakeSystem();
    const write = (more: Partial<EvidenceRecord>, on = system) =>
      writeEvidence(on, record('2025-11-09T14:25:00Z', more));
    await expect(write({ at: new Date(Number.NaN) })).rejects.toMatchObject({ code: 'invalid-input', field: 'at' });
    await expect(write({ subject: '' })).rejects.toMatchObject({ code: 'invalid-input', field: 'subject' });
    await expect(write({}, withoutArchive)).rejects.toMatchObject({ code: 'invalid-input', field: 'archive' });
    expect(store.objects.size).toBe(0);
  });

  it('find nothing where nothing is, and refuse keys of other things', async () => {
    const { system, withoutArchive, store } = fakeSystem();
    const key = evidenceKey('drill', new Date(0), 'x');
    expect(await readEvidence(system, key)).toBeUndefined();
    expect(await readEvidence(withoutArchive, key)).toBeUndefined();
    await expect(readEvidence(system, 'manual/x.dump')).rejects.toMatchObject({ code: 'invalid-input', field: 'key' });
    store.get = async () => {
      throw coded('access-denied');
    };
    await expect(readEvidence(system, key)).rejects.toMatchObject({ code: 'access-denied' });
  });

  it.each([
    ['is not JSON', 'torn {'],
    ['lacks a version', JSON.stringify({ kind: 'drill' })],
    ['lacks a body', JSON.stringify({ ...record('2025-11-09T14:25:00Z'), version: 1, body: undefined })],
    ['is of an unknown kind', JSON.stringify({ ...record('2025-11-09T14:25:00Z'), version: 1, kind: 'secret' })],
    ['was changed', serializeEvidence(record('2025-11-09T14:25:00Z', { verdict: 'failed' }))],
    ['is far too large', Buffer.alloc(33_554_433, ' ')],
  ])('refuse evidence that %s', async (_what, text) => {
    const { system, store } = fakeSystem();
    const { key } = await writeEvidence(system, record('2025-11-09T14:25:00Z'));
    await store.put(key, text);
    await expect(readEvidence(system, key)).rejects.toMatchObject({ code: 'evidence-invalid', details: { key } });
  });

  it('tell evidence of a later release from what is damaged', async () => {
    const { system, store } = fakeSystem();
    const { key } = await writeEvidence(system, record('2025-11-09T14:25:00Z'));
    await store.put(key, JSON.stringify({ version: 2 }));
    await expect(readEvidence(system, key)).rejects.toMatchObject({ code: 'version-mismatch' });
  });
});

describe('listEvidence', () => {
  it('gives all kinds, oldest first, and no strangers', async () => {
    const { system, store } = fakeSystem();
    const times = ['2025-11-09T14:25:00Z', '2025-11-08T14:25:00Z', '2024-12-31T23:59:59Z', '2025-11-09T14:24:59Z'];
    for (const [index, at] of times.entries())
      await writeEvidence(system, record(at, { kind: index % 2 === 0 ? 'restore' : 'dump-check' }));
    await store.put('evidence/drill/notes.txt', 'hello');
    await store.put('evidence/verified/dump/x/y.json', '{}');
    expect(await listed(system)).toEqual([
      'restore 2024-12-31T23:59:59',
      'dump-check 2025-11-08T14:25:00',
      'dump-check 2025-11-09T14:24:59',
      'restore 2025-11-09T14:25:00',
    ]);
    expect(await listed(system, { kind: 'dump-check' })).toHaveLength(2);
  });

  it('keeps to its bounds: the second of `since` is in, `until` is not', async () => {
    const { system } = fakeSystem();
    for (const at of ['2025-11-09T14:25:00.900Z', '2025-11-09T14:25:01Z', '2025-11-09T14:25:02Z'])
      await writeEvidence(system, record(at));
    const since = new Date('2025-11-09T14:25:00.950Z');
    const until = new Date('2025-11-09T14:25:02Z');
    expect(await listed(system, { since, until })).toEqual(['drill 2025-11-09T14:25:00', 'drill 2025-11-09T14:25:01']);
    expect(await listed(system, { since: until })).toEqual(['drill 2025-11-09T14:25:02']);
  });

  it('lists no further than `until`, and lets go of every listing that is left early', async () => {
    const { system, store } = fakeSystem();
    for (let day = 1; day < 29; day += 1)
      await writeEvidence(system, record(`2025-11-${String(day).padStart(2, '0')}T00:00:00Z`));
    let read = 0;
    let open = 0;
    const { list } = store;
    store.list = async function* (filter, call) {
      open += 1;
      try {
        for await (const object of list(filter, call)) {
          read += 1;
          yield object;
        }
      } finally {
        open -= 1;
      }
    };
    expect(await listed(system, { until: new Date('2025-11-03T00:00:00Z') })).toHaveLength(2);
    expect(read).toBe(3);
    for await (const _ of listEvidence(system)) break;
    expect(open).toBe(0);
  });

  it('finds nothing where there is no archive, and refuses a bad filter before any call', async () => {
    const { system, withoutArchive, faults } = fakeSystem();
    expect(await listed(withoutArchive)).toEqual([]);
    for (const [filter, field] of [
      [{ kind: 'verified' as 'drill' }, 'kind'],
      [{ since: new Date(Number.NaN) }, 'since'],
      [{ until: new Date(Number.NaN) }, 'until'],
    ] as const) {
      await expect(listed(system, filter)).rejects.toMatchObject({ code: 'invalid-input', field });
    }
    expect(faults.calls).toEqual([]);
    expect([...evidenceKinds].sort()).toEqual(evidenceKinds);
  });
});
