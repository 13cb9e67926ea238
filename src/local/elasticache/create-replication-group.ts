import type { CreateReplicationGroupMessage, CreateReplicationGroupResult } from '@aws-sdk/client-elasticache';
import { invalidCombination, invalidParameterValue, required } from '../control-plane/parameter-fault.js';
import { checkTags } from '../control-plane/tag-list.js';
import type { LifecycleScript } from '../wire/wire-service.js';
import { bringUp } from './bring-up.js';
import { cacheArnPrefix, newCacheName } from './cache-names.js';
import { elastiCacheFault } from './elasticache-fault.js';
import type { CacheNode, CacheSnapshot, ElastiCacheState } from './elasticache-state.js';
import { groupView } from './group-view.js';
import { addUnit, nodeDetails, refuseTakenClusters } from './new-unit.js';
import { hasDataTiering } from './node-memory.js';
import { findRestorable } from './snapshot-lookup.js';

const mostReplicas = 5;
const mostShards = 500;

/** `CreateReplicationGroup`, in either mode, empty or from a snapshot (facts F9). */
export function createReplicationGroup(
  state: ElastiCacheState,
  input: CreateReplicationGroupMessage,
  script: LifecycleScript | undefined,
): CreateReplicationGroupResult {
  const id = newCacheName(required(input.ReplicationGroupId, 'ReplicationGroupId'), 'ReplicationGroupId');
  const description = required(input.ReplicationGroupDescription, 'ReplicationGroupDescription');
  if (input.PrimaryClusterId !== undefined || input.GlobalReplicationGroupId !== undefined) {
    throw invalidParameterValue('A replication group of this region is made empty or from a snapshot.');
  }
  if (!['redis', 'valkey'].includes(input.Engine ?? 'redis')) {
    throw invalidParameterValue(`Invalid engine: ${input.Engine}`);
  }
  if (state.units.sorted().some(({ group }) => group?.ReplicationGroupId === id)) {
    throw elastiCacheFault('ReplicationGroupAlreadyExistsFault', `Replication group ${id} already exists.`);
  }
  const snapshot = input.SnapshotName === undefined ? undefined : findRestorable(state, input.SnapshotName);
  const clusterMode = modeOf(input, snapshot);
  const nodes = layout(id, input, clusterMode, snapshot);
  const replicas = nodes.filter(({ role }) => role === 'replica');
  const failover = input.AutomaticFailoverEnabled ?? false;
  if (failover && replicas.length === 0 && !clusterMode) {
    throw invalidCombination('Automatic failover is not supported for replication groups with a single node.');
  }
  if (clusterMode && input.AutomaticFailoverEnabled === false) {
    throw invalidCombination('Automatic failover must be enabled for replication groups with cluster mode enabled.');
  }
  if (input.MultiAZEnabled === true && !failover) {
    throw invalidCombination('Automatic failover must be enabled if Multi-AZ is.');
  }
  refuseTakenClusters(
    state,
    nodes.map((node) => node.id),
  );
  const authToken = checkAuthToken(input);
  const details = {
    ...nodeDetails(state, input, snapshot, clusterMode),
    TransitEncryptionEnabled: input.TransitEncryptionEnabled ?? false,
    AtRestEncryptionEnabled: input.AtRestEncryptionEnabled ?? input.Engine === 'valkey',
    AuthTokenEnabled: authToken !== undefined,
  };
  const unit = addUnit(state, {
    group: {
      ReplicationGroupId: id,
      Description: description,
      Status: 'creating',
      PendingModifiedValues: {},
      AutomaticFailover: failover || clusterMode ? 'enabled' : 'disabled',
      MultiAZ: input.MultiAZEnabled === true ? 'enabled' : 'disabled',
      SnapshottingClusterId:
        clusterMode || details.SnapshotRetentionLimit === 0 ? undefined : (replicas[0] ?? nodes[0])?.id,
      SnapshotRetentionLimit: details.SnapshotRetentionLimit,
      SnapshotWindow: details.SnapshotWindow,
      ClusterEnabled: clusterMode,
      ClusterMode: clusterMode ? 'enabled' : 'disabled',
      CacheNodeType: details.CacheNodeType,
      AuthTokenEnabled: details.AuthTokenEnabled,
      TransitEncryptionEnabled: details.TransitEncryptionEnabled,
      AtRestEncryptionEnabled: details.AtRestEncryptionEnabled,
      KmsKeyId: input.KmsKeyId,
      ARN: `${cacheArnPrefix(state.settings)}:replicationgroup:${id}`,
      DataTiering: hasDataTiering(details.CacheNodeType) ? 'enabled' : 'disabled',
      AutoMinorVersionUpgrade: details.AutoMinorVersionUpgrade,
      NetworkType: 'ipv4',
      IpDiscovery: 'ipv4',
      Engine: details.Engine,
    },
    nodes,
    details,
    tags: checkTags(input.Tags),
  });
  bringUp(state, unit, { snapshot, authToken, script });
  return { ReplicationGroup: groupView(state, unit) };
}

