import { describe, expect, it } from 'vitest';
import { createDatabaseSnapshot, type DatabaseSnapshotRequest } from '../../src/backup/create-database-snapshot.js';
import { isBackupError } from '../../src/core/errors.js';
import type { ProgressEvent } from '../../src/core/progress.js';
import type { SnapshotDescription } from '../../src/ports/database-backups.js';
import { coded, productionDb } from './fakes/fake-rds.js';
import { type FakeSystem, fakeSystem } from './fakes/fake-system.js';
import { abortReason, everyFault } from './fakes/faulty.js';

const request: DatabaseSnapshotRequest = { reason: 'pre-deployment', deploymentVersion: 'v2.0.0' };
const plainSnapshot: SnapshotDescription = {
  identifier: 'plain',
  arn: 'arn:aws:rds:us-east-1:123456789012:snapshot:plain',
  type: 'manual',
  status: 'available',
  instance: 'zephyr-production-db',
  resourceId: 'db-PRODUCTION',
  engine: 'postgres',
  engineVersion: '15.18',
  allocatedStorageGiB: 100,
  encrypted: true,
  tags: {},
};
const minutes = (count: number): number => count * 60_000;

function busyFor(fake: FakeSystem, status: string, count: number): void {
  fake.rds.busy = { status, until: new Date(fake.clock.now().getTime() + minutes(count)) };
}

