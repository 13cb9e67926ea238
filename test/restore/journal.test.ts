import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Journal, JournalEntry } from '../../src/ports/journal.js';
import { factText, readProgress } from '../../src/restore/execution/execution-progress.js';
import { createFileJournal } from '../../src/restore/execution/file-journal.js';
import { currentLease, type LeaseRecord } from '../../src/restore/execution/lease-log.js';
import { createMemoryJournal } from '../../src/restore/execution/memory-journal.js';
import { type ArchiveBench, openArchiveBench } from './archive-bench.js';

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zephyr-journal-'));
  path = join(directory, 'journal.jsonl');
});
afterEach(() => rm(directory, { recursive: true, force: true }));
let archive: ArchiveBench;
beforeAll(async () => {
  archive = await openArchiveBench();
});
afterAll(() => archive.close());

const entry = (kind: string, more: Partial<JournalEntry> = {}): JournalEntry => ({
  at: '2025-11-09T14:30:00.000Z',
  planHash: 'p',
  runId: 'r',
  kind,
  ...more,
});
const t = (minute: number): Date => new Date(Date.UTC(2025, 10, 9, 14, minute));

describe.each([
  ['in memory', () => createMemoryJournal()],
  ['in a file', () => createFileJournal(path)],
  ['in the archive', () => archive.journal()],
] as const)('a journal %s', (_name, create) => {
  let journal: Journal;
  beforeEach(() => {
    journal = create();
  });

  it('gives back the entries of one plan in their order, as JSON keeps them', async () => {
    expect(await journal.read('p')).toEqual([]);
    await journal.append(entry('a', { details: { kept: 1, dropped: undefined } }));
    await journal.append(entry('other', { planHash: 'q' }));
    await journal.append(entry('b', { step: 's' }));
    expect(await journal.read('p')).toEqual([entry('a', { details: { kept: 1 } }), entry('b', { step: 's' })]);
  });

  it('has one holder of a plan’s lease at a time, until it ends or is given back', async () => {
    const take = (holder: string, from: number, planHash = 'p') =>
      journal.acquireLease({ planHash, holder, now: t(from), until: t(from + 10) });
    await take('one', 0);
    await expect(take('two', 9)).rejects.toMatchObject({ code: 'journal-busy', details: { holder: 'one' } });
    await take('two', 0, 'q');
    await take('one', 5);
    await expect(take('two', 14)).rejects.toMatchObject({ code: 'journal-busy' });
    await take('two', 15);
    await expect(take('one', 16)).rejects.toMatchObject({ code: 'journal-busy', details: { holder: 'two' } });
    await journal.releaseLease({ planHash: 'p', holder: 'one' });
    await expect(take('one', 16)).rejects.toMatchObject({ code: 'journal-busy' });
    await journal.releaseLease({ planHash: 'p', holder: 'two' });
    await take('one', 16);
  });

  it('rejects with the reason of an aborted signal and writes nothing', async () => {
    const reason = new Error('stop');
    const signal = AbortSignal.abort(reason);
    await expect(journal.append(entry('a'), { signal })).rejects.toBe(reason);
    await expect(journal.read('p', { signal })).rejects.toBe(reason);
    const lease = { planHash: 'p', holder: 'x', now: t(0), until: t(1) };
    await expect(journal.acquireLease(lease, { signal })).rejects.toBe(reason);
    expect(await journal.read('p')).toEqual([]);
  });
});

