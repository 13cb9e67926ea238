import { type CreateReplicationGroupMessage, CreateSnapshotCommand } from '@aws-sdk/client-elasticache';
import { RDSClient } from '@aws-sdk/client-rds';
import { S3Client } from '@aws-sdk/client-s3';
import { connectAws } from '../../src/aws/index.js';
import type { System } from '../../src/system/define-system.js';
import { defineSystem } from '../../src/system/define-system.js';
import {
  type CacheRegion,
  groupInput,
  makeGroup,
  snapshot,
  until,
  virtualCacheRegion,
} from '../local/elasticache/support/cache-region.js';

export const cacheName = 'zephyr-production-redis';

/** A system whose cache is in a local region. */
export function cacheSystem({ region, client }: CacheRegion, cache: string = cacheName): System {
  const settings = { region: region.region, credentials: region.credentials, requestHandler: region.requestHandler };
  const aws = connectAws({
    region: region.region,
    rds: new RDSClient(settings),
    s3: new S3Client(settings),
    elasticache: client,
  });
  return defineSystem({
    aws,
    database: { instance: 'zephyr-production-db', name: 'zephyr', credentials: { user: 'a', password: 'b' } },
    cache: { replicationGroup: cache },
    clock: region.clock,
  });
}

/** Zephyr's cache in virtual time, with TLS and a token, and one snapshot of it. */
export async function givenCache(
  more: Partial<CreateReplicationGroupMessage> = {},
): Promise<Awaited<ReturnType<typeof virtualCacheRegion>> & { readonly system: System }> {
  const place = await virtualCacheRegion();
  await makeGroup(place, cacheName, {
    NumCacheClusters: 2,
    AutomaticFailoverEnabled: true,
    MultiAZEnabled: true,
    CacheNodeType: 'cache.m6g.large',
    CacheSubnetGroupName: 'private',
    SecurityGroupIds: ['sg-cache'],
    TransitEncryptionEnabled: true,
    AtRestEncryptionEnabled: true,
    AuthToken: 'sixteen-and-more-letters',
    SnapshotRetentionLimit: 5,
    Tags: [{ Key: 'team', Value: 'zephyr' }],
    ...more,
  });
  const inGroup = groupInput(cacheName, more).NumNodeGroups !== undefined;
  const of = inGroup ? { ReplicationGroupId: cacheName } : { CacheClusterId: `${cacheName}-001` };
  await place.client.send(new CreateSnapshotCommand({ ...of, SnapshotName: 'before' }));
  await until(
    place,
    () => snapshot(place, 'before'),
    ({ SnapshotStatus }) => SnapshotStatus === 'available',
  );
  await place.clock.sleep(600_000);
  place.region.calls.clear();
  return { ...place, system: cacheSystem(place) };
}
