import { afterEach, describe, expect, it } from 'vitest';
import { BackupClient } from '../../../src/backup/backup-client.js';
import { BackupError } from '../../../src/core/errors.js';
import type { DrillReport } from '../../../src/integrity/drill/drill-evidence.js';
import { drillHistory } from '../../../src/integrity/drill/drill-history.js';
import { sweepDrills } from '../../../src/integrity/drill/sweep-drills.js';
import { IntegrityChecker } from '../../../src/integrity/integrity-checker.js';
import type { SqlSession } from '../../../src/ports/postgres.js';
import { instanceName, type Production } from '../../sweeps/production.js';
import { drillHome, givenHome, instancesLater } from './rehearsal.js';

let home: Production;
afterEach(async () => {
  await home?.[Symbol.asyncDispose]();
});

const refused = (code: BackupError['code'], retryable = false): BackupError =>
  new BackupError({ code, message: `${code} it is`, hint: 'None.', retryable });

const verdicts = ({ checks }: DrillReport): Readonly<Record<string, string>> =>
  Object.fromEntries(checks.map(({ check, verdict }) => [check, verdict]));

/** Nothing is left, the evidence is kept, and it says so. */
async function expectCleared(report: DrillReport): Promise<void> {
  expect(report.teardown.leftovers).toEqual([]);
  expect(await instancesLater(home)).toEqual([instanceName]);
  const { drills } = await drillHistory(home.system);
  expect(drills.map(({ verdict }) => verdict)).toEqual([report.verdict]);
}

describe('what was restored', () => {
  it('cannot be signed in to with today’s password: the drill fails', async () => {
    home = await givenHome();
    const { system } = home;
    // The fingerprint is taken before, the refusal meets the drill.
    const expectation = { consistency: ['indexes'] } as const;
    home.servers.refusal = refused('authentication-failed');
    const report = await drillHome({ ...home, system }, { expectation });
    expect(report.verdict).toBe('failed');
    expect(report.error).toBeUndefined();
    expect(verdicts(report)).toEqual({ password: 'failed' });
    expect(report.reasons[0]).toContain('passwords of the backup');
    await expectCleared(report);
  });

  it('stays verified where only the password was another', async () => {
    home = await givenHome();
    const proven = await drillHome(home);
    const find = () => new BackupClient(home.system).find(proven.backup.id);
    expect((await find())?.verified).toMatchObject({ evidence: proven.key });
    home.servers.refusal = refused('authentication-failed');
    const expectation = { consistency: ['indexes'] } as const;
    expect((await drillHome(home, { expectation })).verdict).toBe('failed');
    expect((await find())?.verified).toMatchObject({ evidence: proven.key });
    home.servers.refusal = refused('database-missing');
    expect((await drillHome(home, { expectation })).verdict).toBe('failed');
    expect((await find())?.verified).toBeUndefined();
  });

  it('lacks its database: the drill fails', async () => {
    home = await givenHome();
    home.servers.refusal = refused('database-missing');
    const report = await drillHome(home, { expectation: { consistency: ['indexes'] } });
    expect(report.verdict).toBe('failed');
    await expectCleared(report);
  });

  it('cannot be reached: nothing is proven, after some minutes of trying', async () => {
    home = await givenHome();
    home.servers.refusal = refused('database-unreachable', true);
    const report = await drillHome(home, { expectation: { consistency: ['indexes'] } });
    expect(report.verdict).toBe('partial');
    expect(verdicts(report)).toEqual({ password: 'inconclusive' });
    expect(report.phases.find(({ phase }) => phase === 'prove-password')?.milliseconds).toBeGreaterThanOrEqual(300_000);
    await expectCleared(report);
  });

  it('is unreachable at first only, as a new name may be', async () => {
    home = await givenHome();
    const fingerprint = await new IntegrityChecker(home.system).fingerprint();
    // Asked for twice by each refused connection.
    let refusals = 4;
    const { servers } = home;
    Object.defineProperty(servers, 'refusal', {
      get: () => {
        refusals -= 1;
        return refusals >= 0 ? refused('database-unreachable', true) : undefined;
      },
    });
    const report = await drillHome(home, { expectation: { fingerprint } });
    expect(report.verdict).toBe('passed');
  });

  it('is of another major version: what passes there proves less', async () => {
    home = await givenHome();
    const { postgres } = home.servers;
    const expectation = { custom: [{ name: 'a', sql: 'SELECT 1', expect: 'no-rows' }] } as const;
    postgres.serverVersion = 160_002;
    const report = await drillHome(home, { expectation });
    expect(report.verdict).toBe('partial');
    expect(verdicts(report)).toMatchObject({ 'server-version': 'inconclusive', password: 'passed' });
    await expectCleared(report);
  });

  it('lacks a table that is expected: no pass', async () => {
    home = await givenHome();
    const report = await drillHome(home, { expectation: { atLeastRows: { 'public.gone': 1 } } });
    expect(report.verdict).not.toBe('passed');
    expect(report.reasons.join()).toContain('public.gone');
    await expectCleared(report);
  });

  it('takes longer to read than a statement may: inconclusive', async () => {
    home = await givenHome();
    home.servers.postgres.wrapSession = failing(/count\(\*\)/, refused('statement-timeout'));
    const report = await drillHome(home, { expectation: { atLeastRows: { 'public.votes': 1 } } });
    expect(report.verdict).toBe('partial');
    expect(report.reasons.join()).toContain('statement-timeout');
    await expectCleared(report);
  });

  it('is looked at by a check that throws: inconclusive', async () => {
    home = await givenHome();
    home.servers.postgres.wrapSession = failing(/count\(\*\)/, new TypeError('a mistake'));
    const report = await drillHome(home, { expectation: { atLeastRows: { 'public.votes': 1 } } });
    expect(report.verdict).toBe('partial');
    expect(report.reasons.join()).toContain('a mistake');
    await expectCleared(report);
  });

  it('differs from what was expected: the drill fails, and the backup is not verified', async () => {
    home = await givenHome();
    const report = await drillHome(home, { expectation: { atLeastRows: { 'public.votes': 3 } } });
    expect(report.verdict).toBe('failed');
    await expectCleared(report);
    expect((await drillHome(home, { source: 'newest-unverified' })).backup.id).toBe(report.backup.id);
  });

  it('was looked at by nobody: no pass', async () => {
    home = await givenHome();
    const report = await drillHome(home, { expectation: {} });
    expect(report).toMatchObject({ verdict: 'partial', reasons: ['nothing of the data was checked'] });
  });
});