function modeOf(input: CreateReplicationGroupMessage, snapshot: CacheSnapshot | undefined): boolean {
  const asked =
    input.ClusterMode === 'enabled' ||
    (input.NumNodeGroups ?? 1) > 1 ||
    (input.CacheParameterGroupName ?? '').includes('cluster.on');
  if (snapshot?.clusterMode === true && input.ClusterMode === 'disabled') {
    throw invalidCombination('A snapshot with cluster mode enabled cannot be restored with cluster mode disabled.');
  }
  return asked || snapshot?.clusterMode === true;
}

function layout(
  id: string,
  input: CreateReplicationGroupMessage,
  clusterMode: boolean,
  snapshot: CacheSnapshot | undefined,
): readonly Pick<CacheNode, 'id' | 'shard' | 'role'>[] {
  const held = snapshot?.parts.length;
  const shards = input.NumNodeGroups ?? held ?? 1;
  if (held !== undefined && held !== shards) {
    throw invalidParameterValue(
      `The number of node groups in the snapshot (${held}) and in the replication group (${shards}) must be the same.`,
    );
  }
  const replicas = input.ReplicasPerNodeGroup ?? (input.NumCacheClusters ?? 1) - 1;
  if (!Number.isInteger(shards) || shards < 1 || shards > mostShards) {
    throw invalidParameterValue(`NumNodeGroups must be between 1 and ${mostShards}.`);
  }
  if (!Number.isInteger(replicas) || replicas < 0 || replicas > mostReplicas) {
    throw invalidParameterValue(`A node group has between 0 and ${mostReplicas} replicas.`);
  }
  const number = (value: number, digits: number): string => String(value).padStart(digits, '0');
  return Array.from({ length: shards }, (_, shard) =>
    Array.from({ length: replicas + 1 }, (__, node) => ({
      id: clusterMode ? `${id}-${number(shard + 1, 4)}-${number(node + 1, 3)}` : `${id}-${number(node + 1, 3)}`,
      shard: number(shard + 1, 4),
      role: node === 0 ? ('primary' as const) : ('replica' as const),
    })),
  ).flat();
}

/** 16 to 128 printable characters, and only over TLS (facts F12). */
function checkAuthToken({
  AuthToken: token,
  TransitEncryptionEnabled,
}: CreateReplicationGroupMessage): string | undefined {
  if (token === undefined) return undefined;
  if (TransitEncryptionEnabled !== true) {
    throw invalidCombination('AuthToken can be given only if TransitEncryptionEnabled is true.');
  }
  if (!/^[A-Za-z0-9!&#$^<>-]{16,128}$/.test(token)) {
    throw invalidParameterValue(
      'Invalid AuthToken provided. It must be 16 to 128 letters, digits and ! & # $ ^ < > - only.',
    );
  }
  return token;
}
