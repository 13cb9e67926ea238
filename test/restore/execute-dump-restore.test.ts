import { describe, expect, it } from 'vitest';
import { BackupError, isBackupError } from '../../src/core/errors.js';
import { createMemoryJournal } from '../../src/restore/execution/memory-journal.js';
import { put, rehearseDump } from './dump-rehearsal.js';
import { createFaultySwitch, type FaultKind } from './faulty.js';

const done = { content: 'PGDMP: all the rows of zephyr', analyzed: true };

describe('executing the restore of a dump', () => {
  it('fills a new database, marks it, collects statistics, and checks it', async () => {
    const rehearsal = rehearseDump();
    const plan = await rehearsal.plan();
    const outcome = await rehearsal.execute(plan);
    expect(outcome).toMatchObject({
      status: 'completed',
      restoredTo: '2025-11-09T14:29:00.000Z',
      recoveryPointMilliseconds: 60_000,
    });
    expect(rehearsal.databases.get('proof')).toMatchObject({
      ...done,
      comment: expect.stringContaining(rehearsal.key),
    });
  });

  it('stops with the report where equality is not proven', async () => {
    const rehearsal = rehearseDump();
    rehearsal.verdict = 'failed';
    const outcome = await rehearsal.execute(await rehearsal.plan());
    expect(outcome).toMatchObject({
      status: 'stopped',
      stoppedAt: { step: 'check-candidate' },
      checks: { verdict: 'failed' },
    });
  });

  it('does nothing where the dump was replaced or removed since the plan was made', async () => {
    const rehearsal = rehearseDump();
    const plan = await rehearsal.plan();
    put(rehearsal.store, rehearsal.key, 'PGDMP: all the rows of zephyR');
    await expect(rehearsal.execute(plan)).rejects.toMatchObject({
      code: 'precondition-failed',
      message: expect.stringContaining('another one'),
    });
    rehearsal.store.objects.delete(rehearsal.key);
    await expect(rehearsal.execute(plan)).rejects.toMatchObject({
      code: 'precondition-failed',
      message: expect.stringContaining('gone'),
    });
    expect(rehearsal.databases.size).toBe(0);
  });

  it('does nothing where the instance was renamed since the plan was made', async () => {
    const rehearsal = rehearseDump();
    const plan = await rehearsal.plan();
    rehearsal.fake.instance('db-PRODUCTION').identifier = 'moved';
    await expect(rehearsal.execute(plan)).rejects.toMatchObject({
      code: 'precondition-failed',
      message: expect.stringContaining('moved'),
    });
    rehearsal.fake.held.clear();
    await expect(rehearsal.execute(plan)).rejects.toMatchObject({
      message: expect.stringContaining('no longer exists'),
    });
    expect(rehearsal.databases.size).toBe(0);
  });

  it('drops what it made when pg_restore fails, and only that', async () => {
    const rehearsal = rehearseDump();
    const failure = new BackupError({ code: 'restore-failed', message: 'x', hint: 'y' });
    rehearsal.restore = () => Promise.reject(failure);
    const plan = await rehearsal.plan();
    await expect(rehearsal.execute(plan)).rejects.toBe(failure);
    expect(rehearsal.databases.size).toBe(0);
    rehearsal.databases.set('proof', { content: '', comment: 'somebody’s', analyzed: false });
    await expect(rehearsal.execute(plan, { journal: createMemoryJournal() })).rejects.toBe(failure);
    expect(rehearsal.databases.get('proof')).toMatchObject({ comment: 'somebody’s' });
  });

  it('uses the plain DROP that a server before 13 understands', async () => {
    const rehearsal = rehearseDump();
    rehearsal.serverVersion = 120_000;
    rehearsal.restore = () => Promise.reject(new BackupError({ code: 'restore-failed', message: 'x', hint: 'y' }));
    await expect(rehearsal.execute(await rehearsal.plan())).rejects.toMatchObject({ code: 'restore-failed' });
    expect(rehearsal.databases.size).toBe(0);
  });

  it('reads the rest of an archive that pg_restore did not want before it believes it', async () => {
    const rehearsal = rehearseDump();
    const accept = rehearsal.restore;
    rehearsal.restore = async (target, request, call) => {
      if (request.source.kind === 'stream') request.source.stream.destroy();
      const database = rehearsal.databases.get(target.database);
      if (database !== undefined) database.content = done.content;
      await call;
    };
    expect((await rehearsal.execute(await rehearsal.plan())).status).toBe('completed');
    rehearsal.restore = accept;
  });

  it('says that the connection to the archive broke, not that pg_restore failed', async () => {
    const rehearsal = rehearseDump();
    const plan = await rehearsal.plan();
    const reset = new BackupError({ code: 'service-unreachable', message: 'reset', hint: 'x', retryable: true });
    const { get } = rehearsal.store;
    Object.defineProperty(rehearsal.store, 'get', {
      value: async (...given: Parameters<typeof get>) => {
        const got = await get(...given);
        if (given[0] === rehearsal.key) got.body.destroy(reset);
        return got;
      },
    });
    rehearsal.restore = async (_target, { source }) => {
      if (source.kind === 'stream') for await (const _ of source.stream);
    };
    await expect(rehearsal.execute(plan)).rejects.toBe(reset);
    expect(rehearsal.databases.size).toBe(1);
  });

  it('does not take a progress callback’s error for the archive’s', async () => {
    const rehearsal = rehearseDump();
    const broken = new Error('the terminal is gone');
    const run = rehearsal.execute(await rehearsal.plan(), {
      onProgress: ({ bytes }) => {
        if (bytes !== undefined) throw broken;
      },
    });
    await expect(run).rejects.toBe(broken);
  });

  it('gives up at the deadline', async () => {
    const rehearsal = rehearseDump();
    rehearsal.restore = (_target, _request, call) =>
      new Promise((_resolve, reject) => {
        call?.signal?.addEventListener('abort', () => reject(call.signal?.reason), { once: true });
      });
    const deadline = new Date('2025-11-09T15:00:00Z');
    await expect(rehearsal.execute(await rehearsal.plan(), { deadline })).rejects.toMatchObject({
      code: 'deadline-exceeded',
    });
  });

  it('knows which dumps and instances there are', async () => {
    const rehearsal = rehearseDump();
    await expect(rehearsal.plan({ into: { database: 'x', instance: 'other' } })).rejects.toMatchObject({
      code: 'instance-not-found',
    });
    const endpoint = { address: 'db.example', port: 5432 };
    expect((await rehearsal.plan({ into: { database: 'x', endpoint } })).into.host).toBe('db.example');
    expect((await rehearsal.plan({ dump: rehearsal.key })).facts.dump).toBe(rehearsal.key);
    rehearsal.store.objects.clear();
    await expect(rehearsal.plan()).rejects.toMatchObject({ code: 'dump-not-found' });
  });
});

