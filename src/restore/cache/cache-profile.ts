import { type Tags, tagKeys } from '../../core/tags.js';
import type {
  CacheCluster,
  CacheRestoreSettings,
  CacheSnapshotDescription,
  ReplicationGroup,
} from '../../ports/elasticache.js';

/**
 * Everything of a cache that a restore would replace with a default (facts F12), so that the restored one can be made like the
 * one it is to stand in for. JSON-safe; of the password it says only that there is one.
 */
export interface CacheProfile extends Omit<CacheRestoreSettings, 'target' | 'snapshot'> {
  /** `token`: `execute` has to be given it. `user-groups`: those named. `none`: whoever reaches it is let in. */
  readonly auth: 'token' | 'user-groups' | 'none';
}

/** The profile of a living replication group; a node of it tells what the group does not. */
export function cacheProfileOf(
  group: ReplicationGroup,
  node: CacheCluster,
  snapshot: CacheSnapshotDescription,
  tags: Tags,
): CacheProfile {
  const { userGroups = [], authToken = false, nodeGroups = 1 } = group;
  return {
    engine: snapshot.engine,
    engineVersion: engineVersionOf(snapshot),
    nodeType: group.nodeType ?? snapshot.nodeType,
    ...shapeOf(snapshot),
    replicasPerNodeGroup: Math.max(0, Math.round(group.nodes.length / Math.max(1, nodeGroups)) - 1),
    automaticFailover: group.automaticFailover ?? false,
    multiAz: group.multiAz ?? false,
    subnetGroup: node.subnetGroup,
    securityGroups: [...(node.securityGroups ?? [])].sort(),
    parameterGroup: node.parameterGroup,
    port: group.endpoint?.port,
    transitEncryption: group.transitEncryption ?? false,
    auth: authToken ? 'token' : userGroups.length > 0 ? 'user-groups' : 'none',
    userGroups: [...userGroups].sort(),
    atRestEncryption: group.atRestEncryption ?? false,
    kmsKey: group.kmsKey,
    autoMinorVersionUpgrade: group.autoMinorVersionUpgrade ?? true,
    snapshotRetentionDays: group.snapshotRetentionDays ?? 0,
    snapshotWindow: group.snapshotWindow,
    maintenanceWindow: node.maintenanceWindow,
    tags: ownTags(tags),
  };
}

/** What a snapshot holds of it: nothing that keeps strangers out. */
export function cacheProfileLeftIn(
  snapshot: CacheSnapshotDescription,
): Omit<CacheProfile, 'securityGroups' | 'transitEncryption' | 'auth'> {
  const replicated = snapshot.automaticFailover ?? false;
  return {
    engine: snapshot.engine,
    engineVersion: engineVersionOf(snapshot),
    nodeType: snapshot.nodeType,
    ...shapeOf(snapshot),
    replicasPerNodeGroup: replicated ? 1 : 0,
    automaticFailover: replicated,
    multiAz: false,
    subnetGroup: snapshot.subnetGroup,
    parameterGroup: snapshot.parameterGroup,
    port: snapshot.port,
    userGroups: [],
    atRestEncryption: true,
    kmsKey: snapshot.kmsKey,
    autoMinorVersionUpgrade: snapshot.autoMinorVersionUpgrade ?? true,
    snapshotRetentionDays: snapshot.snapshotRetentionDays ?? 0,
    snapshotWindow: snapshot.snapshotWindow,
    maintenanceWindow: snapshot.maintenanceWindow,
    tags: {},
  };
}

/** What a group can be restored to at all: as many parts as the snapshot has, and cluster mode if it has it (facts F9). */
function shapeOf(snapshot: CacheSnapshotDescription): Pick<CacheProfile, 'clusterMode' | 'nodeGroups'> {
  return { clusterMode: snapshot.replicationGroup !== undefined, nodeGroups: snapshot.nodeGroups };
}

/** Told as `7.1.0` and taken as `7.1`; before 6 as it is told. */
function engineVersionOf({ engineVersion }: CacheSnapshotDescription): string {
  const [major = '', minor] = engineVersion.split('.');
  return Number(major) >= 6 && minor !== undefined ? `${major}.${minor}` : engineVersion;
}

function ownTags(tags: Tags): Tags {
  const ours: readonly string[] = [tagKeys.managedBy, tagKeys.operationId, tagKeys.purpose, tagKeys.expiresAt];
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !/^aws:/i.test(key) && !ours.includes(key)));
}
