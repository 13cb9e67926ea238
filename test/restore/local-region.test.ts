import { CreateDBInstanceCommand, RDSClient } from '@aws-sdk/client-rds';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectAws } from '../../src/aws/index.js';
import type { CheckReport } from '../../src/core/check-result.js';
import { createVirtualClock, type FaultRule, type LocalRegion, startLocalRegion } from '../../src/local/index.js';
import type { SqlPort } from '../../src/ports/postgres.js';
import { executePlan } from '../../src/restore/execution/execute-plan.js';
import { createMemoryJournal } from '../../src/restore/execution/memory-journal.js';
import { RestorePlanner } from '../../src/restore/restore-planner.js';
import { defineSystem, type System } from '../../src/system/define-system.js';

let region: LocalRegion;
let system: System;

/** No data plane: every address is a server of its own that started at some instant. */
const sql: SqlPort = {
  connect: async ({ host, port }) => ({
    serverVersion: 150_018,
    query: (async () => [{ started_at: `${host}:${port}`, address: null, port: null, recovering: false }]) as never,
    close: async () => {},
  }),
};

beforeEach(async () => {
  const clock = createVirtualClock(new Date('2025-11-09T06:00:00Z'));
  region = await startLocalRegion({ clock });
  const client = { region: region.region, endpoint: region.endpoint, credentials: region.credentials };
  system = defineSystem({
    aws: connectAws(client),
    database: { instance: 'prod', name: 'zephyr', credentials: { user: 'u', password: 'p' } },
    postgres: { sql, tools: undefined as never },
    clock,
  });
  const rds = new RDSClient(client);
  await rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: 'prod',
      DBInstanceClass: 'db.m6g.large',
      Engine: 'postgres',
      MasterUsername: 'u',
      MasterUserPassword: 'only-for-tests',
      AllocatedStorage: 100,
      BackupRetentionPeriod: 30,
      DeletionProtection: true,
      MultiAZ: true,
      EnablePerformanceInsights: true,
      MonitoringInterval: 60,
      MonitoringRoleArn: 'arn:aws:iam::123456789012:role/monitoring',
      MaxAllocatedStorage: 500,
    }),
  );
  rds.destroy();
  await clock.sleep(3 * 3_600_000);
});

afterEach(async () => {
  await region?.close();
});

async function recover(from: 'point-in-time' | 'snapshot' = 'point-in-time'): Promise<unknown> {
  const planner = new RestorePlanner(system);
  const now = system.clock.now();
  const promotion = { promote: 'rename', acknowledgeWritersStopped: true } as const;
  const plan =
    from === 'snapshot'
      ? await planner.planSnapshotRestore({ snapshot: 'latest-automated', target: 'recovery', ...promotion })
      : await planner.planPointInTime({
          restoreTime: new Date(now.getTime() - 20 * 60_000),
          target: 'pitr',
          ...promotion,
        });
  const journal = createMemoryJournal();
  const check = async (): Promise<CheckReport> => ({ verdict: 'passed', checks: [], startedAt: '', finishedAt: '' });
  const run = () => executePlan(system, plan, { approve: plan.hash, journal }, check);
  const outcome = await run().catch(() => run());
  expect(outcome).toMatchObject({ status: 'completed', drift: [], candidate: { identifier: 'prod' } });
  const names: string[] = [];
  for await (const { identifier } of system.aws.rds.listInstances()) names.push(identifier);
  expect(names.sort()).toEqual(['prod', outcome.previous?.identifier]);
  const promoted = await system.aws.rds.describeInstance('prod');
  expect(promoted?.resourceId).toBe(outcome.candidate?.resourceId);
  expect(promoted).toMatchObject({
    multiAz: true,
    monitoringIntervalSeconds: 60,
    performanceInsights: true,
    deletionProtection: true,
    maxAllocatedStorageGiB: 500,
  });
  return outcome;
}