describe('a restore of a dump that is spoiled at any one call', () => {
  async function sweep(call: number, kind: FaultKind): Promise<{ readonly hit: boolean; readonly database: unknown }> {
    const rehearsal = rehearseDump();
    const plan = await rehearsal.plan();
    const through = createFaultySwitch({ call, kind });
    let status = await rehearsal.execute(plan, { through }).then(
      (outcome) => outcome.status as string,
      () => 'rejected',
    );
    for (let again = 0; status === 'rejected' && again < 3; again += 1) {
      rehearsal.clock.advance(1_000);
      status = await rehearsal.execute(plan).then(
        (outcome) => outcome.status,
        (error: unknown) => {
          if (!isBackupError(error, 'journal-busy')) throw error;
          rehearsal.clock.advance(16 * 60_000);
          return 'rejected';
        },
      );
    }
    expect(status).toBe('completed');
    expect([...rehearsal.databases.keys()]).toEqual(['proof']);
    return { hit: through.calls() >= call, database: rehearsal.databases.get('proof') };
  }

  it.each(['fail', 'lose', 'crash'] as const)('comes to the same end when executed again: %s', async (kind) => {
    let call = 1;
    for (; ; call += 1) {
      const { hit, database } = await sweep(call, kind);
      if (!hit) break;
      expect(database, `${kind} at call ${call}`).toMatchObject({
        ...done,
        comment: expect.stringContaining('operation restore-'),
      });
    }
    expect(call).toBeGreaterThan(30);
  });
});
