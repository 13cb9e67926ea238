import type {
  CacheCluster as AwsCacheCluster,
  ReplicationGroup as AwsReplicationGroup,
  Endpoint,
  NodeSnapshot,
  Snapshot,
} from '@aws-sdk/client-elasticache';
import type { CacheCluster, CacheSnapshotDescription, ReplicationGroup } from '../ports/elasticache.js';

const unitBytes = { KB: 1_024, MB: 1_048_576, GB: 1_073_741_824, TB: 1_099_511_627_776 } as const;

/** A replication group in our words. */
export function toReplicationGroup(group: AwsReplicationGroup): ReplicationGroup {
  const members = new Map(
    (group.NodeGroups ?? []).flatMap(({ NodeGroupId: nodeGroup, NodeGroupMembers = [] }) =>
      NodeGroupMembers.map(
        ({ CacheClusterId = '', CurrentRole: role, PreferredAvailabilityZone: availabilityZone }) => {
          return [CacheClusterId.toLowerCase(), { role, nodeGroup, availabilityZone }] as const;
        },
      ),
    ),
  );
  // A group that is being made shows its clusters and no node groups yet.
  const clusters = new Set([
    ...members.keys(),
    ...(group.MemberClusters ?? []).map((cluster) => cluster.toLowerCase()),
  ]);
  return {
    identifier: (group.ReplicationGroupId ?? '').toLowerCase(),
    arn: group.ARN ?? '',
    status: group.Status ?? 'unknown',
    clusterMode: group.ClusterEnabled ?? false,
    snapshottingCluster: group.SnapshottingClusterId?.toLowerCase(),
    snapshotRetentionDays: group.SnapshotRetentionLimit,
    snapshotWindow: group.SnapshotWindow,
    endpoint: toEndpoint(group.ConfigurationEndpoint ?? group.NodeGroups?.[0]?.PrimaryEndpoint),
    engine: group.Engine,
    nodeType: group.CacheNodeType,
    nodeGroups: group.NodeGroups?.length,
    automaticFailover: isOn(group.AutomaticFailover),
    multiAz: isOn(group.MultiAZ),
    transitEncryption: group.TransitEncryptionEnabled,
    authToken: group.AuthTokenEnabled,
    userGroups: group.UserGroupIds,
    atRestEncryption: group.AtRestEncryptionEnabled,
    kmsKey: group.KmsKeyId,
    autoMinorVersionUpgrade: group.AutoMinorVersionUpgrade,
    nodes: [...clusters].map((cluster) => ({ cluster, ...members.get(cluster) })),
  };
}

/** A cache cluster in our words. */
export function toCacheCluster(cluster: AwsCacheCluster): CacheCluster {
  return {
    identifier: (cluster.CacheClusterId ?? '').toLowerCase(),
    arn: cluster.ARN ?? '',
    status: cluster.CacheClusterStatus ?? 'unknown',
    engine: cluster.Engine ?? 'unknown',
    replicationGroup: cluster.ReplicationGroupId?.toLowerCase(),
    snapshotRetentionDays: cluster.SnapshotRetentionLimit,
    snapshotWindow: cluster.SnapshotWindow,
    engineVersion: cluster.EngineVersion,
    subnetGroup: cluster.CacheSubnetGroupName,
    securityGroups: cluster.SecurityGroups?.flatMap(({ SecurityGroupId }) => SecurityGroupId ?? []),
    parameterGroup: cluster.CacheParameterGroup?.CacheParameterGroupName,
    maintenanceWindow: cluster.PreferredMaintenanceWindow,
  };
}

/** A snapshot in our words. */
export function toCacheSnapshot(snapshot: Snapshot): CacheSnapshotDescription {
  const nodes = snapshot.NodeSnapshots ?? [];
  return {
    identifier: (snapshot.SnapshotName ?? '').toLowerCase(),
    arn: snapshot.ARN ?? '',
    // Without a source it is not known to be ours: nothing deletes it.
    type: snapshot.SnapshotSource ?? 'unknown',
    status: snapshot.SnapshotStatus ?? 'unknown',
    cluster: snapshot.CacheClusterId?.toLowerCase(),
    replicationGroup: snapshot.ReplicationGroupId?.toLowerCase(),
    engine: snapshot.Engine ?? 'unknown',
    engineVersion: snapshot.EngineVersion ?? 'unknown',
    nodeType: snapshot.CacheNodeType ?? 'unknown',
    nodeGroups: snapshot.NumNodeGroups ?? Math.max(1, nodes.length),
    createdAt: earliest(nodes),
    sizeBytes: totalSize(nodes),
    kmsKey: snapshot.KmsKeyId,
    port: snapshot.Port,
    subnetGroup: snapshot.CacheSubnetGroupName,
    parameterGroup: snapshot.CacheParameterGroupName,
    maintenanceWindow: snapshot.PreferredMaintenanceWindow,
    autoMinorVersionUpgrade: snapshot.AutoMinorVersionUpgrade,
    automaticFailover: isOn(snapshot.AutomaticFailover),
    snapshotRetentionDays: snapshot.SnapshotRetentionLimit,
    snapshotWindow: snapshot.SnapshotWindow,
  };
}

function toEndpoint(endpoint: Endpoint | undefined): ReplicationGroup['endpoint'] {
  if (endpoint?.Address === undefined || endpoint.Port === undefined) return undefined;
  return { address: endpoint.Address, port: endpoint.Port };
}

/** `enabled` and `enabling` alike: what is wanted is what counts. */
function isOn(state: string | undefined): boolean | undefined {
  return state === undefined ? undefined : state.startsWith('enabl');
}

/** Only where every node has its time: until then the snapshot is not made (facts F4). */
function earliest(nodes: readonly NodeSnapshot[]): Date | undefined {
  const times = nodes.map(({ SnapshotCreateTime }) => SnapshotCreateTime?.getTime() ?? Number.NaN);
  const first = Math.min(...times);
  return Number.isFinite(first) ? new Date(first) : undefined;
}

/** `5 MB`, and nothing while it is being made (facts F4, F11). */
function totalSize(nodes: readonly NodeSnapshot[]): number | undefined {
  let total = 0;
  for (const { CacheSize = '' } of nodes) {
    const match = /^([\d.]+)\s*([KMGT]B)$/.exec(CacheSize.trim());
    if (match === null) return undefined;
    total += Number(match[1]) * unitBytes[match[2] as keyof typeof unitBytes];
  }
  return nodes.length === 0 ? undefined : total;
}
