import { addInstanceEvent } from './events.js';
import { instanceSubject } from './instance-lifecycle.js';
import { patchInstance } from './instance-lookup.js';
import { promotionSteps } from './promote-read-replica.js';
import type { Instance, RdsState } from './rds-state.js';
import { isSameRegion, replicasOf, showLinks, sourceOf } from './replica-links.js';
import { showReplicationStatus } from './replica-status.js';

/**
 * What becomes of the replicas of an instance that is gone: those in its region are promoted, those in others end as
 * `terminated` and wait to be promoted (facts B17). If it was a replica itself, its source shows it no more.
 */
export function leaveReplicas(state: RdsState, gone: Instance): void {
  const source = sourceOf(state, gone);
  if (source !== undefined) showLinks(source.state, source.instance);
  for (const replica of replicasOf(state, gone)) {
    const { instance } = replica;
    if (isSameRegion(replica.state, state)) {
      const steps = promotionSteps(state, instance, instance.details.BackupRetentionPeriod ?? 0);
      state.timeline.run(instanceSubject(state, instance), steps);
    } else {
      showReplicationStatus(instance, 'terminated', 'The source of the replica is deleted.');
      patchInstance(instance, { ReadReplicaSourceDBInstanceIdentifier: gone.details.DBInstanceArn });
      addInstanceEvent(replica.state, instance, 'read replica', 'Replication streaming has been terminated.');
    }
  }
}