describe('a journal in a file', () => {
  it('is readable by its owner only and shared by whoever names it', async () => {
    await createFileJournal(path).append(entry('a'));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await createFileJournal(path).read('p')).toEqual([entry('a')]);
  });

  it('passes over a line that a crash cut short, wherever it was cut, and goes on behind it', async () => {
    await createFileJournal(path).append(entry('a'));
    await createFileJournal(path).append(entry('b'));
    const whole = await readFile(path, 'utf8');
    const second = whole.indexOf('\n') + 1;
    for (let length = second + 1; length < whole.length; length += 1) {
      await writeFile(path, whole.slice(0, length));
      const journal = createFileJournal(path);
      expect(await journal.read('p')).toEqual([entry('a')]);
      await journal.append(entry('c'));
      await journal.append(entry('d'));
      const kinds = (await journal.read('p')).map(({ kind }) => kind);
      // Only the newline may be missing: then nobody can tell the line from one cut short inside.
      expect(
        length === whole.length - 1
          ? [
              ['a', 'c', 'd'],
              ['a', 'b', 'c', 'd'],
            ]
          : [['a', 'c', 'd']],
      ).toContainEqual(kinds);
    }
  });

  it('does not take damage in the middle for nothing', async () => {
    const journal = createFileJournal(path);
    await journal.append(entry('a'));
    for (const damage of ['{"entry":', 'null', '{"other":1}']) {
      await writeFile(path, `${damage}\n${JSON.stringify({ entry: entry('b') })}\n`);
      await expect(journal.read('p')).rejects.toMatchObject({
        code: 'journal-invalid',
        message: expect.stringContaining('line 1'),
      });
    }
  });

  it('says that it cannot be written or read', async () => {
    const nowhere = createFileJournal(join(directory, 'missing', 'journal'));
    await expect(nowhere.append(entry('a'))).rejects.toMatchObject({ code: 'journal-invalid' });
    await expect(createFileJournal(directory).read('p')).rejects.toMatchObject({ code: 'journal-invalid' });
  });

  it('keeps apart two that take the lease at the same moment', async () => {
    const take = (holder: string) =>
      createFileJournal(path).acquireLease({ planHash: 'p', holder, now: t(0), until: t(10) });
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, (_, n) => take(`run-${n}`)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('bears lines of later versions with an entry of unknown kind', async () => {
    await appendFile(path, `${JSON.stringify({ entry: entry('of-next-year', { step: 's' }) })}\n`);
    expect(readProgress(await createFileJournal(path).read('p')).finished.size).toBe(0);
  });
});

describe('the lease', () => {
  it('never is two holders’ at one time, whatever the order of requests', () => {
    const record = fc.record({
      holder: fc.constantFrom('a', 'b', 'c'),
      lease: fc.constantFrom('acquire', 'release'),
      minute: fc.nat(30),
    });
    fc.assert(
      fc.property(fc.array(record, { maxLength: 30 }), (wanted) => {
        const records: LeaseRecord[] = [];
        let clock = 0;
        for (const { holder, lease, minute } of wanted) {
          clock += minute % 5;
          const before = currentLease(records, 'p');
          if (lease === 'release') records.push({ lease, planHash: 'p', holder });
          else
            records.push({
              lease: 'acquire',
              planHash: 'p',
              holder,
              now: t(clock).toISOString(),
              until: t(clock + 10).toISOString(),
            });
          const after = currentLease(records, 'p');
          if (before !== undefined && before.holder !== holder && before.until > t(clock).toISOString()) {
            expect(after).toEqual(before);
          }
        }
      }),
    );
  });
});

describe('the progress that a journal tells', () => {
  it('has the first begin, the last end, and the notes of every attempt', () => {
    const progress = readProgress([
      entry('run-begun', { at: '1' }),
      entry('step-begun', { at: '2', step: 's' }),
      entry('step-noted', { step: 's', details: { a: 1 } }),
      entry('run-begun', { at: '3' }),
      entry('step-begun', { at: '4', step: 's' }),
      entry('step-noted', { step: 's', details: { b: 2 } }),
      entry('step-finished', { at: '5', step: 's', details: { id: 'x', count: 1 } }),
      entry('step-finished', { at: '6', step: 'never-begun' }),
    ]);
    expect(progress.startedAt).toBe('1');
    expect(progress.notes.get('s')).toEqual({ a: 1, b: 2 });
    expect(progress.finished.get('s')).toEqual({
      step: 's',
      startedAt: '2',
      finishedAt: '5',
      facts: { id: 'x', count: 1 },
    });
    expect(progress.finished.get('never-begun')).toMatchObject({ startedAt: '6', facts: {} });
    expect(factText(progress, 's', 'id')).toBe('x');
    for (const [step, name] of [
      ['s', 'count'],
      ['other', 'id'],
    ] as const) {
      expect(() => factText(progress, step, name)).toThrow(expect.objectContaining({ code: 'journal-invalid' }));
    }
  });
});
