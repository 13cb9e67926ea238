import { CreateReplicationGroupCommand, DeleteSnapshotCommand } from '@aws-sdk/client-elasticache';
import { describe, expect, it } from 'vitest';
import { tagKeys } from '../../src/core/tags.js';
import type { RedisPort } from '../../src/ports/redis.js';
import type { CacheRestoreRequest } from '../../src/restore/cache/cache-restore-request.js';
import type { ExecuteOptions } from '../../src/restore/execution/execute-plan.js';
import { createMemoryJournal } from '../../src/restore/execution/memory-journal.js';
import { operationIdOf } from '../../src/restore/execution/operation-id.js';
import { renderPlan } from '../../src/restore/plan/render-plan.js';
import type { CacheRestorePlan } from '../../src/restore/plan/restore-plan.js';
import { RestorePlanner } from '../../src/restore/restore-planner.js';
import type { System } from '../../src/system/define-system.js';
import { group, groupInput, makeGroup } from '../local/elasticache/support/cache-region.js';
import { cacheName, cacheSystem, givenCache } from './cache-system.js';

const token = async (): Promise<string> => 'sixteen-and-more-letters';
const target = 'zephyr-redis-recovery';

function plan(system: System, request: Partial<CacheRestoreRequest> = {}): Promise<CacheRestorePlan> {
  return new RestorePlanner(system).planCacheRestore({ snapshot: 'latest', target, ...request });
}

const execute = (system: System, made: CacheRestorePlan, options: Partial<ExecuteOptions> = {}) =>
  new RestorePlanner(system).execute(made, {
    approve: made.hash,
    journal: createMemoryJournal(),
    cacheAuthToken: token,
    ...options,
  });

const codes = ({ warnings }: CacheRestorePlan): readonly string[] => warnings.map(({ code }) => code);

