import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckReport } from '../../src/core/check-result.js';
import type { Journal } from '../../src/ports/journal.js';
import { executePlan } from '../../src/restore/execution/execute-plan.js';
import { createMemoryJournal } from '../../src/restore/execution/memory-journal.js';
import type { RestoreOutcome } from '../../src/restore/execution/restore-outcome.js';
import { renderPlan } from '../../src/restore/plan/render-plan.js';
import type { InstancePlan } from '../../src/restore/plan/restore-plan.js';
import { RestorePlanner } from '../../src/restore/restore-planner.js';
import { givenProduction, instanceName, type Production } from '../sweeps/production.js';

let home: Production;
let journal: Journal;
beforeEach(async () => {
  journal = createMemoryJournal();
  home = await givenProduction();
});
afterEach(async () => {
  await home?.[Symbol.asyncDispose]();
});

const planner = (): RestorePlanner => new RestorePlanner(home.system);
const ofSnapshot = { snapshot: 'latest-automated', target: 'recovery' } as const;
const ofInstant = { restoreTime: 'latest', target: 'recovery', promote: 'none' } as const;

function execute(plan: InstancePlan): Promise<RestoreOutcome> {
  const check = async (): Promise<CheckReport> => ({ verdict: 'passed', checks: [], startedAt: '', finishedAt: '' });
  return executePlan(home.system, plan, { approve: plan.hash, journal }, check);
}

const changes = (): number => home.region.calls.list({ operation: /^(Create|Restore|Modify|Delete|Copy)DB/ }).length;

async function instances(): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { identifier, instanceClass } of home.aws.rds.listInstances())
    names.push(`${identifier} ${instanceClass}`);
  return names.sort();
}

describe('a plan', () => {
  it.each([
    ['from a snapshot', () => planner().planSnapshotRestore(ofSnapshot)],
    ['to an instant', () => planner().planPointInTime(ofInstant)],
  ])(
    '%s is refused where the class of production cannot be had any more, before anything is made',
    async (_of, plan) => {
      home.region.classes.withdraw('db.t3.large');
      const before = changes();
      await expect(plan()).rejects.toMatchObject({
        code: 'instance-class-not-offered',
        message: expect.stringContaining('db.t3.large is not offered for postgres 15.18 in us-east-1'),
        hint: expect.stringContaining('db.t4g.large, db.t3.xlarge'),
      });
      expect(changes()).toBe(before);
    },
  );

  it('is refused where the caller names what there is none of', async () => {
    const named = planner().planSnapshotRestore({ ...ofSnapshot, instanceClass: 'db.m4.large' });
    await expect(named).rejects.toMatchObject({ code: 'invalid-input', field: 'instanceClass' });
    const small = { instanceClass: 'db.t3.micro', storageType: 'io1', iops: 3_000 };
    await expect(planner().planPointInTime({ ...ofInstant, configuration: small })).rejects.toMatchObject({
      field: 'configuration.instanceClass',
      message: expect.stringContaining('db.t3.micro cannot have io1 storage, only gp2, gp3, standard'),
    });
    const io2 = { storageType: 'io2' };
    home.region.classes.withdraw('db.t3.large', ['us-east-1a', 'us-east-1b']);
    await expect(planner().planPointInTime({ ...ofInstant, configuration: io2 })).rejects.toMatchObject({
      code: 'instance-class-not-offered',
      message: expect.stringContaining('db.t3.large cannot be Multi-AZ'),
    });
    await planner().planPointInTime({ ...ofInstant, configuration: { multiAz: false } });
  });

  it('takes the first class that can be had, and tells what it passed over', async () => {
    const preferred = ['db.m4.large', 'db.t4g.large', 'source'] as const;
    const plan = await planner().planSnapshotRestore({ ...ofSnapshot, instanceClass: { preferred } });
    expect(plan.facts.profile.instanceClass).toBe('db.t4g.large');
    expect(plan.facts.passedOver).toEqual([
      { instanceClass: 'db.m4.large', reason: 'is not offered for postgres 15.18 in us-east-1' },
    ]);
    expect(plan.steps[0]).toMatchObject({
      settings: { instanceClass: 'db.t4g.large' },
      standbyClasses: ['db.t3.large'],
    });
    const text = renderPlan(plan);
    expect(text).toContain('instance-class-passed-over: db.t4g.large is taken instead of db.m4.large');
    expect(text).toContain('as recovery; where RDS has no capacity for db.t4g.large, as db.t3.large');
    const outcome = await execute(plan);
    expect(outcome).toMatchObject({ status: 'completed', drift: [], candidate: { instanceClass: 'db.t4g.large' } });
  });

  it('says nothing of classes where all is well', async () => {
    const plan = await planner().planPointInTime(ofInstant);
    expect(plan.warnings.filter(({ code }) => code.startsWith('instance-class'))).toEqual([]);
    expect(plan.facts).not.toHaveProperty('passedOver');
    expect(plan.steps[0]).not.toHaveProperty('standbyClasses');
    expect(plan.facts.data).toEqual({ engine: 'postgres', engineVersion: '15.18' });
  });

  it('is made and carried out where nobody may ask for classes or zones', async () => {
    const denied = { kind: 'error', code: 'AccessDenied', status: 403 } as const;
    for (const operation of ['DescribeOrderableDBInstanceOptions', 'DescribeDBSubnetGroups']) {
      home.region.faults.inject({ operation, fault: denied });
    }
    const plan = await planner().planSnapshotRestore(ofSnapshot);
    const told = plan.warnings.filter(({ code }) => code === 'instance-class-not-checked');
    expect(told.map(({ message }) => message)).toEqual([
      expect.stringContaining('DescribeOrderableDBInstanceOptions of db.t3.large of postgres 15.18 failed'),
      expect.stringContaining('DescribeDBSubnetGroups of default failed'),
    ]);
    expect(await execute(plan)).toMatchObject({ status: 'completed' });
    expect(await instances()).toEqual(['recovery db.t3.large', `${instanceName} db.t3.large`]);
  });

  it('tries what RDS does not list where that is acknowledged, and RDS has the last word', async () => {
    home.region.classes.withdraw('db.t3.large');
    const plan = await planner().planSnapshotRestore({ ...ofSnapshot, acknowledgeInstanceClass: true });
    expect(plan.warnings.map(({ code }) => code)).toContain('instance-class-not-offered');
    await expect(execute(plan)).rejects.toMatchObject({
      code: 'instance-class-not-offered',
      message: expect.stringContaining('RDS does not support creating a DB instance with the following combination'),
    });
    expect(await instances()).toHaveLength(1);
    home.region.classes.renew('db.t3.large');
    expect(await execute(plan)).toMatchObject({ status: 'completed' });
  });

  it('has to be told a class where no instance is left, and takes it from those that are named', async () => {
    const { rds } = home.system.aws;
    const nobody = { describeInstance: async () => undefined, describeInstanceByResourceId: async () => undefined };
    const alone = new RestorePlanner({ ...home.system, aws: { ...home.system.aws, rds: { ...rds, ...nobody } } });
    const source = { resourceId: home.resourceId };
    await expect(alone.planSnapshotRestore({ ...ofSnapshot, source })).rejects.toMatchObject({
      field: 'configuration.instanceClass',
    });
    const plan = await alone.planSnapshotRestore({
      ...ofSnapshot,
      source,
      instanceClass: { preferred: ['source', 'db.t3.large'] },
      configuration: { vpcSecurityGroups: ['sg-1'], subnetGroup: 'default' },
    });
    expect(plan.facts).toMatchObject({
      profile: { instanceClass: 'db.t3.large', storageType: 'gp3' },
      passedOver: [{ instanceClass: 'source', reason: 'cannot be told: there is no instance left' }],
    });
  });
});

