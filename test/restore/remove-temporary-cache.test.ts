import {
  CreateReplicationGroupCommand,
  DeleteReplicationGroupCommand,
  DescribeReplicationGroupsCommand,
} from '@aws-sdk/client-elasticache';
import { expect, it } from 'vitest';
import { removeTemporaryCache } from '../../src/restore/cache/remove-temporary-cache.js';
import { createMemoryJournal } from '../../src/restore/execution/memory-journal.js';
import type { CacheRestorePlan } from '../../src/restore/plan/restore-plan.js';
import { RestorePlanner } from '../../src/restore/restore-planner.js';
import type { System } from '../../src/system/define-system.js';
import { type CacheRegion, groupInput } from '../local/elasticache/support/cache-region.js';
import { cacheName, givenCache } from './cache-system.js';

const target = 'zephyr-redis-look';

async function temporaryPlan(system: System): Promise<CacheRestorePlan> {
  const expiresAt = new Date(system.clock.now().getTime() + 3_600_000);
  const temporary = { securityGroups: ['sg-drill'], expiresAt };
  return new RestorePlanner(system).planCacheRestore({ snapshot: 'latest', target, temporary });
}

async function made(system: System): Promise<CacheRestorePlan> {
  const plan = await temporaryPlan(system);
  const options = {
    approve: plan.hash,
    journal: createMemoryJournal(),
    cacheAuthToken: () => 'sixteen-and-more-letters',
  };
  await new RestorePlanner(system).execute(plan, options);
  return plan;
}

async function names({ client }: CacheRegion): Promise<readonly unknown[]> {
  const { ReplicationGroups = [] } = await client.send(new DescribeReplicationGroupsCommand({}));
  return ReplicationGroups.map(({ ReplicationGroupId }) => ReplicationGroupId).sort();
}

it('removes what its plan has made, without a last snapshot, and nothing else', async () => {
  await using place = await givenCache();
  const plan = await made(place.system);
  expect(await names(place)).toEqual([cacheName, target]);
  expect(await removeTemporaryCache(place.system, plan)).toBe('removed');
  expect(await names(place)).toEqual([cacheName]);
  expect(place.region.calls.list('DeleteReplicationGroup').map(({ input }) => input)).toEqual([
    { ReplicationGroupId: target, RetainPrimaryCluster: false },
  ]);
  expect(await removeTemporaryCache(place.system, plan)).toBe('never-there');
});

it('waits for one that somebody else is deleting already, and calls it removed', async () => {
  await using place = await givenCache();
  const plan = await made(place.system);
  await place.client.send(new DeleteReplicationGroupCommand({ ReplicationGroupId: target }));
  expect(await removeTemporaryCache(place.system, plan)).toBe('removed');
  expect(place.region.calls.list('DeleteReplicationGroup')).toHaveLength(1);
  expect(await names(place)).toEqual([cacheName]);
});

it('has nothing to remove where another’s cache of that name is being deleted', async () => {
  await using place = await givenCache();
  const plan = await temporaryPlan(place.system);
  await place.client.send(new CreateReplicationGroupCommand(groupInput(target)));
  await place.system.clock.sleep(3_600_000);
  await place.client.send(new DescribeReplicationGroupsCommand({}));
  await place.client.send(new DeleteReplicationGroupCommand({ ReplicationGroupId: target }));
  expect(await removeTemporaryCache(place.system, plan)).toBe('never-there');
});

it.each([
  { operation: 'DeleteReplicationGroup', call: 1, fault: { kind: 'drop-response' } },
  {
    operation: 'DeleteReplicationGroup',
    call: [1, 2],
    fault: { kind: 'error', code: 'InvalidReplicationGroupState', status: 400 },
  },
  {
    operation: 'ListTagsForResource',
    call: [1, 2],
    fault: { kind: 'error', code: 'InvalidReplicationGroupState', status: 400 },
  },
  {
    operation: 'DescribeReplicationGroups',
    call: [1, 2],
    fault: { kind: 'error', code: 'InternalFailure', status: 500 },
  },
] as const)('comes to the same end: $operation $fault.kind', async (rule) => {
  await using place = await givenCache();
  const plan = await made(place.system);
  const injected = place.region.faults.inject(rule as never);
  expect(await removeTemporaryCache(place.system, plan)).toBe('removed');
  expect(injected.hits).toBeGreaterThan(0);
  expect(await names(place)).toEqual([cacheName]);
});

it('deletes none that it did not make, and none that is to stay', async () => {
  await using place = await givenCache();
  const { system } = place;
  const plan = await temporaryPlan(system);
  await place.client.send(new CreateReplicationGroupCommand(groupInput(target)));
  await expect(removeTemporaryCache(system, plan)).rejects.toMatchObject({ code: 'precondition-failed' });
  const staying = await new RestorePlanner(system).planCacheRestore({ snapshot: 'latest', target: 'staying' });
  await expect(removeTemporaryCache(system, staying)).rejects.toMatchObject({ code: 'invalid-input', field: 'plan' });
  await expect(removeTemporaryCache(system, { ...plan, candidate: cacheName })).rejects.toMatchObject({
    code: 'invalid-input',
  });
  expect(place.region.calls.list('DeleteReplicationGroup')).toEqual([]);
});

it('says so when AWS refuses for good, and stops when it is stopped', async () => {
  await using place = await givenCache();
  const plan = await made(place.system);
  const stopped = AbortSignal.abort(new Error('enough'));
  await expect(removeTemporaryCache(place.system, plan, { signal: stopped })).rejects.toThrow('enough');
  place.region.faults.inject({
    operation: 'DeleteReplicationGroup',
    fault: { kind: 'error', code: 'AccessDenied', status: 403 },
  });
  await expect(removeTemporaryCache(place.system, plan)).rejects.toMatchObject({ code: 'access-denied' });
});