describe('planning a restore of the cache', () => {
  it('makes the new one like the living one: none of what keeps strangers out is in the snapshot', async () => {
    await using place = await givenCache();
    const made = await plan(place.system);
    expect(made.facts.profile).toMatchObject({
      engine: 'redis',
      engineVersion: '7.1',
      nodeType: 'cache.m6g.large',
      clusterMode: false,
      nodeGroups: 1,
      replicasPerNodeGroup: 1,
      automaticFailover: true,
      multiAz: true,
      subnetGroup: 'private',
      securityGroups: ['sg-cache'],
      transitEncryption: true,
      atRestEncryption: true,
      auth: 'token',
      snapshotRetentionDays: 5,
      tags: { team: 'zephyr' },
    });
    expect(made.steps.map(({ kind }) => kind)).toEqual(['restore-cache', 'wait-for-cache']);
    expect(codes(made)).toEqual(['cache-not-checked']);
    const text = renderPlan(made);
    expect(text).toContain(`Plan: restore the cache ${cacheName} in us-east-1 from the snapshot before`);
    expect(text).toMatch(/transitEncryption +on {2}\[off\]/);
    expect(text).toContain(`if no replication group is called ${target}`);
    expect(text).toContain('if snapshot before of the cache is available and of ');
    expect(JSON.stringify(made)).not.toContain('sixteen');
  });

  it('has a snapshot in cluster mode restored in cluster mode, with as many parts', async () => {
    await using place = await givenCache({
      NumNodeGroups: 3,
      ReplicasPerNodeGroup: 1,
      ClusterMode: 'enabled',
      NumCacheClusters: undefined,
    });
    const made = await plan(place.system);
    expect(made.facts.profile).toMatchObject({ clusterMode: true, nodeGroups: 3, replicasPerNodeGroup: 1 });
    expect(await execute(place.system, made)).toMatchObject({ status: 'completed' });
    expect(await group(place, target)).toMatchObject({ ClusterEnabled: true, AutomaticFailover: 'enabled' });
    expect((await group(place, target)).MemberClusters).toHaveLength(6);
  });

  it('asks for what the snapshot does not hold where no group is left', async () => {
    await using place = await givenCache();
    const elsewhere = cacheSystem(place, 'zephyr-gone');
    const request = { snapshot: 'before' } as const;
    const securityGroups = ['sg-1'];
    await expect(plan(elsewhere, request)).rejects.toMatchObject({ field: 'configuration.securityGroups' });
    await expect(plan(elsewhere, { ...request, configuration: { securityGroups } })).rejects.toMatchObject({
      field: 'configuration.transitEncryption',
    });
    const configuration = { securityGroups, transitEncryption: false, auth: 'none' } as const;
    const made = await plan(elsewhere, { ...request, configuration });
    expect(codes(made)).toEqual(['cache-without-tls', 'cache-without-password', 'cache-not-checked']);
    expect(made.facts.profile).toMatchObject({ replicasPerNodeGroup: 1, automaticFailover: true });
    expect(renderPlan(made)).toContain('which is no replication group any more');
    await expect(plan(elsewhere)).rejects.toMatchObject({ code: 'snapshot-not-found' });
  });

  it('refuses nodes that the data does not fit, before anything is made', async () => {
    await using place = await givenCache();
    const { system } = place;
    await expect(plan(system, { snapshot: 'nothing' })).rejects.toMatchObject({ code: 'snapshot-not-found' });
    const unknown = await plan(system, { configuration: { nodeType: 'cache.x9.large' } });
    expect(codes(unknown)).toContain('cache-may-not-fit');
    const described = system.aws.elasticache;
    if (described === undefined) throw new Error('no cache');
    const elasticache = {
      ...described,
      describeSnapshot: async (name: string) => {
        const found = await described.describeSnapshot(name);
        return found && { ...found, sizeBytes: 20 * 1024 ** 3 };
      },
    };
    const big = { ...system, aws: { ...system.aws, elasticache } };
    await expect(
      plan(big, { snapshot: 'before', configuration: { nodeType: 'cache.t3.micro' } }),
    ).rejects.toMatchObject({ code: 'invalid-input', field: 'configuration.nodeType' });
  });

  it('refuses a password without TLS, a snapshot that is not whole, and a name that is taken', async () => {
    await using place = await givenCache();
    const { system } = place;
    await expect(plan(system, { configuration: { transitEncryption: false } })).rejects.toMatchObject({
      field: 'configuration.transitEncryption',
    });
    await makeGroup(place, target);
    await expect(plan(system)).rejects.toMatchObject({ code: 'identifier-taken', field: 'target' });
    const described = system.aws.elasticache;
    if (described === undefined) throw new Error('no cache');
    const port = (status: string) => ({
      ...described,
      describeSnapshot: async (name: string) => {
        const found = await described.describeSnapshot(name);
        return found && { ...found, status };
      },
    });
    const at = (status: string) => ({ ...system, aws: { ...system.aws, elasticache: port(status) } });
    const request = { snapshot: 'before', target: 'other' } as const;
    await expect(plan(at('creating'), request)).rejects.toMatchObject({ code: 'invalid-state', retryable: true });
    await expect(plan(at('failed'), request)).rejects.toMatchObject({ code: 'invalid-state', retryable: false });
    // One that another restore is reading is whole.
    expect((await plan(at('restoring'), request)).candidate).toBe('other');
  });

  const expiresAt = new Date('2025-11-09T20:00:00Z');
  it.each([
    ['target', { target: 'a--b' }],
    ['target', { target: cacheName }],
    ['snapshot', { snapshot: '' }],
    ['snapshot', { snapshot: 7 }],
    ['temporary.securityGroups', { temporary: { securityGroups: [], expiresAt } }],
    ['temporary.expiresAt', { temporary: { securityGroups: ['sg-1'], expiresAt: 'soon' } }],
    [
      'configuration.securityGroups',
      { temporary: { securityGroups: ['sg-1'], expiresAt }, configuration: { securityGroups: ['sg-2'] } },
    ],
    ['expectation.atLeastKeys', { expectation: { atLeastKeys: -1 } }],
  ])('names the field that is wrong: %s', async (field, request) => {
    await using place = await givenCache();
    place.region.calls.clear();
    await expect(plan(place.system, request as object)).rejects.toMatchObject({ code: 'invalid-input', field });
    expect(place.region.calls.list()).toEqual([]);
  });
});

