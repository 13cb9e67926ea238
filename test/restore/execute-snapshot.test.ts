import { describe, expect, it } from 'vitest';
import { tagKeys } from '../../src/core/tags.js';
import { operationIdOf } from '../../src/restore/execution/operation-id.js';
import { renderPlan } from '../../src/restore/plan/render-plan.js';
import { rehearse } from './rehearsal.js';

const expiresAt = new Date('2025-11-09T20:00:00Z');

describe('executing a plan that restores a snapshot', () => {
  it('promotes the restored instance, with all the settings of the source', async () => {
    const rehearsal = rehearse();
    rehearsal.fake.addSnapshot();
    const plan = await rehearsal.planSnapshot();
    const outcome = await rehearsal.execute(plan);
    expect(rehearsal.fake.mutations).toEqual([
      'restore recovery',
      expect.stringContaining('"maxAllocatedStorageGiB":500'),
      'reboot recovery',
      'modify prod {"newIdentifier":"prod-old-20251109t1430z"}',
      'modify recovery {"newIdentifier":"prod"}',
      'snapshot prod-manual-20251109-143000-promoted',
    ]);
    expect(outcome).toMatchObject({
      status: 'completed',
      restoredTo: '2025-11-09T03:08:30.000Z',
      recoveryPointMilliseconds: 40_890_000,
      candidate: { identifier: 'prod' },
      previous: { identifier: 'prod-old-20251109t1430z', resourceId: 'db-PRODUCTION' },
      discarded: { from: '2025-11-09T03:08:30.000Z' },
      drift: [],
    });
    expect(outcome.objectives.map(({ verdict }) => verdict)).toEqual(['met', 'missed']);
    expect(await rehearsal.execute(plan)).toEqual(outcome);
  });

  it('counts the loss up to the incident where it is told', async () => {
    const rehearsal = rehearse();
    rehearsal.fake.addSnapshot();
    const plan = await rehearsal.planSnapshot({ promote: 'none', incidentAt: new Date('2025-11-09T03:08:31Z') });
    expect(await rehearsal.execute(plan)).toMatchObject({ recoveryPointMilliseconds: 1_000 });
  });

  it.each([
    ['gone', 'it no longer exists', undefined],
    ['another of that name', 'there is another one of that name now', { createdAt: new Date('2025-11-09T14:29:00Z') }],
    ['being deleted', 'it is deleting', { status: 'deleting' }],
  ])('begins nothing when the snapshot is %s by then', async (_how, found, change) => {
    const rehearsal = rehearse();
    rehearsal.fake.addSnapshot();
    const plan = await rehearsal.planSnapshot();
    rehearsal.fake.snapshots.clear();
    if (change !== undefined) rehearsal.fake.addSnapshot(change);
    await expect(rehearsal.execute(plan)).rejects.toMatchObject({
      code: 'precondition-failed',
      message: expect.stringContaining(found),
    });
    expect(rehearsal.fake.mutations).toEqual([]);
  });
});

describe('a candidate for a drill', () => {
  const temporary = { vpcSecurityGroups: ['sg-0123456789abcdef0'], expiresAt, tags: { run: 'drill-7' } };

  it.each(['snapshot', 'point-in-time'] as const)('is quarantined and carries what its end needs: %s', async (kind) => {
    const rehearsal = rehearse();
    rehearsal.fake.addSnapshot();
    const request = { target: 'drill', promote: 'none', temporary } as const;
    const plan = kind === 'snapshot' ? await rehearsal.planSnapshot(request) : await rehearsal.plan(request);
    expect(renderPlan(plan)).toMatch(/temporary +for a drill, until 2025-11-09T20:00:00.000Z/);
    expect(plan.temporary).toEqual({ purpose: 'drill', expiresAt: expiresAt.toISOString() });
    expect(plan.steps[0]).toMatchObject({
      settings: {
        vpcSecurityGroups: ['sg-0123456789abcdef0'],
        publiclyAccessible: false,
        multiAz: false,
        deletionProtection: false,
        backupRetentionDays: 0,
        copyTagsToSnapshot: false,
        parameterGroup: 'zephyr15',
        logExports: [],
        tags: {
          run: 'drill-7',
          [tagKeys.managedBy]: 'zephyr-backup',
          [tagKeys.purpose]: 'drill',
          [tagKeys.expiresAt]: expiresAt.toISOString(),
        },
      },
    });
    expect(JSON.stringify(plan.steps[0])).not.toContain('team');
    const outcome = await rehearsal.execute(plan);
    expect(outcome).toMatchObject({ status: 'completed', candidate: { identifier: 'drill' }, drift: [] });
    // Nothing is left to be modified: only its parameters take effect.
    expect(rehearsal.fake.mutations).toEqual(['restore drill', 'reboot drill']);
    const made = rehearsal.fake.instance(outcome.candidate?.resourceId ?? '');
    expect(made.tags).toMatchObject({ [tagKeys.operationId]: operationIdOf(plan) });
  });

  it('may be of another class, which is said', async () => {
    const rehearsal = rehearse();
    rehearsal.fake.addSnapshot();
    const smaller = { ...temporary, instanceClass: 'db.t3.medium', subnetGroup: 'drills', purpose: 'look' };
    const plan = await rehearsal.planSnapshot({ promote: 'none', temporary: smaller });
    expect(plan.warnings).toContainEqual({
      code: 'instance-class-differs',
      message: expect.stringContaining('db.t3.medium instead of db.m6g.large: the parameters of zephyr15'),
    });
    rehearsal.fake.instance('db-PRODUCTION').parameterGroups = [];
    const plain = await rehearsal.planSnapshot({ promote: 'none', temporary: smaller });
    expect(plain.warnings[3]?.message).toContain('the parameters of the engine');
    expect(plan.steps[0]).toMatchObject({ settings: { instanceClass: 'db.t3.medium', subnetGroup: 'drills' } });
    expect(plan.warnings.map(({ code }) => code)).not.toContain('backups-off');
  });

  it.each([
    ['temporary', { temporary, promote: 'rename' }],
    ['temporary.vpcSecurityGroups', { temporary: { ...temporary, vpcSecurityGroups: [] } }],
    ['temporary.vpcSecurityGroups', { temporary: { ...temporary, vpcSecurityGroups: ['default'] } }],
    ['temporary.vpcSecurityGroups', { temporary: { expiresAt } }],
    ['temporary.expiresAt', { temporary: { ...temporary, expiresAt: new Date(Number.NaN) } }],
    ['configuration.publiclyAccessible', { temporary, configuration: { publiclyAccessible: true } }],
    ['configuration.tags', { temporary, configuration: { tags: {} } }],
  ])('is refused where it would not be one: %s', async (field, request) => {
    const { planSnapshot } = rehearse();
    await expect(planSnapshot({ promote: 'none', ...(request as object) })).rejects.toMatchObject({
      code: 'invalid-input',
      field,
    });
  });
});
