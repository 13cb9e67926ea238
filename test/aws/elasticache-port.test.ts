import {
  DescribeReplicationGroupsCommand,
  DescribeSnapshotsCommand,
  ElastiCacheClient,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-elasticache';
import { mockClient } from 'aws-sdk-client-mock';
import { expect, it } from 'vitest';
import { elastiCachePort } from '../../src/aws/elasticache-port.js';
import { connectAws } from '../../src/aws/index.js';
import type { ElastiCachePort } from '../../src/ports/elasticache.js';
import { all, useRegion } from './region.js';

const { region } = useRegion();

function port(): ElastiCachePort {
  const { endpoint, credentials } = region();
  const { elasticache } = connectAws({ region: region().region, endpoint, credentials, maxAttempts: 1 });
  if (elasticache === undefined) throw new Error('there is no port');
  return elasticache;
}

it('gives undefined for what is not there', async () => {
  expect(await port().describeReplicationGroup('nowhere')).toBeUndefined();
  expect(await port().describeCluster('nowhere')).toBeUndefined();
  expect(await port().describeSnapshot('nowhere')).toBeUndefined();
  expect(await all(port().listSnapshots({}))).toEqual([]);
});

it('lists all groups, page by page', async () => {
  const client = new ElastiCacheClient({ region: 'us-east-1' });
  mockClient(client)
    .on(DescribeReplicationGroupsCommand)
    .resolvesOnce({
      ReplicationGroups: [{ ReplicationGroupId: 'One', ARN: 'arn:one', Status: 'available' }],
      Marker: 'more',
    })
    .resolvesOnce({ ReplicationGroups: [{ ReplicationGroupId: 'two', ARN: 'arn:two', Status: 'deleting' }] })
    .resolves({});
  const sdk = await import('@aws-sdk/client-elasticache');
  const elasticache = elastiCachePort('us-east-1', async () => ({ sdk, client }));
  expect(await all(elasticache.listReplicationGroups())).toMatchObject([
    { identifier: 'one', arn: 'arn:one' },
    { identifier: 'two', status: 'deleting' },
  ]);
  expect(await all(elasticache.listReplicationGroups())).toEqual([]);
});

it.each([
  ['AccessDenied', 403, 'access-denied', false],
  ['ExpiredToken', 403, 'credentials-expired', false],
  ['InvalidCacheClusterState', 400, 'invalid-state', true],
  ['InvalidReplicationGroupState', 400, 'invalid-state', true],
  ['SnapshotAlreadyExistsFault', 400, 'identifier-taken', false],
  ['SnapshotQuotaExceededFault', 400, 'quota-exceeded', false],
  ['SnapshotFeatureNotSupportedFault', 400, 'invalid-input', false],
  ['InvalidParameterCombination', 400, 'invalid-input', false],
  ['CacheClusterNotFound', 404, 'cache-not-found', false],
  ['ReplicationGroupNotFoundFault', 404, 'cache-not-found', false],
  ['InternalFailure', 500, 'service-error', true],
])('calls %s by one of its own codes', async (code, status, expected, retryable) => {
  region().faults.inject({ service: 'elasticache', fault: { kind: 'error', code, status } });
  const request = { snapshot: 's', source: { cluster: 'c' }, tags: {} };
  await expect(port().createSnapshot(request)).rejects.toMatchObject({ code: expected, retryable });
});

it('rejects with the reason of an abort', async () => {
  region().faults.inject({ service: 'elasticache', fault: { kind: 'hang' } });
  const stop = new AbortController();
  const reason = new Error('enough');
  const waiting = port().describeCluster('c', { signal: stop.signal });
  setTimeout(() => stop.abort(reason), 50);
  await expect(waiting).rejects.toBe(reason);
});

it('reads time and size from the nodes of a snapshot, and only when all of them have both', async () => {
  const client = new ElastiCacheClient({ region: 'us-east-1' });
  const own = mockClient(client);
  const early = new Date('2025-11-09T04:00:00Z');
  const late = new Date('2025-11-09T04:02:00Z');
  own.on(DescribeSnapshotsCommand).resolves({
    Snapshots: [
      {
        SnapshotName: 'Whole',
        SnapshotStatus: 'available',
        CacheClusterCreateTime: new Date('2020-01-01T00:00:00Z'),
        NodeSnapshots: [
          { CacheSize: '2 MB', SnapshotCreateTime: late },
          { CacheSize: '1.5 GB', SnapshotCreateTime: early },
        ],
      },
      { SnapshotName: 'young', NodeSnapshots: [{ CacheSize: '2 MB', SnapshotCreateTime: late }, { CacheSize: '' }] },
      { SnapshotName: 'bare' },
    ],
  });
  own.on(ListTagsForResourceCommand).resolves({ TagList: [{ Key: 'a', Value: 'b' }] });
  const sdk = await import('@aws-sdk/client-elasticache');
  const elasticache = elastiCachePort('us-east-1', async () => ({ sdk, client }));
  const [whole, young, bare] = await all(elasticache.listSnapshots({ type: 'manual' }));
  expect(own.commandCalls(DescribeSnapshotsCommand)[0]?.args[0].input).toMatchObject({ SnapshotSource: 'user' });
  expect(whole).toMatchObject({
    identifier: 'whole',
    createdAt: early,
    sizeBytes: 2 * 1_048_576 + 1.5 * 1_073_741_824,
  });
  expect(young).toMatchObject({ createdAt: undefined, sizeBytes: undefined });
  expect(bare).toMatchObject({ createdAt: undefined, sizeBytes: undefined, type: 'unknown', status: 'unknown' });
  expect(await elasticache.tagsOf('arn')).toEqual({ a: 'b' });
});

it('has no connection to ElastiCache beside clients of the caller that have none', async () => {
  const { RDSClient } = await import('@aws-sdk/client-rds');
  const { S3Client } = await import('@aws-sdk/client-s3');
  const own = {
    region: 'us-east-1',
    rds: new RDSClient({ region: 'us-east-1' }),
    s3: new S3Client({ region: 'us-east-1' }),
  };
  expect(connectAws(own).elasticache).toBeUndefined();
  const elasticache = new ElastiCacheClient({ region: 'eu-west-1' });
  const other = connectAws({ ...own, elasticache }).elasticache;
  await expect(other?.describeCluster('c')).rejects.toMatchObject({ code: 'invalid-input', field: 'region' });
});