describe('createDatabaseSnapshot', () => {
  it('names the snapshot by instance and time, tags it, waits for it, and returns it as a backup', async () => {
    const { system, rds } = fakeSystem();
    const snapshot = await createDatabaseSnapshot(system, request);
    expect(snapshot).toMatchObject({
      kind: 'database-snapshot',
      id: 'zephyr-production-db-manual-20251109-140000',
      source: { instance: 'zephyr-production-db', resourceId: 'db-PRODUCTION' },
      origin: 'manual',
      status: 'available',
      dataTime: new Date('2025-11-09T14:00:00Z'),
      tags: {
        Environment: 'production',
        Team: 'zephyr',
        Reason: 'pre-deployment',
        DeploymentVersion: 'v2.0.0',
        'zephyr:managed-by': 'zephyr-backup',
        'zephyr:purpose': 'backup',
        'zephyr:operation-id': expect.stringMatching(/^[a-z0-9]{20}$/),
      },
    });
    expect(rds.snapshots).toHaveLength(1);
  });

  it('reports each phase with percent while the snapshot is being made', async () => {
    const { system } = fakeSystem();
    const events: ProgressEvent[] = [];
    await createDatabaseSnapshot(system, request, { onProgress: (event) => events.push(event) });
    expect(events.map((event) => event.phase).slice(0, 2)).toEqual(['requested', 'creating']);
    const percents = events.flatMap(({ percent }) => (percent === undefined ? [] : [percent]));
    expect(percents.length).toBeGreaterThan(5);
    expect(percents).toEqual([...percents].sort((a, b) => a - b));
    expect(events.at(-1)?.elapsedMilliseconds).toBeGreaterThan(minutes(1));
  });

  it('waits while the daily backup runs, and says so', async () => {
    const fake = fakeSystem();
    busyFor(fake, 'backing-up', 20);
    const events: ProgressEvent[] = [];
    await createDatabaseSnapshot(fake.system, request, { onProgress: (event) => events.push(event) });
    expect(events[0]).toMatchObject({ phase: 'waiting-for-instance', status: 'backing-up' });
    expect(fake.faults.calls.filter((call) => call === 'rds.createSnapshot')).toHaveLength(1);
    expect(fake.clock.now().getTime()).toBeGreaterThan(new Date('2025-11-09T14:20:00Z').getTime());
  });

  it('gives up waiting for the instance at the deadline without having begun anything', async () => {
    const fake = fakeSystem();
    busyFor(fake, 'upgrading', 600);
    const call = createDatabaseSnapshot(fake.system, request, { deadline: new Date('2025-11-09T14:10:00Z') });
    await expect(call).rejects.toMatchObject({ code: 'deadline-exceeded', details: { lastStatus: 'upgrading' } });
    expect(fake.rds.snapshots).toEqual([]);
  });

  it('waits an hour for the instance where no deadline is given', async () => {
    const fake = fakeSystem();
    busyFor(fake, 'modifying', 600);
    await expect(createDatabaseSnapshot(fake.system, request)).rejects.toMatchObject({ code: 'deadline-exceeded' });
    expect(fake.clock.now()).toEqual(new Date('2025-11-09T15:00:00Z'));
  });

  it.each(['stopped', 'storage-full', 'incompatible-network', 'deleting'])(
    'fails at once where the instance is %s',
    async (status) => {
      const fake = fakeSystem();
      busyFor(fake, status, 600);
      await expect(createDatabaseSnapshot(fake.system, request)).rejects.toMatchObject({
        code: 'invalid-state',
        details: { status },
      });
      expect(fake.clock.now()).toEqual(new Date('2025-11-09T14:00:00Z'));
    },
  );

  it('takes one of an instance whose storage is being optimised: it is fully operational', async () => {
    const fake = fakeSystem();
    fake.rds.instance = { ...productionDb, status: 'storage-optimization' };
    await expect(createDatabaseSnapshot(fake.system, request)).resolves.toMatchObject({ status: 'available' });
  });

  it('fails at once where there is no such instance', async () => {
    const fake = fakeSystem();
    fake.rds.instance = undefined;
    await expect(createDatabaseSnapshot(fake.system, request)).rejects.toMatchObject({ code: 'instance-not-found' });
  });

  it('states how much of the quota is used, before it begins', async () => {
    const fake = fakeSystem();
    fake.rds.quota = { used: 100, max: 100 };
    const call = createDatabaseSnapshot(fake.system, request);
    await expect(call).rejects.toMatchObject({ code: 'quota-exceeded', details: { used: 100, max: 100 } });
    await expect(call).rejects.toThrow('100 of 100');
    expect(fake.faults.calls).not.toContain('rds.createSnapshot');
  });

  it('tells whose snapshots use the quota, at what pace they come, and which are the oldest', async () => {
    const fake = fakeSystem();
    const daysAgo = (days: number): Date => new Date(fake.clock.now().getTime() - days * 86_400_000);
    for (const [days, instance] of [
      [400, 'other-db'],
      [29, 'zephyr-production-db'],
      [2, 'zephyr-production-db'],
    ] as const) {
      const identifier = `${instance}-of-${days}-days-ago`;
      fake.rds.snapshots.push({ ...plainSnapshot, identifier, instance, createdAt: daysAgo(days) });
    }
    fake.rds.snapshots.push({ ...plainSnapshot, identifier: 'just-begun', status: 'creating', createdAt: undefined });
    fake.rds.quota = { used: 100, max: 100 };
    await expect(createDatabaseSnapshot(fake.system, request)).rejects.toMatchObject({
      message:
        'the quota of manual snapshots in us-east-1 is used up: 100 of 100 are used, 3 by zephyr-production-db, 1 by other-db',
      hint: expect.stringContaining(
        '2 were made in the last 30 days: at that pace room for 10 lasts 150 d. The oldest is other-db-of-400-days-ago of 2024-10-05.',
      ),
      details: {
        madeInLastMonth: 2,
        byInstance: [
          ['zephyr-production-db', 3],
          ['other-db', 1],
        ],
      },
    });
  });

  it('states the quota all the same where nobody may list the snapshots', async () => {
    const fake = fakeSystem();
    fake.rds.quota = { used: 100, max: 100 };
    // biome-ignore lint/correctness/useYield: it fails before there is one.
    const listSnapshots = async function* (): AsyncGenerator<never> {
      throw coded('access-denied');
    };
    Object.assign(fake.rds, { listSnapshots });
    const call = createDatabaseSnapshot(fake.system, request);
    await expect(call).rejects.toMatchObject({ code: 'quota-exceeded', details: { used: 100, max: 100 } });
    await expect(call).rejects.not.toMatchObject({ details: { madeInLastMonth: expect.anything() } });
  });

  it('states the quota where another has used it up since', async () => {
    const fake = fakeSystem();
    const { createSnapshot } = fake.rds;
    Object.assign(fake.rds, {
      createSnapshot: async (...parameters: Parameters<typeof createSnapshot>) => {
        fake.rds.quota = { used: 100, max: 100 };
        return createSnapshot(...parameters);
      },
    });
    await expect(createDatabaseSnapshot(fake.system, request)).rejects.toMatchObject({
      code: 'quota-exceeded',
      details: { used: 100 },
      cause: { code: 'quota-exceeded' },
    });
  });

  it('takes one where the account does not tell its quota', async () => {
    const fake = fakeSystem();
    fake.rds.quota = undefined;
    await expect(createDatabaseSnapshot(fake.system, request)).resolves.toMatchObject({ status: 'available' });
    Object.assign(fake.rds, { createSnapshot: () => Promise.reject(coded('quota-exceeded')) });
    await expect(createDatabaseSnapshot(fake.system, request)).rejects.toThrow('used up');
  });

  it('adds a suffix where another already has the name of this second', async () => {
    const fake = fakeSystem();
    await fake.rds.createSnapshot({
      snapshot: 'zephyr-production-db-manual-20251109-140000',
      instance: productionDb.identifier,
      tags: {},
    });
    const snapshot = await createDatabaseSnapshot(fake.system, request);
    expect(snapshot.id).toMatch(/^zephyr-production-db-manual-20251109-140000-[a-z0-9]{4}$/);
    expect(fake.rds.snapshots).toHaveLength(2);
  });

  it('refuses a name of the caller that another has', async () => {
    const fake = fakeSystem();
    await fake.rds.createSnapshot({ snapshot: 'before-v2', instance: productionDb.identifier, tags: {} });
    const call = createDatabaseSnapshot(fake.system, { ...request, name: 'Before-V2' });
    await expect(call).rejects.toMatchObject({ code: 'identifier-taken', details: { snapshot: 'before-v2' } });
    expect(fake.rds.snapshots).toHaveLength(1);
  });

  it('waits and asks again where RDS refuses although the instance was shown as available', async () => {
    const fake = fakeSystem();
    const { createSnapshot } = fake.rds;
    let refusals = 8;
    Object.assign(fake.rds, {
      createSnapshot: async (...parameters: Parameters<typeof createSnapshot>) => {
        refusals -= 1;
        if (refusals >= 0) throw coded('invalid-state');
        return createSnapshot(...parameters);
      },
    });
    await expect(createDatabaseSnapshot(fake.system, request)).resolves.toMatchObject({ status: 'available' });
    refusals = Number.POSITIVE_INFINITY;
    await expect(createDatabaseSnapshot(fake.system, request)).rejects.toSatisfy(
      (error) => isBackupError(error, 'invalid-state') || isBackupError(error, 'deadline-exceeded'),
    );
  });

  it('gives up on a service that stays unreachable, and looks each time whether it was begun after all', async () => {
    const fake = fakeSystem();
    Object.assign(fake.rds, {
      createSnapshot: () => Promise.reject(coded('service-unreachable', { retryable: true })),
    });
    await expect(createDatabaseSnapshot(fake.system, request)).rejects.toMatchObject({ code: 'service-unreachable' });
    expect(fake.faults.calls.filter((call) => call === 'rds.createSnapshot')).toHaveLength(6);
    expect(fake.faults.calls.filter((call) => call === 'rds.describeSnapshot')).toHaveLength(6);
  });

  it('asks again by beginning again where even looking for it fails for a passing reason, and stops at any other', async () => {
    const fake = fakeSystem();
    const { createSnapshot, describeSnapshot } = fake.rds;
    const refusals = [coded('service-unreachable', { retryable: true })];
    const failures = [coded('throttled', { retryable: true })];
    Object.assign(fake.rds, {
      createSnapshot: async (...parameters: Parameters<typeof createSnapshot>) => {
        const refusal = refusals.pop();
        if (refusal !== undefined) throw refusal;
        return createSnapshot(...parameters);
      },
      describeSnapshot: async (...parameters: Parameters<typeof describeSnapshot>) => {
        const failure = failures.pop();
        if (failure !== undefined) throw failure;
        return describeSnapshot(...parameters);
      },
    });
    await expect(createDatabaseSnapshot(fake.system, request)).resolves.toMatchObject({ status: 'available' });
    expect(fake.rds.snapshots).toHaveLength(1);
    refusals.push(coded('service-unreachable', { retryable: true }));
    failures.push(coded('access-denied'));
    await expect(createDatabaseSnapshot(fake.system, request)).rejects.toMatchObject({ code: 'access-denied' });
  });

  it('does not call a name another’s that it could not look at: a lost answer before a long throttling', async () => {
    const fake = fakeSystem();
    const { createSnapshot, describeSnapshot } = fake.rds;
    let lost = false;
    let throttled = 0;
    Object.assign(fake.rds, {
      createSnapshot: async (...parameters: Parameters<typeof createSnapshot>) => {
        await createSnapshot(...parameters);
        if (lost) return;
        lost = true;
        throw coded('service-unreachable', { retryable: true });
      },
      describeSnapshot: async (...parameters: Parameters<typeof describeSnapshot>) => {
        throttled += 1;
        if (throttled <= 20) throw coded('throttled', { retryable: true });
        return describeSnapshot(...parameters);
      },
    });
    await expect(createDatabaseSnapshot(fake.system, request)).resolves.toMatchObject({ status: 'available' });
    expect(fake.rds.snapshots).toHaveLength(1);
  });

  it('says what kept it from looking where that does not pass until the deadline', async () => {
    const fake = fakeSystem();
    const throttled = coded('throttled', { retryable: true });
    Object.assign(fake.rds, {
      createSnapshot: () => Promise.reject(coded('identifier-taken')),
      describeSnapshot: () => Promise.reject(throttled),
    });
    await expect(createDatabaseSnapshot(fake.system, request)).rejects.toBe(throttled);
  });

  it('fails with the events of a snapshot that failed, oldest first', async () => {
    const fake = fakeSystem();
    fake.rds.snapshotEndsAs = 'failed';
    const event = (at: string, message: string) => ({
      at: new Date(at),
      source: 's',
      message,
      categories: ['failure'],
    });
    fake.rds.events.push(event('2025-11-09T14:02:00Z', 'Snapshot failed'), event('2025-11-09T14:00:00Z', 'Creating'));
    await expect(createDatabaseSnapshot(fake.system, request)).rejects.toMatchObject({
      code: 'resource-failed',
      message: expect.stringContaining('is failed: Snapshot failed'),
      details: {
        status: 'failed',
        events: ['2025-11-09T14:00:00.000Z Creating', '2025-11-09T14:02:00.000Z Snapshot failed'],
      },
    });
  });

  it('reports the failed snapshot even where its events cannot be read', async () => {
    const fake = fakeSystem();
    fake.rds.snapshotEndsAs = 'incompatible-restore';
    fake.rds.listEvents = async function* () {
      yield await Promise.reject(coded('access-denied'));
    };
    await expect(createDatabaseSnapshot(fake.system, request)).rejects.toMatchObject({
      code: 'resource-failed',
      details: { events: [], eventsUnread: 'access-denied' },
    });
    fake.rds.listEvents = async function* () {
      yield await Promise.reject(new TypeError('a defect'));
    };
    await expect(createDatabaseSnapshot(fake.system, request)).rejects.toThrow('a defect');
  });

  it('notices that somebody deleted the snapshot while it was being made', async () => {
    const fake = fakeSystem();
    const onProgress = (event: ProgressEvent): void => {
      if ((event.percent ?? 0) > 50) fake.rds.snapshots.length = 0;
    };
    await expect(createDatabaseSnapshot(fake.system, request, { onProgress })).rejects.toMatchObject({
      code: 'resource-failed',
      message: expect.stringMatching(/ is gone$/),
    });
  });

  it('adopts the snapshot of the same operation instead of taking a second one', async () => {
    const fake = fakeSystem();
    const repeated = { ...request, operationId: 'deploy-4711' };
    const first = await createDatabaseSnapshot(fake.system, repeated);
    const second = await createDatabaseSnapshot(fake.system, repeated);
    expect(second).toEqual(first);
    expect(fake.rds.snapshots).toHaveLength(1);
    await createDatabaseSnapshot(fake.system, { ...request, operationId: 'deploy-4712' });
    expect(fake.rds.snapshots).toHaveLength(2);
  });

  it('stops at an abort and leaves the snapshot that was begun to be found again', async () => {
    const fake = fakeSystem();
    const controller = new AbortController();
    const onProgress = ({ percent = 0 }: ProgressEvent): void => {
      if (percent > 30) controller.abort(abortReason);
    };
    const repeated = { ...request, operationId: 'deploy-1' };
    await expect(createDatabaseSnapshot(fake.system, repeated, { signal: controller.signal, onProgress })).rejects.toBe(
      abortReason,
    );
    await expect(createDatabaseSnapshot(fake.system, repeated)).resolves.toMatchObject({ status: 'available' });
    expect(fake.rds.snapshots).toHaveLength(1);
  });

  it('makes no call where the signal is aborted already', async () => {
    const fake = fakeSystem();
    await expect(createDatabaseSnapshot(fake.system, request, { signal: AbortSignal.abort(abortReason) })).rejects.toBe(
      abortReason,
    );
    expect(fake.faults.calls).toEqual([]);
  });

  it.each([
    ['reason', { reason: '' }],
    ['reason', { reason: 'why?' }],
    ['deploymentVersion', { ...request, deploymentVersion: 'v2|3' }],
    ['purpose', { ...request, purpose: '' }],
    ['name', { ...request, name: 'rds:automated' }],
    ['operationId', { ...request, operationId: 'two words' }],
    ['tags', { ...request, tags: { 'aws:own': 'x' } }],
    ['tags', { ...request, tags: { 'Zephyr:hold': 'x' } }],
    ['tags.Team', { ...request, tags: { Team: 'a'.repeat(257) } }],
    ['tags', { ...request, tags: Object.fromEntries(Array.from({ length: 46 }, (_, index) => [`t${index}`, 'x'])) }],
  ])('refuses a bad %s before any call', async (field, bad) => {
    const fake = fakeSystem();
    await expect(createDatabaseSnapshot(fake.system, bad)).rejects.toMatchObject({ code: 'invalid-input', field });
    expect(fake.faults.calls).toEqual([]);
  });

  it('ends with exactly one snapshot of the operation, whatever goes wrong at whichever call, once it is repeated', async () => {
    const clean = fakeSystem();
    const operation = { ...request, operationId: 'deploy-1' };
    await createDatabaseSnapshot(clean.system, operation);
    const calls = clean.faults.calls.length;
    expect(calls).toBeGreaterThan(8);
    for (const fault of everyFault) {
      for (let at = 1; at <= calls; at += 1) {
        const fake = fakeSystem();
        const abort = new AbortController();
        fake.faults.arm(at, fault, abort);
        const first = await createDatabaseSnapshot(fake.system, operation, { signal: abort.signal }).then(
          (snapshot) => snapshot.status,
          (error: unknown) => (error === abortReason ? 'aborted' : isBackupError(error) ? error.code : error),
        );
        const expected = fault.startsWith('aborts')
          ? ['aborted']
          : fault === 'is-denied'
            ? ['access-denied']
            : ['available', 'service-unreachable'];
        // The very last answer has been read when an abort comes after it.
        if (fault === 'aborts-after' && at === calls) expected.push('available');
        expect(expected, `${fault} at call ${at}`).toContain(first);
        fake.faults.arm(0, fault);
        await expect(createDatabaseSnapshot(fake.system, operation)).resolves.toMatchObject({ status: 'available' });
        expect(fake.rds.snapshots, `${fault} at call ${at}`).toHaveLength(1);
      }
    }
  });

  it('survives a lost answer to the very call that begins the snapshot', async () => {
    const fake = fakeSystem();
    const clean = fakeSystem();
    await createDatabaseSnapshot(clean.system, request);
    fake.faults.arm(clean.faults.calls.indexOf('rds.createSnapshot') + 1, 'loses-answer');
    await expect(createDatabaseSnapshot(fake.system, request)).resolves.toMatchObject({ status: 'available' });
    expect(fake.rds.snapshots).toHaveLength(1);
  });
});
