import { TestFailoverCommand } from '@aws-sdk/client-elasticache';
import { describe, expect, it } from 'vitest';
import { BackupError } from '../../../src/core/errors.js';
import type { RedisSession } from '../../../src/ports/redis.js';
import type { ConnectCache } from '../../../src/restore/execution/execution.js';
import { createMemoryJournal } from '../../../src/restore/execution/memory-journal.js';
import { followFailover } from '../../../src/restore/follow-failover.js';
import { renderPlan } from '../../../src/restore/plan/render-plan.js';
import { RestorePlanner } from '../../../src/restore/restore-planner.js';
import { defineSystem } from '../../../src/system/define-system.js';
import { cacheName, cacheSystem, givenCache } from '../cache-system.js';

const open = { AuthToken: undefined, TransitEncryptionEnabled: false } as const;
type Home = Awaited<ReturnType<typeof givenCache>>;

const execute = async ({ system }: Pick<Home, 'system'>, connectCache?: ConnectCache) => {
  const planner = new RestorePlanner(system);
  const plan = await planner.planCacheFailover({ probeEvery: '5s' });
  return planner.execute(plan, { approve: plan.hash, journal: createMemoryJournal(), connectCache });
};

/** Clients of a cache that answers while ElastiCache shows it as available. */
function clientsOf({ system }: Home): {
  readonly connect: ConnectCache;
  readonly seen: { endpoint?: unknown; open: number };
} {
  const seen: { endpoint?: unknown; open: number } = { open: 0 };
  const group = () => system.aws.elasticache?.describeReplicationGroup(cacheName);
  const session: RedisSession = {
    location: 'cache:6379',
    tls: false,
    authenticates: false,
    send: async ([name]) => {
      const now = await group();
      if (now?.status !== 'available') {
        throw new BackupError({ code: 'cache-unreachable', message: 'refused', hint: 'None.', retryable: true });
      }
      const primary = now.nodes.find(({ role }) => role === 'primary')?.cluster;
      return name === 'SET' ? 'OK' : `# Server\r\nrun_id:${primary?.replaceAll('-', '')}\r\n`;
    },
    close: async () => undefined,
  };
  const connect: ConnectCache = async (endpoint) => {
    seen.endpoint = endpoint;
    seen.open += 1;
    const close = async (): Promise<void> => {
      seen.open -= 1;
    };
    return { cache: { connect: async () => session }, close };
  };
  return { connect, seen };
}

