import { afterEach, describe, expect, it } from 'vitest';
import { BackupClient } from '../../../src/backup/backup-client.js';
import { BackupError } from '../../../src/core/errors.js';
import { readVerifications } from '../../../src/evidence/read-verifications.js';
import type { DrillReport } from '../../../src/integrity/drill/drill-evidence.js';
import { drillHistory } from '../../../src/integrity/drill/drill-history.js';
import type { DumpDrillRequest } from '../../../src/integrity/drill/drill-request.js';
import { IntegrityChecker } from '../../../src/integrity/integrity-checker.js';
import { instanceName, type Production } from '../../sweeps/production.js';
import { givenHome } from './rehearsal.js';

let home: Production;
afterEach(async () => {
  await home?.[Symbol.asyncDispose]();
});

const drill = (request: Partial<DumpDrillRequest> = {}): Promise<DrillReport> =>
  new IntegrityChecker(home.system).drill({
    source: { kind: 'dump', dump: 'latest' },
    on: { instance: instanceName },
    expectation: {},
    ...request,
  });

async function givenDump(): Promise<string> {
  home = await givenHome();
  return (await new BackupClient(home.system).createDump({ reason: 'weekly' })).id;
}

describe('a drill of a dump', () => {
  it('restores it into a database of its own, proves it equal, drops it, and marks it as verified', async () => {
    const id = await givenDump();
    const report = await drill({ runId: 'weekly' });
    expect(report).toMatchObject({
      verdict: 'passed',
      backup: { kind: 'dump', id, asked: 'latest dump' },
      target: { kind: 'database', identifier: 'zephyr_drill_weekly' },
      teardown: { outcome: 'removed', leftovers: [] },
      cost: { amount: 0 },
    });
    expect(report.phases.map(({ phase }) => phase)).toEqual([
      'choose',
      'check-dump-objects',
      'create-database',
      'restore-archive',
      'analyze',
      'prove-password',
      'check',
      'tear-down',
    ]);
    expect(report.checks.map(({ check }) => check)).toContain('fingerprint');
    expect(home.servers.databases.size).toBe(0);
    const found = await new BackupClient(home.system).find(id);
    expect(found?.verified).toMatchObject({ how: 'drill', evidence: report.key });
    expect(
      (await readVerifications(home.system, { kind: 'dump' })).of({
        ...report.backup,
        kind: 'dump',
        createdAt: found?.createdAt,
      }),
    ).toBeDefined();
  });

  it('refuses a database of that name that was there before, and leaves it alone', async () => {
    await givenDump();
    home.servers.databases.set('zephyr_drill_taken', { content: 'theirs', comment: null, analyzed: false });
    const report = await drill({ runId: 'taken' });
    expect(report).toMatchObject({
      verdict: 'failed',
      error: { code: 'precondition-failed' },
      teardown: { outcome: 'nothing-made' },
    });
    expect(home.servers.databases.get('zephyr_drill_taken')?.content).toBe('theirs');
  });

  it('fails where the database does not come back equal', async () => {
    await givenDump();
    const { postgres } = home.servers;
    const report = await drill({
      expectation: () => {
        postgres.relations = postgres.relations.slice(1);
        return {};
      },
    });
    expect(report.verdict).toBe('failed');
    expect(report.teardown.outcome).toBe('removed');
    expect((await new BackupClient(home.system).find(report.backup.id))?.verified).toBeUndefined();
  });

  it('names the database that it cannot drop', async () => {
    await givenDump();
    const { postgres } = home.servers;
    postgres.wrapSession = (session) => session;
    const original = home.servers.databases.delete.bind(home.servers.databases);
    home.servers.databases.delete = () => {
      throw new BackupError({ code: 'permission-denied', message: 'must be owner', hint: 'None.' });
    };
    const report = await drill({ runId: 'kept' });
    home.servers.databases.delete = original;
    expect(report.verdict).toBe('partial');
    expect(report.teardown.leftovers).toMatchObject([
      { kind: 'database', identifier: 'zephyr_drill_kept', reason: 'must be owner' },
    ]);
  });

  it('that removed what it made and could not write so down is made anew, not taken for a failure of the dump', async () => {
    await givenDump();
    const denied = { kind: 'error', code: 'AccessDenied', status: 403 } as const;
    const request = {
      source: { kind: 'dump', dump: 'latest' },
      on: { instance: instanceName },
      runId: 'mute',
    } as const;
    const onProgress = ({ phase }: { phase: string }): void => {
      if (phase === 'restore-archive') home.region.faults.inject({ operation: 'PutObject', fault: denied });
    };
    const checker = new IntegrityChecker(home.system);
    const mute = await checker.drill({ ...request, expectation: {} }, { onProgress });
    expect(mute).toMatchObject({
      verdict: 'failed',
      error: { code: 'access-denied' },
      teardown: { outcome: 'removed' },
    });
    expect(mute.unstored?.code).toBe('access-denied');
    home.region.faults.clear();
    home.clock.advance(16 * 60_000);
    const anew = await drill({ runId: 'mute' });
    expect(anew).toMatchObject({ verdict: 'passed', target: { identifier: 'zephyr_drill_mute_2' } });
    const { drills } = await drillHistory(home.system);
    // In virtual time both end in the same second.
    expect(drills.map(({ verdict, error }) => `${verdict} ${error?.code}`).sort()).toEqual([
      'failed aborted',
      'passed undefined',
    ]);
    expect(home.servers.databases.size).toBe(0);
  });

  it('says which dump there is not', async () => {
    home = await givenHome();
    await expect(drill()).rejects.toMatchObject({ code: 'dump-not-found' });
    await expect(drill({ source: { kind: 'dump', dump: 'manual/x.dump' } })).rejects.toMatchObject({
      code: 'dump-not-found',
    });
  });
});
