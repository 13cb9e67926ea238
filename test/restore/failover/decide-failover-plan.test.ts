import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DatabaseInstance } from '../../../src/ports/database-instance.js';
import type { ReplicationGroup } from '../../../src/ports/elasticache.js';
import { decideCacheFailoverPlan } from '../../../src/restore/failover/decide-cache-failover-plan.js';
import { decideFailoverPlan } from '../../../src/restore/failover/decide-failover-plan.js';
import type { FailoverFacts } from '../../../src/restore/failover/failover-facts.js';
import { checkFailoverWatch } from '../../../src/restore/failover/failover-request.js';
import { checkPlan } from '../../../src/restore/plan/seal-plan.js';
import { aDatabaseInstance } from '../fake-rds.js';

const now = new Date('2025-11-09T14:00:00Z');
const objectives = { recoveryTime: '1h', recoveryPoint: '5m', automatedRetention: '30d' } as const;
const context = { region: 'us-east-1', instance: 'prod', database: 'zephyr', objectives };
const healthy: DatabaseInstance = { ...aDatabaseInstance(), availabilityZone: 'a', standbyZone: 'b' };
const request = { probeEveryMilliseconds: 1_000, outageWithinMilliseconds: 60_000, acknowledgePendingChanges: false };

const decide = (
  instance: Partial<DatabaseInstance> = {},
  more: Partial<FailoverFacts> = {},
  acknowledgePendingChanges = false,
) =>
  decideFailoverPlan(
    { instance: { ...healthy, ...instance }, lastFailoverAt: undefined, unreachable: undefined, ...more },
    { ...request, acknowledgePendingChanges },
    context,
    now,
  );

describe('a plan to fail over', () => {
  it('is one step, with what it rests on', () => {
    const plan = decide();
    expect(checkPlan(plan, plan.hash)).toEqual(plan);
    expect(plan).toMatchObject({
      kind: 'failover',
      facts: { primary: 'a', standby: 'b', awaitingRestart: [], pendingChanges: [], replicas: [], reachable: true },
      steps: [{ kind: 'fail-over', reachable: true, probeEveryMilliseconds: 1_000, outageWithinMilliseconds: 60_000 }],
      estimate: { recoveryPointMilliseconds: 0 },
    });
    expect(plan.steps[0]?.preconditions.map(({ kind }) => kind)).toEqual([
      'instance-is',
      'can-fail-over',
      'nothing-pending',
      'nothing-awaits-restart',
    ]);
  });

  it.each([
    ['one zone', { multiAz: false }, 'precondition-failed', 'is not Multi-AZ'],
    ['a standby that is not there yet', { standbyZone: undefined }, 'precondition-failed', 'no standby'],
    ['no zone', { availabilityZone: undefined }, 'precondition-failed', 'no standby'],
    ['a backup', { status: 'backing-up' }, 'invalid-state', 'is backing-up'],
    ['maintenance', { status: 'maintenance' }, 'invalid-state', 'is maintenance'],
    ['a full storage', { status: 'storage-full' }, 'invalid-state', 'is storage-full'],
    ['no endpoint', { endpoint: undefined }, 'invalid-state', 'is available'],
    ['a queued change', { pendingChanges: { DBInstanceClass: 'x' } }, 'precondition-failed', 'DBInstanceClass'],
    [
      'a static parameter',
      { parameterGroups: [{ name: 'zephyr15', applyStatus: 'pending-reboot' }] },
      'precondition-failed',
      'zephyr15',
    ],
  ] as const)('is refused with %s', (_, instance, code, text) => {
    expect(() => decide(instance)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(text) }));
  });

  it('applies what waits for a restart where that is acknowledged, and then does not look for it again', () => {
    const waiting = {
      parameterGroups: [{ name: 'zephyr15', applyStatus: 'pending-reboot' }],
      pendingChanges: { Iops: 1 },
    };
    const plan = decide(waiting, {}, true);
    expect(plan.facts).toMatchObject({ awaitingRestart: ['zephyr15'], pendingChanges: ['Iops'] });
    expect(plan.warnings.map(({ code }) => code)).toEqual(['connections-break', 'pending-changes-will-apply']);
    expect(plan.steps[0]?.preconditions.map(({ kind }) => kind)).toEqual(['instance-is', 'can-fail-over']);
  });

  it('warns of replicas, of a failover a moment ago, and of a database that nobody reaches', () => {
    const codes = (plan: ReturnType<typeof decide>) => plan.warnings.map(({ code }) => code);
    const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
    expect(codes(decide({ replicas: ['b', 'a'] }))).toContain('replicas-wait');
    expect(codes(decide({}, { lastFailoverAt: minutesAgo(9) }))).toContain('failover-was-recent');
    expect(codes(decide({}, { lastFailoverAt: minutesAgo(11) }))).not.toContain('failover-was-recent');
    const unreachable = decide({}, { unreachable: 'refused' });
    expect(codes(unreachable)).toContain('database-not-reachable');
    expect(unreachable.facts.reachable).toBe(false);
  });

  it('is made of what is ready and has a standby only, whatever else is so', () => {
    const anything = fc.record({
      status: fc.constantFrom('available', 'backing-up', 'modifying', 'rebooting', 'stopped', 'storage-optimization'),
      multiAz: fc.boolean(),
      standbyZone: fc.constantFrom(undefined, 'b'),
      replicas: fc.subarray(['x', 'y']),
      parameterGroups: fc.constantFrom(
        [{ name: 'g', applyStatus: 'in-sync' }],
        [{ name: 'g', applyStatus: 'pending-reboot' }],
      ),
      pendingChanges: fc.constantFrom({}, { Iops: 1 }),
    });
    fc.assert(
      fc.property(anything, fc.boolean(), (instance, acknowledged) => {
        let planned = true;
        try {
          decide(instance, {}, acknowledged);
        } catch {
          planned = false;
        }
        const waits = instance.parameterGroups[0]?.applyStatus !== 'in-sync' || 'Iops' in instance.pendingChanges;
        const ready = instance.status === 'available' || instance.status === 'storage-optimization';
        const standby = instance.multiAz && instance.standbyZone !== undefined;
        expect(planned).toBe(ready && standby && (acknowledged || !waits));
      }),
    );
  });
});