describe('where RDS has no capacity', () => {
  it('a restore is made as the next class that stands by', async () => {
    const preferred = ['source', 'db.m6g.large', 'db.t4g.large'] as const;
    const plan = await planner().planPointInTime({ ...ofInstant, instanceClass: { preferred } });
    home.region.classes.exhaust('db.t3.large');
    home.region.classes.withdraw('db.m6g.large');
    const outcome = await execute(plan);
    expect(outcome).toMatchObject({
      status: 'completed',
      candidate: { identifier: 'recovery', instanceClass: 'db.t4g.large' },
      drift: [{ setting: 'instanceClass', expected: 'db.t3.large', actual: 'db.t4g.large' }],
    });
    expect(await instances()).toEqual(['recovery db.t4g.large', `${instanceName} db.t3.large`]);
  });

  it('a restore waits for it a while', async () => {
    const plan = await planner().planSnapshotRestore(ofSnapshot);
    home.region.faults.inject({
      operation: 'RestoreDBInstanceFromDBSnapshot',
      call: 1,
      fault: { kind: 'error', code: 'InsufficientDBInstanceCapacity', status: 400 },
    });
    expect(await execute(plan)).toMatchObject({ status: 'completed', drift: [] });
  });

  it('a restore ends after ten minutes, names others, and can be taken up again', async () => {
    const plan = await planner().planSnapshotRestore(ofSnapshot);
    home.region.classes.exhaust('db.t3.large');
    const from = home.clock.now().getTime();
    await expect(execute(plan)).rejects.toMatchObject({
      code: 'insufficient-capacity',
      message: 'RDS has had no capacity for db.t3.large in us-east-1 for 10 minutes',
      hint: expect.stringContaining('such as db.t4g.large, db.t3.xlarge'),
      retryable: true,
    });
    const minutes = (home.clock.now().getTime() - from) / 60_000;
    expect(minutes).toBeGreaterThanOrEqual(10);
    expect(minutes).toBeLessThan(20);
    expect(await instances()).toHaveLength(1);
    home.region.classes.renew('db.t3.large');
    expect(await execute(plan)).toMatchObject({ status: 'completed' });
  });

  it('nobody is kept from the reason by a list of others that cannot be had', async () => {
    const plan = await planner().planSnapshotRestore(ofSnapshot);
    home.region.classes.exhaust('db.t3.large');
    const operation = 'DescribeOrderableDBInstanceOptions';
    home.region.faults.inject({ operation, fault: { kind: 'error', code: 'AccessDenied', status: 403 } });
    await expect(execute(plan)).rejects.toMatchObject({
      code: 'insufficient-capacity',
      hint: expect.stringContaining('plan again with another instanceClass; several'),
      details: { classes: ['db.t3.large'], alternatives: [] },
    });
  });
});
