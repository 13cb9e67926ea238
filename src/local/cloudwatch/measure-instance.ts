import { findInstance } from '../rds/instance-lookup.js';
import type { Instance, RdsState } from '../rds/rds-state.js';
import type { MetricKey } from './metric-store.js';

const gibibyte = 1_073_741_824;
/** The lag of a replica that does not follow (facts E5). */
const notReplicating = -1;

/**
 * Measures a metric of a DB instance on its real server; `undefined` for metrics and instances that there is none of. Without
 * servers little is known: since when a replica is held back, and that full storage has no space left.
 */
export async function measureInstance(state: RdsState, metric: MetricKey): Promise<number | undefined> {
  const { DBInstanceIdentifier: name, ...others } = metric.dimensions;
  if (metric.namespace !== 'AWS/RDS' || name === undefined || Object.keys(others).length > 0) return undefined;
  const instance = findInstance(state, name);
  const { dataPlane } = state.settings;
  if (instance === undefined) return undefined;
  if (metric.name === 'FreeStorageSpace' && instance.details.DBInstanceStatus === 'storage-full') return 0;
  if (dataPlane === undefined) return metric.name === 'ReplicaLag' ? assumedLag(state, instance) : undefined;
  if (!instance.hasCluster) return undefined;
  const measured = await dataPlane.measure(instance.resourceId);
  if (measured === undefined) return undefined;
  switch (metric.name) {
    case 'FreeStorageSpace':
      return Math.max(0, (instance.details.AllocatedStorage ?? 0) * gibibyte - measured.usedBytes);
    case 'TransactionLogsDiskUsage':
      return measured.logBytes;
    case 'OldestReplicationSlotLag':
      return measured.slotLagBytes;
    case 'ReplicaLag':
      return instance.details.StatusInfos?.[0]?.Normal === false ? notReplicating : measured.replicaLagSeconds;
    default:
      return undefined;
  }
}

function assumedLag(state: RdsState, { follows, details }: Instance): number | undefined {
  const [replication] = details.StatusInfos ?? [];
  if (follows === undefined || replication === undefined) return undefined;
  if (replication.Normal !== true) return notReplicating;
  const { heldSince } = follows;
  return heldSince === undefined ? 0 : (state.timeline.instant().getTime() - heldSince.getTime()) / 1000;
}