describe('a recovery over the wire, in virtual time', () => {
  it('takes as long as RDS does and passes in a moment', async () => {
    expect(await recover()).toMatchObject({ objectives: [{ verdict: 'met' }, expect.anything()] });
  });

  it('restores a snapshot with what its call cannot set, autoscaling of storage among it', async () => {
    expect(await recover('snapshot')).toMatchObject({ objectives: [{ verdict: 'met' }, { verdict: 'missed' }] });
  });

  it('is told in the plan where RDS no longer offers the version of the data', async () => {
    const { rds } = system.aws;
    const planner = new RestorePlanner(system);
    const restoreTime = new Date(system.clock.now().getTime() - 20 * 60_000);
    await rds.createSnapshot({ snapshot: 'new', instance: 'prod', tags: {} });
    await system.clock.sleep(3_600_000);
    const plans = [
      await planner.planSnapshotRestore({ snapshot: 'new', target: 'recovery' }),
      await planner.planPointInTime({ restoreTime, target: 'pitr', promote: 'none' }),
    ];
    const retired = {
      engineVersionStatus: () => rds.engineVersionStatus({ engine: 'postgres', engineVersion: '10.23' }),
    };
    const later = new RestorePlanner({ ...system, aws: { ...system.aws, rds: { ...rds, ...retired } } });
    const told = [
      await later.planSnapshotRestore({ snapshot: 'new', target: 'recovery' }),
      await later.planPointInTime({ restoreTime, target: 'pitr', promote: 'none' }),
    ];
    const saying = ({ warnings }: { readonly warnings: readonly { readonly code: string }[] }): boolean =>
      warnings.some(({ code }) => code === 'engine-version-not-offered');
    expect(plans.map(saying)).toEqual([false, false]);
    expect(told.map(saying)).toEqual([true, true]);
  });

  it.each<FaultRule>([
    { operation: 'RestoreDBInstanceFromDBSnapshot', call: 1, fault: { kind: 'drop-response' } },
    { operation: 'RestoreDBInstanceFromDBSnapshot', call: [1, 2, 3, 4], fault: { kind: 'throttle' } },
    {
      operation: 'DescribeDBSnapshots',
      call: [2, 3, 4],
      fault: { kind: 'error', code: 'InternalFailure', status: 500 },
    },
  ])('restores a snapshot to the same end: $operation $call $fault.kind', async (rule) => {
    const injected = region.faults.inject(rule);
    await recover('snapshot');
    expect(injected.hits).toBeGreaterThan(0);
  });

  const drop = { kind: 'drop-response' } as const;
  it.each<FaultRule>([
    { operation: 'RestoreDBInstanceToPointInTime', call: 1, fault: drop },
    { operation: 'RestoreDBInstanceToPointInTime', call: [1, 2, 3, 4], fault: { kind: 'throttle' } },
    { operation: 'ModifyDBInstance', call: 1, fault: drop },
    { operation: 'ModifyDBInstance', call: 2, fault: drop },
    { operation: 'ModifyDBInstance', call: 3, fault: drop },
    { operation: 'DescribeDBInstances', every: 5, fault: { kind: 'error', code: 'InternalFailure', status: 500 } },
    { operation: 'ModifyDBInstance', call: [2, 3], fault: { kind: 'error', code: 'InvalidDBInstanceState' } },
  ])('comes to the same end: $operation $call $every $fault.kind', async (rule) => {
    const injected = region.faults.inject(rule);
    await recover();
    expect(injected.hits).toBeGreaterThan(0);
  });

  it.each<FaultRule | undefined>([
    undefined,
    { operation: 'RestoreDBInstanceToPointInTime', call: 1, fault: drop },
    { operation: 'ModifyDBInstance', call: 1, fault: drop },
    { operation: 'DescribeDBInstances', every: 5, fault: { kind: 'error', code: 'InternalFailure', status: 500 } },
  ])('points the application at the candidate and renames nothing: %j', async (rule) => {
    const injected = rule === undefined ? undefined : region.faults.inject(rule);
    const planner = new RestorePlanner(system);
    const old = await system.aws.rds.describeInstance('prod');
    const plan = await planner.planPointInTime({ restoreTime: 'latest', target: 'pitr', promote: 'endpoint' });
    const seen: unknown[] = [];
    const done: string[] = [];
    const options = {
      approve: plan.hash,
      journal: createMemoryJournal(),
      writers: { stop: async () => void done.push('stop'), resume: async () => void done.push('resume') },
      switchEndpoint: async (to: object) => {
        done.push('switch');
        seen.push(to);
      },
    };
    const check = async (): Promise<CheckReport> => ({ verdict: 'passed', checks: [], startedAt: '', finishedAt: '' });
    const run = () => executePlan(system, plan, options, check);
    const outcome = await run().catch(() => run());
    expect(outcome).toMatchObject({ status: 'completed', drift: [], previous: { identifier: 'prod' } });
    expect(done).toEqual(['stop', 'switch', 'resume']);
    const candidate = await system.aws.rds.describeInstance('pitr');
    expect(seen).toEqual([{ identifier: 'pitr', ...candidate?.endpoint }]);
    expect(candidate).toMatchObject({ resourceId: outcome.candidate?.resourceId, deletionProtection: true });
    expect(await system.aws.rds.describeInstance('prod')).toMatchObject({
      resourceId: old?.resourceId,
      endpoint: old?.endpoint,
    });
    expect(region.calls.list({ input: { NewDBInstanceIdentifier: '*' } })).toEqual([]);
    expect(injected?.hits).not.toBe(0);
  });
});
