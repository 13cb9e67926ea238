import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { connectAws } from '../../../src/aws/index.js';
import { BackupError } from '../../../src/core/errors.js';
import type { PollingPace } from '../../../src/core/poll.js';
import { readVerifications } from '../../../src/evidence/read-verifications.js';
import type { DrillReport } from '../../../src/integrity/drill/drill-evidence.js';
import type { CacheDrillRequest, DrillRequest } from '../../../src/integrity/drill/drill-request.js';
import { sweepDrills } from '../../../src/integrity/drill/sweep-drills.js';
import { IntegrityChecker } from '../../../src/integrity/integrity-checker.js';
import { createRedisDataPlane } from '../../../src/local/index.js';
import type { RedisPort } from '../../../src/ports/redis.js';
import { connectRedis } from '../../../src/redis/index.js';
import { defineSystem, type System } from '../../../src/system/define-system.js';
import {
  type CacheRegion,
  cacheRegion,
  group,
  makeGroup,
  takeSnapshot,
  virtualCacheRegion,
} from '../../local/elasticache/support/cache-region.js';
import { cacheName } from '../../restore/cache-system.js';
import { clientsOf } from '../../sweeps/production.js';

const quarantine = { securityGroups: ['sg-drill'] } as const;

let place: CacheRegion;
afterEach(async () => {
  await place?.[Symbol.asyncDispose]();
});

function systemOn({ region }: CacheRegion, polling?: PollingPace): System {
  region.s3.createBucket('zephyr-backups');
  return defineSystem({
    aws: connectAws({ region: region.region, ...clientsOf(region, region.requestHandler) }),
    database: { instance: 'zephyr-production-db', name: 'zephyr', credentials: { user: 'a', password: 'b' } },
    cache: { replicationGroup: cacheName },
    archive: { bucket: 'zephyr-backups' },
    polling,
    clock: region.clock,
  });
}

/** A cache with a snapshot, in virtual time; nobody can look into what is restored. */
async function givenSnapshot(): Promise<System> {
  place = await virtualCacheRegion();
  await makeGroup(place, cacheName, { SecurityGroupIds: ['sg-cache'] });
  await takeSnapshot(place, `${cacheName}-001`, 'sessions');
  return systemOn(place);
}

const unreachable: RedisPort = {
  connect: async () => {
    throw new TypeError('nobody there');
  },
};

const drill = (system: System, request: Partial<CacheDrillRequest> = {}): Promise<DrillReport> =>
  new IntegrityChecker(system).drill({
    source: { kind: 'cache-snapshot', snapshot: 'latest' },
    quarantine,
    connectCache: async () => ({ cache: unreachable, close: async () => undefined }),
    ...request,
  });