describe('a restore', () => {
  it('that ends in a network without addresses fails, with the reason, and its instance is removed', async () => {
    home = await givenHome();
    home.region.faults.inject({
      operation: 'RestoreDBInstanceFromDBSnapshot',
      fault: { kind: 'ends-in', status: 'incompatible-network', message: 'no addresses left' },
    });
    const report = await drillHome(home);
    expect(report).toMatchObject({ verdict: 'failed', error: { code: 'resource-failed' } });
    expect(report.reasons[0]).toMatch(/ended in wait-for-instance: .*incompatible-network/);
    expect(report.phases.find(({ outcome }) => outcome === 'failed')?.phase).toBe('wait-for-instance');
    expect(report.notChecked).toEqual(['everything: the drill ended before it could check']);
    await expectCleared(report);
  });

  it('for which there is no room is not begun', async () => {
    home = await givenHome({ region: { quotas: { instances: 1 } } });
    await expect(drillHome(home)).rejects.toMatchObject({ code: 'quota-exceeded', details: { quota: 'DBInstances' } });
    expect(home.region.calls.list('RestoreDBInstanceFromDBSnapshot')).toEqual([]);
    expect((await drillHistory(home.system)).drills).toEqual([]);
  });

  it('that never comes to an end is given up at the deadline, and removed', async () => {
    home = await givenHome();
    home.region.faults.inject({
      operation: 'RestoreDBInstanceFromDBSnapshot',
      fault: { kind: 'stuck', status: 'creating' },
    });
    const deadline = new Date(home.clock.now().getTime() + 2 * 3_600_000);
    const report = await drillHome(home, {}, { deadline });
    expect(report).toMatchObject({ verdict: 'failed', error: { code: 'deadline-exceeded' } });
    expect(home.clock.now().getTime() - deadline.getTime()).toBeLessThan(3_600_000);
    await expectCleared(report);
  });

  it('that is given up by its caller rejects with the reason, and is removed all the same', async () => {
    home = await givenHome();
    const reason = new Error('enough');
    const abort = new AbortController();
    const drilling = drillHome(
      home,
      {},
      {
        signal: abort.signal,
        onProgress: ({ phase, status }) =>
          phase === 'wait-for-instance' && status === 'creating' && abort.abort(reason),
      },
    );
    await expect(drilling).rejects.toBe(reason);
    expect(await instancesLater(home)).toEqual([instanceName]);
    const { drills } = await drillHistory(home.system);
    expect(drills).toMatchObject([{ verdict: 'failed', error: { code: 'aborted' }, teardown: { leftovers: [] } }]);
  });

  it('whose listener throws rejects with that, and is removed', async () => {
    home = await givenHome();
    const mistake = new TypeError('in the listener');
    const onProgress = ({ phase }: { phase: string }): void => {
      if (phase === 'wait-for-instance') throw mistake;
    };
    await expect(drillHome(home, {}, { onProgress })).rejects.toBe(mistake);
    expect(await instancesLater(home)).toEqual([instanceName]);
    expect((await drillHistory(home.system)).drills).toMatchObject([{ error: { code: 'unforeseen' } }]);
  });

  it('is refused before it began, when the caller gave up before', async () => {
    home = await givenHome();
    home.spoiler.disarm();
    const reason = new Error('never mind');
    await expect(drillHome(home, { expectation: {} }, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(home.spoiler.calls).toEqual([]);
  });
});

describe('clearing up', () => {
  it('that RDS refuses is loud: what is left is named, and the drill has not passed', async () => {
    home = await givenHome();
    home.region.faults.inject({
      operation: 'DeleteDBInstance',
      fault: { kind: 'error', code: 'AccessDenied', status: 403 },
    });
    const report = await drillHome(home, { runId: 'stays' });
    expect(report.verdict).toBe('partial');
    expect(report.teardown.outcome).toBe('failed');
    expect(report.teardown.leftovers).toMatchObject([
      {
        kind: 'instance',
        identifier: 'zephyr-drill-stays',
        region: 'us-east-1',
        reason: expect.stringContaining('AccessDenied'),
      },
    ]);
    expect(report.reasons.join()).toContain('zephyr-drill-stays could not be removed');
    expect((await drillHistory(home.system)).drills).toMatchObject([{ teardown: { outcome: 'failed' } }]);
    expect((await drillHome(home, { source: 'newest-unverified' })).backup.id).toBe(report.backup.id);
  });

  it('that fails by a mistake rejects with it, once the evidence names what is left', async () => {
    home = await givenHome();
    const mistake = new TypeError('a mistake');
    const { aws } = home.system;
    const rds = { ...aws.rds, deleteInstance: () => Promise.reject(mistake) };
    const system = { ...home.system, aws: { ...aws, rds } };
    await expect(drillHome({ ...home, system }, { runId: 'mistaken' })).rejects.toBe(mistake);
    const { drills } = await drillHistory(home.system);
    expect(drills).toMatchObject([
      { verdict: 'partial', teardown: { leftovers: [{ identifier: 'zephyr-drill-mistaken', reason: 'a mistake' }] } },
    ]);
    // Nobody is told that it passed.
    expect((await drillHome(home, { runId: 'mistaken' })).verdict).toBe('partial');
    home.clock.advance(25 * 3_600_000);
    await expect(sweepDrills(system)).rejects.toBe(mistake);
    expect((await sweepDrills(home.system)).removed).toMatchObject([{ identifier: 'zephyr-drill-mistaken' }]);
  });

  it('never takes off a protection that somebody put on', async () => {
    home = await givenHome();
    const { aws, clock } = home;
    let protectedNow = false;
    const onProgress = async ({ phase }: { phase: string }): Promise<void> => {
      if (phase !== 'check-candidate' || protectedNow) return;
      protectedNow = true;
      await aws.rds.modifyInstance('zephyr-drill-held', { deletionProtection: true });
      clock.advance(300_000);
    };
    const report = await drillHome(home, { runId: 'held' }, { onProgress: (event) => void onProgress(event) });
    expect(report.verdict).toBe('partial');
    expect(report.teardown.leftovers).toMatchObject([{ identifier: 'zephyr-drill-held' }]);
    expect(await instancesLater(home)).toContain('zephyr-drill-held');
  });

  it('waits until an instance that is still being made lets itself be deleted', async () => {
    home = await givenHome();
    const busy = { kind: 'error', code: 'InvalidDBInstanceState', status: 400 } as const;
    home.region.faults.inject({ operation: 'DeleteDBInstance', call: [1, 2, 3], fault: busy });
    const report = await drillHome(home);
    expect(report.verdict).toBe('passed');
    await expectCleared(report);
  });

  it('leaves alone what somebody has renamed, and says so', async () => {
    home = await givenHome();
    const { aws, clock } = home;
    let done = false;
    const steal = async ({ phase }: { phase: string }): Promise<void> => {
      if (phase !== 'check-candidate' || done) return;
      done = true;
      await aws.rds.modifyInstance('zephyr-drill-lost', { newIdentifier: 'moved-away' });
      clock.advance(900_000);
    };
    const report = await drillHome(home, { runId: 'lost' }, { onProgress: (event) => void steal(event) });
    expect(report.teardown.leftovers.map(({ resourceId }) => resourceId)).toEqual([report.target.resourceId]);
    expect(await instancesLater(home)).toContain('moved-away');
  });

  it('goes on though the archive takes nothing any more, and the report is returned', async () => {
    home = await givenHome();
    const denied = { kind: 'error', code: 'AccessDenied', status: 403 } as const;
    home.region.faults.inject({ operation: 'PutObject', input: { Key: 'evidence/*' }, fault: denied });
    const report = await drillHome(home, { runId: 'unkept' });
    expect(report).toMatchObject({ verdict: 'partial', unstored: { code: 'access-denied' } });
    expect(report.key).toBeUndefined();
    expect(await instancesLater(home)).toEqual([instanceName]);
    home.region.faults.clear();
    // Asked for again, it is stored without being made again.
    const restores = home.region.calls.list('RestoreDBInstanceFromDBSnapshot').length;
    const kept = await drillHome(home, { runId: 'unkept' });
    expect(kept).toMatchObject({ verdict: 'passed', key: expect.stringContaining('evidence/drill/') });
    expect(home.region.calls.list('RestoreDBInstanceFromDBSnapshot')).toHaveLength(restores);
  });
});

function failing(pattern: RegExp, error: Error): (session: SqlSession) => SqlSession {
  return (session) => ({
    ...session,
    query: (text, ...rest) => (pattern.test(text) ? Promise.reject(error) : session.query(text, ...rest)),
  });
}
