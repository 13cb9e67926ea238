import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../src/ports/journal.js';
import { createArchiveJournal } from '../../src/restore/execution/archive-journal.js';
import { type ArchiveBench, openArchiveBench } from './archive-bench.js';

let archive: ArchiveBench;
beforeAll(async () => {
  archive = await openArchiveBench();
});
afterEach(() => archive.region.faults.clear());
afterAll(() => archive.close());

const t = (minute: number): Date => new Date(Date.UTC(2025, 10, 9, 14, minute));
const entry = (kind: string): JournalEntry => ({ at: t(0).toISOString(), planHash: 'p/1', runId: 'r', kind });
const lease = (holder: string, from: number) => ({ planHash: 'p/1', holder, now: t(from), until: t(from + 10) });
const kinds = async (journal = archive.journal('same')): Promise<readonly string[]> =>
  (await journal.read('p/1')).map(({ kind }) => kind);

describe('a journal in the archive', () => {
  it('is read on another machine as it was written here, and goes on there', async () => {
    await archive.journal().append(entry('a'));
    const elsewhere = archive.journal('same');
    await elsewhere.append(entry('b'));
    await elsewhere.append(entry('c'));
    expect(await kinds()).toEqual(['a', 'b', 'c']);
  });

  it('loses no entry where two write at the same time', async () => {
    const one = archive.journal();
    const other = archive.journal('same');
    await one.read('p/1');
    await other.read('p/1');
    await Promise.all([0, 1, 2, 3].flatMap((n) => [one.append(entry(`one ${n}`)), other.append(entry(`other ${n}`))]));
    expect([...(await kinds())].sort()).toEqual([0, 1, 2, 3].flatMap((n) => [`one ${n}`, `other ${n}`]).sort());
  });

  it('keeps more entries than one listing or one look holds, in their order', async () => {
    const journal = archive.journal();
    const written = Array.from({ length: 23 }, (_, index) => `entry ${index}`);
    for (const kind of written) await journal.append(entry(kind));
    expect(await kinds()).toEqual(written);
  });

  it('writes an entry once though the answer to it was lost', async () => {
    const journal = archive.journal();
    await journal.append(entry('a'));
    archive.region.faults.inject({ operation: 'PutObject', call: 1, fault: { kind: 'drop-response' } });
    await journal.append(entry('b'));
    expect(await kinds()).toEqual(['a', 'b']);
  });

  it('gives the lease to one of many that ask at the same time', async () => {
    archive.journal();
    const asked = await Promise.allSettled(
      ['a', 'b', 'c', 'd'].map((holder) => archive.journal('same').acquireLease(lease(holder, 0))),
    );
    const refused = asked.filter((one) => one.status === 'rejected');
    expect(refused).toHaveLength(3);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'journal-busy' });
  });

  it('holds a lease though the answer to it was lost', async () => {
    const journal = archive.journal();
    archive.region.faults.inject({ operation: 'PutObject', call: 1, fault: { kind: 'drop-response' } });
    await journal.acquireLease(lease('one', 0));
    await expect(archive.journal('same').acquireLease(lease('two', 1))).rejects.toMatchObject({ code: 'journal-busy' });
  });

  it('does not give back what has become another’s', async () => {
    const journal = archive.journal();
    await journal.acquireLease(lease('one', 0));
    await archive.journal('same').acquireLease(lease('two', 20));
    await journal.releaseLease(lease('one', 0));
    await expect(journal.acquireLease(lease('one', 21))).rejects.toMatchObject({ details: { holder: 'two' } });
  });

  it('says which object cannot be read', async () => {
    const journal = archive.journal();
    await journal.append(entry('a'));
    await archive.store().put('journals/p%2F1/entries/00000001.json', '{"torn');
    await expect(journal.read('p/1')).rejects.toMatchObject({
      code: 'journal-invalid',
      details: { key: 'journals/p%2F1/entries/00000001.json' },
    });
  });

  it('tells what the store answers', async () => {
    const journal = archive.journal();
    const denied = { kind: 'error', code: 'AccessDenied', status: 403 } as const;
    archive.region.faults.inject({ service: 's3', fault: denied });
    await expect(journal.append(entry('a'))).rejects.toMatchObject({ code: 'access-denied' });
    await expect(journal.acquireLease(lease('one', 0))).rejects.toMatchObject({ code: 'access-denied' });
    await expect(journal.releaseLease(lease('one', 0))).rejects.toMatchObject({ code: 'access-denied' });
  });

  it('needs an archive', () => {
    expect(() => createArchiveJournal({ ...archive.system(), archive: undefined })).toThrowError(
      expect.objectContaining({ code: 'invalid-input', field: 'archive' }),
    );
  });
});