describe('a failover of the cache', () => {
  it('moves the primary behind an endpoint that stays, and is measured by the own client', async () => {
    await using home = await givenCache(open);
    const { connect, seen } = clientsOf(home);
    const outcome = await execute(home, connect);
    expect(outcome).toMatchObject({
      status: 'completed',
      recoveryPointMilliseconds: 0,
      objectives: [{ verdict: 'met' }],
      evidence: undefined,
      failover: {
        subject: 'cache',
        verdict: 'failed-over',
        proof: ['primary-moved', 'server-changed', 'completed-event'],
        before: { primary: `${cacheName}-001`, standby: `${cacheName}-002` },
        after: { primary: `${cacheName}-002`, standby: `${cacheName}-001` },
      },
    });
    // It is under way for three minutes in the region.
    expect(Math.abs((outcome.failover?.outage?.milliseconds ?? 0) - 180_000)).toBeLessThanOrEqual(15_000);
    expect(seen).toMatchObject({ open: 0, endpoint: { tls: false, auth: 'none', clusterMode: false } });
  });

  it('goes by what ElastiCache tells where there is no client, and in cluster mode', async () => {
    await using home = await givenCache(open);
    const planner = new RestorePlanner(home.system);
    const plan = await planner.planCacheFailover();
    const text = renderPlan(plan);
    expect(text).toContain(`0001: ${cacheName}-001, ${cacheName}-002`);
    expect(text).toContain(`0001 fails over by itself from ${cacheName}-001`);
    expect(plan.warnings.map(({ code }) => code)).toEqual([
      'connections-break',
      'acknowledged-writes-may-be-lost',
      'no-other-replica',
    ]);
    expect(await execute(home)).toMatchObject({
      failover: { verdict: 'failed-over', outage: undefined },
      objectives: [],
    });

    await using sharded = await givenCache({
      ...open,
      NumCacheClusters: undefined,
      NumNodeGroups: 2,
      ReplicasPerNodeGroup: 2,
    });
    const many = new RestorePlanner(sharded.system);
    await expect(many.planCacheFailover()).rejects.toMatchObject({ code: 'invalid-input', field: 'nodeGroup' });
    await expect(many.planCacheFailover({ nodeGroup: '0009' })).rejects.toMatchObject({ field: 'nodeGroup' });
    const second = await many.planCacheFailover({ nodeGroup: '0002' });
    expect(second.warnings.map(({ code }) => code)).not.toContain('no-other-replica');
    expect(renderPlan(second)).toContain('not told in cluster mode');
    const { connect, seen } = clientsOf(sharded);
    const options = { approve: second.hash, journal: createMemoryJournal(), connectCache: connect };
    expect(await many.execute(second, options)).toMatchObject({
      failover: { verdict: 'failed-over', proof: ['completed-event'] },
    });
    expect(seen.endpoint).toBeUndefined();
  });

  it('needs a group that is available, fails over by itself, and has a replica', async () => {
    await using manual = await givenCache({ ...open, AutomaticFailoverEnabled: false, MultiAZEnabled: false });
    const plan = (home: Home) => new RestorePlanner(home.system).planCacheFailover();
    await expect(plan(manual)).rejects.toMatchObject({
      code: 'precondition-failed',
      message: expect.stringContaining('is off'),
    });
    await using home = await givenCache(open);
    const planned = await plan(home);
    const failed = new TestFailoverCommand({ ReplicationGroupId: cacheName, NodeGroupId: '0001' });
    await home.client.send(failed);
    await expect(plan(home)).rejects.toMatchObject({ code: 'invalid-state' });
    const options = { approve: planned.hash, journal: createMemoryJournal() };
    await home.clock.sleep(600_000);
    await expect(new RestorePlanner(home.system).execute(planned, options)).rejects.toMatchObject({
      code: 'precondition-failed',
      message: expect.stringContaining('has failed over since the plan was made'),
    });
    const absent = cacheSystem(home, 'nobody');
    await expect(new RestorePlanner(absent).planCacheFailover()).rejects.toMatchObject({ code: 'cache-not-found' });
    const { cache: _, ...without } = home.system;
    await expect(new RestorePlanner({ ...without, cache: undefined }).planCacheFailover()).rejects.toMatchObject({
      field: 'cache',
    });
    await expect(new RestorePlanner(home.system).planCacheFailover({ nodeGroup: 'first' })).rejects.toMatchObject({
      field: 'nodeGroup',
    });
  });

  it('of a system that names one of the nodes is that of its group', async () => {
    await using home = await givenCache(open);
    const { aws, clock } = home.system;
    const system = defineSystem({
      aws,
      database: { instance: 'zephyr-production-db', name: 'zephyr', credentials: { user: 'a', password: 'b' } },
      cache: { cluster: `${cacheName}-002` },
      clock,
    });
    expect(await execute({ system })).toMatchObject({ failover: { identifier: cacheName, verdict: 'failed-over' } });
  });

  it('is followed, and told of afterwards, where ElastiCache did it by itself', async () => {
    await using home = await givenCache(open);
    const { connect } = clientsOf(home);
    const request = { of: 'cache', probeEvery: '5s', connectCache: connect } as const;
    expect(await followFailover(home.system, request)).toMatchObject({ subject: 'cache', verdict: 'none-seen' });
    await home.client.send(new TestFailoverCommand({ ReplicationGroupId: cacheName, NodeGroupId: '0001' }));
    await home.clock.sleep(30_000);
    expect(await followFailover(home.system, request)).toMatchObject({
      verdict: 'failed-over',
      objective: { verdict: 'met' },
      told: { milliseconds: 180_000 },
      after: { primary: `${cacheName}-002`, serverStartedAt: undefined },
    });
    // Without a client it is what ElastiCache tells.
    const told = await followFailover(home.system, { of: 'cache' });
    expect(told).toMatchObject({ verdict: 'failed-over', outage: undefined, told: { milliseconds: 180_000 } });
    await expect(followFailover(home.system, { of: 'nothing' as 'cache' })).rejects.toMatchObject({ field: 'of' });
  });

  it('says it where ElastiCache has tested enough for a day', async () => {
    await using home = await givenCache(open);
    const fault = { kind: 'error', code: 'APICallRateForCustomerExceeded', status: 400 } as const;
    home.region.faults.inject({ operation: 'TestFailover', fault });
    await expect(execute(home)).rejects.toMatchObject({
      code: 'quota-exceeded',
      hint: expect.stringContaining('24 hours'),
    });
  });
});
