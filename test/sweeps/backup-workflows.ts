import { CreateReplicationGroupCommand, DescribeSnapshotsCommand } from '@aws-sdk/client-elasticache';
import { BackupClient } from '../../src/backup/backup-client.js';
import { listEvidence } from '../../src/evidence/list-evidence.js';
import { markVerified } from '../../src/evidence/mark-verified.js';
import { readVerifications } from '../../src/evidence/read-verifications.js';
import { writeEvidence } from '../../src/evidence/write-evidence.js';
import type { Workflow } from './attempt.js';
import { clientsOf, type Production } from './production.js';

export const cacheName = 'zephyr-production-redis';
const exportBucket = 'zephyr-cache-exports';

/** The cache of production, with a replica. */
export async function givenCache({ region, clock }: Production): Promise<void> {
  const { elasticache } = clientsOf(region, region.requestHandler);
  await elasticache.send(
    new CreateReplicationGroupCommand({
      ReplicationGroupId: cacheName,
      ReplicationGroupDescription: 'sessions',
      NumCacheClusters: 2,
      CacheNodeType: 'cache.t3.small',
    }),
  );
  clock.advance(3_600_000);
}

/** The snapshots of the cache, without what differs from run to run. */
async function cacheSnapshots({ region, clock }: Production): Promise<unknown> {
  clock.advance(7_200_000);
  const { elasticache } = clientsOf(region, region.requestHandler);
  const { Snapshots = [] } = await elasticache.send(new DescribeSnapshotsCommand({ SnapshotSource: 'user' }));
  return Snapshots.map(({ SnapshotStatus, CacheClusterId }) => `${CacheClusterId} ${SnapshotStatus}`);
}

const withCache = ({ systemWith }: Production): BackupClient => new BackupClient(systemWith({ cache: cacheName }));

/** A snapshot of the cache, asked for by the name of a run. */
export const cacheSnapshotWorkflow: Workflow<void> = {
  name: 'createCacheSnapshot',
  prepare: givenCache,
  run: async (production, _prepared, signal) => {
    await withCache(production).createCacheSnapshot({ reason: 'pre-deployment', operationId: 'deploy-1' }, { signal });
  },
  state: cacheSnapshots,
};

/** One in every interval, for whoever asks. */
export const ensureCacheWorkflow: Workflow<void> = {
  name: 'ensureCacheSnapshot',
  prepare: givenCache,
  run: async (production, _prepared, signal) => {
    await withCache(production).ensureCacheSnapshot({ every: '365d' }, { signal });
  },
  state: cacheSnapshots,
};

/** A snapshot of the database in every interval. */
export const ensureDatabaseWorkflow: Workflow<void> = {
  name: 'ensureDatabaseSnapshot',
  prepare: async () => {},
  run: async ({ system }, _prepared, signal) => {
    await new BackupClient(system).ensureDatabaseSnapshot({ every: '365d' }, { signal });
  },
};

/** The cache as a file in a bucket. */
export const cacheExportWorkflow: Workflow<string> = {
  name: 'exportCacheSnapshot',
  prepare: async (production) => {
    await givenCache(production);
    production.region.s3.createBucket(exportBucket);
    return (await withCache(production).createCacheSnapshot({ reason: 'archive' })).id;
  },
  run: async (production, snapshot, signal) => {
    await withCache(production).exportCacheSnapshot({ snapshot, bucket: exportBucket, name: 'cache' }, { signal });
  },
  state: async (production) => {
    production.clock.advance(7_200_000);
    // The service goes on where the caller has given up: what it was to write is there all the same.
    await cacheSnapshots(production);
    const keys: string[] = [];
    for await (const { key } of production.aws.objectStore({ bucket: exportBucket }).list({ prefix: '' }))
      keys.push(key);
    return keys;
  },
};

/** A copy of the newest snapshot that RDS has made, which RDS does not expire. */
export const copyWorkflow: Workflow<string> = {
  name: 'copyDatabaseSnapshot',
  prepare: async ({ aws, resourceId }) => {
    for await (const { identifier } of aws.rds.listSnapshots({ resourceId, type: 'automated' })) return identifier;
    throw new Error('no automated snapshot');
  },
  run: async ({ system }, snapshot, signal) => {
    const request = { snapshot, to: system.aws.region, name: 'kept' };
    await new BackupClient(system).copyDatabaseSnapshot(request, { signal });
  },
};

/** What a drill leaves: a record, and the mark on the backup. */
export const evidenceWorkflow: Workflow<Date> = {
  name: 'evidence',
  prepare: async ({ clock }) => clock.now(),
  run: async ({ system }, at, signal) => {
    const call = { signal };
    const backup = { kind: 'database-snapshot', id: 'rds:x', region: 'us-east-1', createdAt: at } as const;
    const record = { kind: 'drill', at, subject: backup.id, verdict: 'passed', body: { minutes: 17 } } as const;
    const { key } = await writeEvidence(system, record, call);
    await markVerified(system, backup, { at, how: 'drill', evidence: key }, call);
    const verified = (await readVerifications(system, {}, call)).of(backup)?.evidence === key;
    let records = 0;
    for await (const _ of listEvidence(system, { kind: 'drill' }, call)) records += 1;
    return { verified, records };
  },
};