describe('executing a restore of the cache', () => {
  it('makes the group once and tells where it is', async () => {
    await using place = await givenCache();
    const made = await plan(place.system);
    const journal = createMemoryJournal();
    const outcome = await execute(place.system, made, { journal });
    expect(outcome).toMatchObject({
      status: 'completed',
      restoredTo: made.facts.snapshot.createdAt,
      candidate: { identifier: target, endpoint: { port: 6379 } },
      objectives: [{ objective: 'recovery-time', verdict: 'met' }],
      drift: [],
    });
    expect(await execute(place.system, made, { journal })).toEqual(outcome);
    expect(place.region.calls.list('CreateReplicationGroup')).toHaveLength(1);
    expect(await group(place, target)).toMatchObject({
      TransitEncryptionEnabled: true,
      AuthTokenEnabled: true,
      MultiAZ: 'enabled',
      SnapshotRetentionLimit: 5,
    });
    const { arn } = (await place.system.aws.elasticache?.describeReplicationGroup(target)) ?? { arn: '' };
    expect(await place.system.aws.elasticache?.tagsOf(arn)).toEqual({
      team: 'zephyr',
      [tagKeys.managedBy]: 'zephyr-backup',
      [tagKeys.purpose]: 'candidate',
      [tagKeys.operationId]: operationIdOf(made),
    });
  });

  it('keeps one for a drill apart, small and tagged to expire', async () => {
    await using place = await givenCache();
    const expiresAt = new Date(place.clock.now().getTime() + 3_600_000);
    const made = await plan(place.system, {
      temporary: {
        securityGroups: ['sg-drill'],
        expiresAt,
        nodeType: 'cache.t3.micro',
        subnetGroup: 'drills',
        tags: { run: '7' },
      },
    });
    expect(made.temporary).toEqual({ purpose: 'drill', expiresAt: expiresAt.toISOString() });
    expect(renderPlan(made)).toContain('temporary       for a drill, until');
    expect(made.steps[0]).toMatchObject({
      auth: 'token',
      settings: {
        securityGroups: ['sg-drill'],
        subnetGroup: 'drills',
        nodeType: 'cache.t3.micro',
        replicasPerNodeGroup: 0,
        snapshotRetentionDays: 0,
        tags: { run: '7', [tagKeys.purpose]: 'drill', [tagKeys.expiresAt]: expiresAt.toISOString() },
      },
    });
    expect(JSON.stringify(made.steps)).not.toContain('team');
    expect(await execute(place.system, made)).toMatchObject({ status: 'completed' });
  });

  it('needs the token and the connection that the plan speaks of, before any call', async () => {
    await using place = await givenCache();
    const made = await plan(place.system, { expectation: { atLeastKeys: 1 } });
    place.region.calls.clear();
    await expect(execute(place.system, made, { cacheAuthToken: undefined })).rejects.toMatchObject({
      field: 'cacheAuthToken',
    });
    await expect(execute(place.system, made)).rejects.toMatchObject({ field: 'connectCache' });
    const other = cacheSystem(place, 'another-cache');
    await expect(execute(other, made)).rejects.toMatchObject({ code: 'plan-invalid' });
    expect(place.region.calls.list()).toEqual([]);
  });

  it('stops when the cache does not hold what it has to, and lets go of the connection', async () => {
    await using place = await givenCache();
    const made = await plan(place.system, { expectation: { atLeastKeys: 10 } });
    const seen: unknown[] = [];
    const outcome = await execute(place.system, made, {
      connectCache: async (endpoint) => {
        seen.push(endpoint);
        return { cache: emptyCache, close: async () => void seen.push('closed') };
      },
    });
    expect(outcome).toMatchObject({
      status: 'stopped',
      stoppedAt: { step: 'check-cache', reason: expect.stringContaining('cache-keys') },
      checks: { verdict: 'failed' },
    });
    expect(seen).toEqual([expect.objectContaining({ tls: true, auth: 'token', clusterMode: false }), 'closed']);
  });

  it.each([
    ['gone', 'it no longer exists'],
    ['another', 'there is another one of that name now'],
  ])('begins nothing when the snapshot is %s by then', async (how, found) => {
    await using place = await givenCache();
    const made = await plan(place.system);
    if (how === 'gone') await place.client.send(new DeleteSnapshotCommand({ SnapshotName: 'before' }));
    await place.clock.sleep(3_600_000);
    const elasticache = place.system.aws.elasticache;
    if (elasticache === undefined) throw new Error('no cache');
    const changed = {
      ...elasticache,
      describeSnapshot: async (name: string) => {
        const one = await elasticache.describeSnapshot(name);
        return one && { ...one, createdAt: new Date(0) };
      },
    };
    const system = { ...place.system, aws: { ...place.system.aws, elasticache: changed } };
    await expect(execute(system, made)).rejects.toMatchObject({
      code: 'precondition-failed',
      message: expect.stringContaining(found),
    });
    expect(place.region.calls.list('CreateReplicationGroup')).toEqual([]);
  });

  it('never takes over a cache that it did not make', async () => {
    await using place = await givenCache();
    const made = await plan(place.system);
    await place.client.send(new CreateReplicationGroupCommand(groupInput(target)));
    await expect(execute(place.system, made)).rejects.toMatchObject({ code: 'identifier-taken' });
    expect(place.region.calls.list('CreateReplicationGroup')).toHaveLength(1);
  });

  it('fails at once with what ElastiCache says when the restore fails', async () => {
    await using place = await givenCache();
    place.region.faults.inject({
      operation: 'CreateReplicationGroup',
      fault: { kind: 'ends-in', status: 'create-failed' },
    });
    await expect(execute(place.system, await plan(place.system))).rejects.toMatchObject({
      code: 'resource-failed',
      message: expect.stringMatching(/zephyr-redis-recovery is create-failed; ElastiCache says: /),
    });
  });

  it('says so when somebody deletes it meanwhile', async () => {
    await using place = await givenCache();
    const elasticache = place.system.aws.elasticache;
    if (elasticache === undefined) throw new Error('no cache');
    let looks = 0;
    const vanishing = {
      ...elasticache,
      describeReplicationGroup: async (name: string) => {
        const found = await elasticache.describeReplicationGroup(name);
        if (found !== undefined && name === target) looks += 1;
        return looks > 4 ? undefined : found;
      },
    };
    const made = await plan(place.system);
    const system = { ...place.system, aws: { ...place.system.aws, elasticache: vanishing } };
    await expect(execute(system, made)).rejects.toMatchObject({
      code: 'precondition-failed',
      message: expect.stringContaining('no longer exists'),
    });
  });

  it.each([
    { operation: 'CreateReplicationGroup', call: 1, fault: { kind: 'drop-response' } },
    { operation: 'CreateReplicationGroup', call: [1, 2, 3, 4], fault: { kind: 'throttle' } },
    {
      operation: 'ListTagsForResource',
      call: [1, 2],
      fault: { kind: 'error', code: 'InvalidReplicationGroupState', status: 400 },
    },
    {
      operation: 'DescribeReplicationGroups',
      every: 3,
      fault: { kind: 'error', code: 'InternalFailure', status: 500 },
    },
  ] as const)('comes to the same end: $operation $fault.kind', async (rule) => {
    await using place = await givenCache();
    const made = await plan(place.system);
    const injected = place.region.faults.inject(rule as never);
    const journal = createMemoryJournal();
    const run = () => execute(place.system, made, { journal });
    expect(await run().catch(run)).toMatchObject({ status: 'completed', candidate: { identifier: target } });
    expect(injected.hits).toBeGreaterThan(0);
    expect((await group(place, target)).Status).toBe('available');
  });
});

const emptyCache: RedisPort = {
  connect: async () => ({
    location: 'nowhere:6379',
    tls: true,
    authenticates: true,
    send: async ([command]) => {
      if (command === 'DBSIZE') return 0;
      if (command === 'SCAN') return ['0', []];
      if (command === 'INFO') return '# Server\r\nredis_version:7.1.0\r\n';
      return null;
    },
    close: async () => {},
  }),
};
