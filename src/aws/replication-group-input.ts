import type { CreateReplicationGroupCommandInput } from '@aws-sdk/client-elasticache';
import type { CacheRestoreSettings } from '../ports/elasticache.js';
import { toTagList } from './tag-list.js';

/** Input of a replication group made from a snapshot. The number of nodes is said in one of two ways, by its mode (facts F9). */
export function replicationGroupInput(
  settings: CacheRestoreSettings,
  { authToken }: { readonly authToken?: string | undefined },
): CreateReplicationGroupCommandInput {
  const { clusterMode, nodeGroups, replicasPerNodeGroup, userGroups } = settings;
  return {
    ReplicationGroupId: settings.target,
    ReplicationGroupDescription: `restored from ${settings.snapshot}`,
    SnapshotName: settings.snapshot,
    Engine: settings.engine,
    EngineVersion: settings.engineVersion,
    CacheNodeType: settings.nodeType,
    ...(clusterMode
      ? { ClusterMode: 'enabled' as const, NumNodeGroups: nodeGroups, ReplicasPerNodeGroup: replicasPerNodeGroup }
      : { NumCacheClusters: replicasPerNodeGroup + 1 }),
    AutomaticFailoverEnabled: settings.automaticFailover,
    MultiAZEnabled: settings.multiAz,
    CacheSubnetGroupName: settings.subnetGroup,
    SecurityGroupIds: [...settings.securityGroups],
    CacheParameterGroupName: settings.parameterGroup,
    Port: settings.port,
    TransitEncryptionEnabled: settings.transitEncryption,
    AuthToken: authToken,
    UserGroupIds: userGroups.length === 0 ? undefined : [...userGroups],
    AtRestEncryptionEnabled: settings.atRestEncryption,
    KmsKeyId: settings.kmsKey,
    AutoMinorVersionUpgrade: settings.autoMinorVersionUpgrade,
    SnapshotRetentionLimit: settings.snapshotRetentionDays,
    SnapshotWindow: settings.snapshotWindow,
    PreferredMaintenanceWindow: settings.maintenanceWindow,
    Tags: toTagList(settings.tags),
  };
}
