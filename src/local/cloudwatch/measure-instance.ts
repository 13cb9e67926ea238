import { findInstance } from '../rds/instance-lookup.js';
import type { Instance, RdsState } from '../rds/rds-state.js';
import { sourcesOf } from '../rds/replica-links.js';
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

function assumedLag(state: RdsState, instance: Instance): number | undefined {
  const { follows, details } = instance;
  const [replication] = details.StatusInfos ?? [];
  if (follows === undefined || replication === undefined) return undefined;
  if (replication.Normal !== true) return notReplicating;
  // What a source has not got nobody has who follows it.
  const chain = [follows, ...sourcesOf(state, instance).map(({ instance: source }) => source.follows)];
  const held = chain.flatMap((one) => (one?.heldSince === undefined ? [] : [one.heldSince.getTime()]));
  return held.length === 0 ? 0 : (state.timeline.instant().getTime() - Math.min(...held)) / 1000;
}
