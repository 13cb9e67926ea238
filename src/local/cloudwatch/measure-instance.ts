import { findInstance } from '../rds/instance-lookup.js';
import type { RdsState } from '../rds/rds-state.js';
import type { MetricKey } from './metric-store.js';

const gibibyte = 1_073_741_824;

/** Measures a metric of a DB instance on its real server; `undefined` for metrics and instances that there is none of. */
export async function measureInstance(state: RdsState, metric: MetricKey): Promise<number | undefined> {
  const { DBInstanceIdentifier: name, ...others } = metric.dimensions;
  if (metric.namespace !== 'AWS/RDS' || name === undefined || Object.keys(others).length > 0) return undefined;
  const instance = findInstance(state, name);
  const { dataPlane } = state.settings;
  if (instance === undefined || dataPlane === undefined || !instance.hasCluster) return undefined;
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
      return measured.replicaLagSeconds;
    default:
      return undefined;
  }
}