describe('the watch of a failover', () => {
  it('has the defaults of the system', () => {
    expect(checkFailoverWatch({}, objectives)).toEqual({
      probeEveryMilliseconds: 1_000,
      outageWithinMilliseconds: 3_600_000,
    });
  });

  it.each([
    [{ probeEvery: '50ms' }, 'probeEvery'],
    [{ probeEvery: '2m' }, 'probeEvery'],
    [{ outageWithin: 'soon' as '1m' }, 'outageWithin'],
  ] as const)('refuses %o', (watch, field) => {
    expect(() => checkFailoverWatch(watch, objectives)).toThrow(expect.objectContaining({ field }));
  });
});

describe('a plan to have the cache fail over', () => {
  const group: ReplicationGroup = {
    identifier: 'redis',
    arn: 'arn',
    status: 'available',
    clusterMode: false,
    automaticFailover: true,
    nodes: [
      { cluster: 'redis-001', role: 'primary', nodeGroup: '0001' },
      { cluster: 'redis-002', role: 'replica', nodeGroup: '0001' },
    ],
  };
  const decideCache = (more: Partial<ReplicationGroup> = {}) =>
    decideCacheFailoverPlan(
      { cache: 'redis', group: { ...group, ...more } },
      { ...request, nodeGroup: undefined },
      context,
      now,
    );

  it('needs two nodes of the node group', () => {
    const plan = decideCache();
    expect(checkPlan(plan, plan.hash)).toEqual(plan);
    expect(() => decideCache({ nodes: group.nodes.slice(0, 1) })).toThrow('it has no replica');
    expect(() => decideCache({ nodes: [{ cluster: 'redis-001' }] })).toThrow(
      expect.objectContaining({ field: 'nodeGroup' }),
    );
  });
});