describe('a drill of a cache', () => {
  it('that cannot be looked into does not pass, and is removed', async () => {
    const system = await givenSnapshot();
    const unreached = new BackupError({
      code: 'cache-unreachable',
      message: 'no way in',
      hint: 'None.',
      retryable: true,
    });
    const connect = async (): Promise<never> => {
      throw unreached;
    };
    const report = await drill(system, {
      runId: 'blind',
      connectCache: async () => ({ cache: { connect }, close: async () => undefined }),
    });
    expect(report.verdict).not.toBe('passed');
    expect(report.reasons.join()).toContain('no way in');
    expect(report.teardown).toEqual({ outcome: 'removed', leftovers: [] });
    expect(await system.aws.elasticache?.describeReplicationGroup('zephyr-drill-blind')).toBeUndefined();
    expect(await system.aws.elasticache?.describeReplicationGroup(cacheName)).toMatchObject({ status: 'available' });
  });

  it('that is given no way to close the cache says so, and is removed', async () => {
    const system = await givenSnapshot();
    for (const [runId, given] of Object.entries({ bare: unreachable, nothing: undefined })) {
      const report = await drill(system, { runId, connectCache: async () => given as never });
      expect(report).toMatchObject({
        verdict: 'failed',
        error: { code: 'invalid-input', message: 'connectCache did not give a cache and a way to close it' },
        teardown: { outcome: 'removed' },
      });
      expect(await system.aws.elasticache?.describeReplicationGroup(`zephyr-drill-${runId}`)).toBeUndefined();
    }
  });

  it('rejects with what its caller’s client threw, and is removed', async () => {
    const system = await givenSnapshot();
    await expect(drill(system, { runId: 'thrown' })).rejects.toThrow('nobody there');
    expect(await system.aws.elasticache?.describeReplicationGroup('zephyr-drill-thrown')).toBeUndefined();
  });

  it('whose cache cannot be removed says so, and a sweep removes it later', async () => {
    const system = await givenSnapshot();
    const denied = { kind: 'error', code: 'AccessDenied', status: 403 } as const;
    place.region.faults.inject({ operation: 'DeleteReplicationGroup', fault: denied });
    const connectCache = async (): Promise<never> => {
      throw new BackupError({ code: 'cache-unreachable', message: 'no way in', hint: 'None.' });
    };
    const report = await drill(system, { runId: 'stays', timeToLive: '1h', connectCache });
    expect(report.teardown.leftovers).toMatchObject([{ kind: 'cache', identifier: 'zephyr-drill-stays' }]);
    await system.clock.sleep(2 * 3_600_000);
    expect((await sweepDrills(system)).leftovers).toMatchObject([{ kind: 'cache', identifier: 'zephyr-drill-stays' }]);
    place.region.faults.clear();
    // Its tags tell, whatever has become of the archive; those of others say nothing of a drill.
    await makeGroup(place, 'somebody-elses');
    const store = system.aws.objectStore({ bucket: 'zephyr-backups' });
    for await (const { key, etag } of store.list({ prefix: '' })) await store.delete({ key, etag });
    expect((await sweepDrills(system)).removed).toMatchObject([{ kind: 'cache', identifier: 'zephyr-drill-stays' }]);
    expect(await system.aws.elasticache?.describeReplicationGroup('zephyr-drill-stays')).toBeUndefined();
    expect(await sweepDrills(system)).toEqual({ removed: [], notExpired: [], leftovers: [] });
    expect(await system.aws.elasticache?.describeReplicationGroup('somebody-elses')).toBeDefined();
  });

  it('that cannot be right is refused', async () => {
    const system = await givenSnapshot();
    await expect(drill(system, { quarantine: { securityGroups: [] as never } })).rejects.toMatchObject({
      field: 'quarantine.securityGroups',
    });
    await expect(
      drill(system, { prefix: 'zephyr-cache-drill', runId: 'november-of-2025-again' }),
    ).rejects.toMatchObject({
      field: 'prefix',
    });
    await expect(drill(system, { connectCache: undefined as never })).rejects.toMatchObject({ field: 'connectCache' });
    const requests: DrillRequest[] = [
      // @ts-expect-error a cache has no database to expect something of
      { source: { kind: 'cache-snapshot', snapshot: 'a' }, quarantine, connectCache: unreachable },
    ];
    expect(requests).toHaveLength(1);
  });
});

it('restores real sessions to a cache of its own, counts them, and marks the snapshot as verified', async () => {
  const plane = await createRedisDataPlane();
  place = await cacheRegion({ cachePlane: plane });
  const connect = ({ address, port }: { readonly address: string; readonly port: number }): Redis =>
    new Redis({ host: address, port, maxRetriesPerRequest: 1 });
  try {
    await makeGroup(place, cacheName, { SecurityGroupIds: ['sg-cache'] });
    const endpoint = (await group(place, cacheName)).NodeGroups?.[0]?.PrimaryEndpoint;
    const production = connect({ address: endpoint?.Address ?? '', port: endpoint?.Port ?? 0 });
    for (let index = 0; index < 50; index += 1) await production.set(`session:${index}`, 'user', 'EX', 86_400);
    await takeSnapshot(place, `${cacheName}-001`, 'sessions');
    production.disconnect();
    const system = systemOn(place, { shortest: '20ms', longest: '50ms' });
    const report = await drill(system, {
      expectation: { atLeastKeys: 50, prefixes: { 'session:': { types: ['string'], atMostPersistent: 0 } } },
      connectCache: async (where) => {
        const client = connect(where);
        return { cache: connectRedis(client), close: async () => client.disconnect() };
      },
    });
    expect(report.reasons).toEqual([]);
    expect(report).toMatchObject({
      verdict: 'passed',
      backup: { kind: 'cache-snapshot', id: 'sessions' },
      target: { kind: 'cache' },
      teardown: { outcome: 'removed' },
    });
    expect(report.phases.map(({ phase }) => phase)).toContain('check');
    expect(await system.aws.elasticache?.describeReplicationGroup(report.target.identifier)).toBeUndefined();
    const { createdAt, ...backup } = report.backup;
    const identity = { ...backup, kind: 'cache-snapshot', createdAt: new Date(createdAt ?? '') } as const;
    expect((await readVerifications(system)).of(identity)).toMatchObject({ how: 'drill', evidence: report.key });
  } finally {
    await place[Symbol.asyncDispose]();
    await plane.close();
  }
}, 120_000);
