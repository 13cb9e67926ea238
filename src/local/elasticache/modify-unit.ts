import type {
  ModifyCacheClusterMessage,
  ModifyCacheClusterResult,
  ModifyReplicationGroupMessage,
  ModifyReplicationGroupResult,
} from '@aws-sdk/client-elasticache';
import { invalidCombination, invalidParameterValue, required } from '../control-plane/parameter-fault.js';
import type { LifecycleScript } from '../wire/wire-service.js';
import { scheduleSnapshots } from './automatic-snapshots.js';
import { clusterView } from './cluster-view.js';
import type { CacheUnit, ElastiCacheState } from './elasticache-state.js';
import { groupView } from './group-view.js';
import { checkRetention, checkWindow } from './new-unit.js';
import { availableStep, getGroup, getNode, isGroup, patchNode, requireAvailableUnit, unitSubject } from './units.js';

/** What can be changed of either. */
type UnitChange = Pick<
  ModifyReplicationGroupMessage & ModifyCacheClusterMessage,
  | 'SnapshotRetentionLimit'
  | 'SnapshotWindow'
  | 'PreferredMaintenanceWindow'
  | 'AutoMinorVersionUpgrade'
  | 'CacheNodeType'
  | 'SecurityGroupIds'
>;

const changeable = [
  'SnapshotRetentionLimit',
  'SnapshotWindow',
  'PreferredMaintenanceWindow',
  'AutoMinorVersionUpgrade',
  'CacheNodeType',
  'SecurityGroupIds',
] as const satisfies readonly (keyof UnitChange)[];

const changeableOfGroup = [
  ...changeable,
  'ReplicationGroupDescription',
  'SnapshottingClusterId',
] as const satisfies readonly (keyof ModifyReplicationGroupMessage)[];

/** `ModifyCacheCluster`: what belongs to snapshots and windows. */
export function modifyCacheCluster(
  state: ElastiCacheState,
  input: ModifyCacheClusterMessage,
  script: LifecycleScript | undefined,
): ModifyCacheClusterResult {
  const found = getNode(state, required(input.CacheClusterId, 'CacheClusterId'));
  refuseOthers(input, ['CacheClusterId', ...changeable]);
  if (found.unit.group !== undefined) {
    throw invalidCombination(`Cache cluster ${found.node.id} is of a replication group: modify the group.`);
  }
  modify(state, found.unit, input, script);
  return { CacheCluster: clusterView(state, found, { nodes: false }) };
}

/** `ModifyReplicationGroup`: what belongs to snapshots and windows. */
export function modifyReplicationGroup(
  state: ElastiCacheState,
  input: ModifyReplicationGroupMessage,
  script: LifecycleScript | undefined,
): ModifyReplicationGroupResult {
  const unit = getGroup(state, required(input.ReplicationGroupId, 'ReplicationGroupId'));
  refuseOthers(input, ['ReplicationGroupId', ...changeableOfGroup]);
  const { SnapshottingClusterId: source, ReplicationGroupDescription: description } = input;
  if (source !== undefined && (unit.group.ClusterEnabled === true || !unit.nodes.some(({ id }) => id === source))) {
    throw invalidParameterValue(`Invalid SnapshottingClusterId: ${source}`);
  }
  modify(state, unit, input, script);
  unit.group = {
    ...unit.group,
    Description: description ?? unit.group.Description,
    SnapshottingClusterId: source ?? unit.group.SnapshottingClusterId,
  };
  return { ReplicationGroup: groupView(state, unit) };
}

/** What this region cannot change it must not seem to have changed. */
function refuseOthers(input: object, known: readonly string[]): void {
  const given = Object.keys(input).filter((name) => name !== 'ApplyImmediately');
  const strange = given.find((name) => !known.includes(name));
  if (strange !== undefined) throw invalidParameterValue(`This region cannot modify ${strange}.`);
  if (given.length === 1) throw invalidCombination('No modifications were requested');
}

function modify(
  state: ElastiCacheState,
  unit: CacheUnit,
  change: UnitChange,
  script: LifecycleScript | undefined,
): void {
  requireAvailableUnit(state, unit);
  const { SnapshotRetentionLimit: retention } = change;
  const [first] = unit.nodes;
  const shared = {
    SnapshotRetentionLimit: retention === undefined ? first?.details.SnapshotRetentionLimit : checkRetention(retention),
    SnapshotWindow: checkWindow(change.SnapshotWindow) ?? first?.details.SnapshotWindow,
    AutoMinorVersionUpgrade: change.AutoMinorVersionUpgrade ?? first?.details.AutoMinorVersionUpgrade,
    CacheNodeType: change.CacheNodeType ?? first?.details.CacheNodeType,
  };
  const apply = (): void => {
    if (isGroup(unit)) unit.group = { ...unit.group, ...shared };
    for (const node of unit.nodes) {
      patchNode(node, {
        ...shared,
        PreferredMaintenanceWindow: change.PreferredMaintenanceWindow ?? node.details.PreferredMaintenanceWindow,
        SecurityGroups:
          change.SecurityGroupIds?.map((id) => ({ SecurityGroupId: id, Status: 'active' })) ??
          node.details.SecurityGroups,
      });
    }
    scheduleSnapshots(state, unit);
  };
  state.timeline.run(
    unitSubject(state, unit),
    [{ status: 'modifying', milliseconds: state.settings.durations.modify, done: apply }, availableStep()],
    script,
  );
}
