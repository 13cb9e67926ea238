import type { DescribeSnapshotsCommandInput } from '@aws-sdk/client-elasticache';
import type { BackupErrorCode } from '../core/error-codes.js';
import { isBackupError } from '../core/errors.js';
import type { CacheSnapshotDescription, ElastiCachePort } from '../ports/elasticache.js';
import type { PortCall } from '../ports/port-call.js';
import { toCacheCluster, toCacheSnapshot, toReplicationGroup } from './cache-descriptions.js';
import { callAws } from './call-aws.js';
import type { ElastiCacheConnection } from './elasticache-connection.js';
import { eachOfPages } from './rds-pages.js';
import { replicationGroupInput } from './replication-group-input.js';
import { sendOptions } from './send-options.js';
import { fromTagList, toTagList } from './tag-list.js';

const service = 'ElastiCache';

/** ElastiCache through the SDK. The SDK is loaded with the first request. */
export function elastiCachePort(region: string, connect: () => Promise<ElastiCacheConnection>): ElastiCachePort {
  return {
    region,
    describeReplicationGroup: (identifier, call) =>
      unlessMissing('cache-not-found', async () => {
        const request = { service, operation: 'DescribeReplicationGroups', subject: identifier };
        const { ReplicationGroups } = await callAws(request, call, async () => {
          const { sdk, client } = await connect();
          const command = new sdk.DescribeReplicationGroupsCommand({ ReplicationGroupId: identifier });
          return client.send(command, sendOptions(call));
        });
        return ReplicationGroups?.map(toReplicationGroup)[0];
      }),
    listReplicationGroups: (call) =>
      eachOfPages({ service, operation: 'DescribeReplicationGroups', subject: 'all caches' }, call, async (Marker) => {
        const { sdk, client } = await connect();
        const page = await client.send(new sdk.DescribeReplicationGroupsCommand({ Marker }), sendOptions(call));
        return { items: (page.ReplicationGroups ?? []).map(toReplicationGroup), marker: page.Marker };
      }),
    describeCluster: (identifier, call) =>
      unlessMissing('cache-not-found', async () => {
        const request = { service, operation: 'DescribeCacheClusters', subject: identifier };
        const { CacheClusters } = await callAws(request, call, async () => {
          const { sdk, client } = await connect();
          const command = new sdk.DescribeCacheClustersCommand({ CacheClusterId: identifier });
          return client.send(command, sendOptions(call));
        });
        return CacheClusters?.map(toCacheCluster)[0];
      }),
    describeSnapshot: (identifier, call) =>
      unlessMissing('snapshot-not-found', async () => {
        for await (const snapshot of snapshots(connect, { SnapshotName: identifier }, identifier, call))
          return snapshot;
        return undefined;
      }),
    // Asked for as system or user, told as automated or manual (facts F5).
    listSnapshots: ({ type }, call) =>
      snapshots(
        connect,
        type === undefined ? {} : { SnapshotSource: type === 'automated' ? 'system' : 'user' },
        'all caches',
        call,
      ),
    createSnapshot: async ({ snapshot, source, tags }, call) => {
      const request = { service, operation: 'CreateSnapshot', subject: snapshot };
      await callAws(request, call, async () => {
        const { sdk, client } = await connect();
        const of =
          'cluster' in source ? { CacheClusterId: source.cluster } : { ReplicationGroupId: source.replicationGroup };
        const command = new sdk.CreateSnapshotCommand({ ...of, SnapshotName: snapshot, Tags: toTagList(tags) });
        return client.send(command, sendOptions(call));
      });
    },
    restoreReplicationGroup: async (settings, secrets, call) => {
      const request = { service, operation: 'CreateReplicationGroup', subject: settings.target };
      await callAws(request, call, async () => {
        const { sdk, client } = await connect();
        const command = new sdk.CreateReplicationGroupCommand(replicationGroupInput(settings, secrets));
        return client.send(command, sendOptions(call));
      });
    },
    testFailover: async ({ replicationGroup, nodeGroup }, call) => {
      const request = { service, operation: 'TestFailover', subject: `${replicationGroup} ${nodeGroup}` };
      await callAws(request, call, async () => {
        const { sdk, client } = await connect();
        const input = { ReplicationGroupId: replicationGroup, NodeGroupId: nodeGroup };
        return client.send(new sdk.TestFailoverCommand(input), sendOptions(call));
      });
    },
    deleteReplicationGroup: async (identifier, call) => {
      const request = { service, operation: 'DeleteReplicationGroup', subject: identifier };
      await callAws(request, call, async () => {
        const { sdk, client } = await connect();
        const command = new sdk.DeleteReplicationGroupCommand({
          ReplicationGroupId: identifier,
          RetainPrimaryCluster: false,
        });
        return client.send(command, sendOptions(call));
      });
    },
    deleteSnapshot: async (identifier, call) => {
      await callAws({ service, operation: 'DeleteSnapshot', subject: identifier }, call, async () => {
        const { sdk, client } = await connect();
        return client.send(new sdk.DeleteSnapshotCommand({ SnapshotName: identifier }), sendOptions(call));
      });
    },
    listGroupEvents: ({ identifier, since }, call) =>
      eachOfPages({ service, operation: 'DescribeEvents', subject: identifier }, call, async (Marker) => {
        const { sdk, client } = await connect();
        const command = new sdk.DescribeEventsCommand({
          SourceType: 'replication-group',
          SourceIdentifier: identifier,
          StartTime: since,
          Marker,
        });
        const page = await client.send(command, sendOptions(call));
        const items = (page.Events ?? []).flatMap(({ Date: at, Message: message = '' }) =>
          at === undefined ? [] : [{ at, message }],
        );
        return { items, marker: page.Marker };
      }),
    exportSnapshot: async ({ snapshot, name, bucket }, call) => {
      const request = { service, operation: 'CopySnapshot', subject: `${snapshot} to s3://${bucket}` };
      await callAws(request, call, async () => {
        const { sdk, client } = await connect();
        const input = { SourceSnapshotName: snapshot, TargetSnapshotName: name, TargetBucket: bucket };
        return client.send(new sdk.CopySnapshotCommand(input), sendOptions(call));
      });
    },
    tagsOf: (arn, call) =>
      callAws({ service, operation: 'ListTagsForResource', subject: arn }, call, async () => {
        const { sdk, client } = await connect();
        const command = new sdk.ListTagsForResourceCommand({ ResourceName: arn });
        return fromTagList((await client.send(command, sendOptions(call))).TagList);
      }),
  };
}

function snapshots(
  connect: () => Promise<ElastiCacheConnection>,
  input: DescribeSnapshotsCommandInput,
  subject: string,
  call: PortCall | undefined,
): AsyncGenerator<CacheSnapshotDescription, void, undefined> {
  return eachOfPages({ service, operation: 'DescribeSnapshots', subject }, call, async (Marker) => {
    const { sdk, client } = await connect();
    const page = await client.send(new sdk.DescribeSnapshotsCommand({ ...input, Marker }), sendOptions(call));
    return { items: (page.Snapshots ?? []).map(toCacheSnapshot), marker: page.Marker };
  });
}

async function unlessMissing<T>(code: BackupErrorCode, describe: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await describe();
  } catch (error) {
    if (isBackupError(error, code)) return undefined;
    throw error;
  }
}
