import type { DeleteDBSnapshotMessage, DeleteDBSnapshotResult } from '@aws-sdk/client-rds';
import { required } from '../control-plane/parameter-fault.js';
import { addSnapshotEvent } from './events.js';
import { rdsFault } from './rds-fault.js';
import type { RdsState } from './rds-state.js';
import { removeSnapshot } from './snapshot-lifecycle.js';
import { getSnapshot } from './snapshot-lookup.js';

/** `DeleteDBSnapshot`. */
export function deleteDBSnapshot(state: RdsState, input: DeleteDBSnapshotMessage): DeleteDBSnapshotResult {
  const snapshot = getSnapshot(state, required(input.DBSnapshotIdentifier, 'DBSnapshotIdentifier'));
  const { details } = snapshot;
  // Automated ones go with their retention only (facts A14).
  if (details.SnapshotType !== 'manual') {
    const message = `Only manual snapshots may be deleted. ${details.DBSnapshotIdentifier} is ${details.SnapshotType}.`;
    throw rdsFault('InvalidDBSnapshotStateFault', message);
  }
  if ((details.Status !== 'available' && details.Status !== 'failed') || snapshot.readers > 0) {
    throw rdsFault(
      'InvalidDBSnapshotStateFault',
      `DBSnapshot ${details.DBSnapshotIdentifier} is not in available state.`,
    );
  }
  removeSnapshot(state, snapshot);
  addSnapshotEvent(state, snapshot, 'deletion', 'Deleted user snapshot');
  return { DBSnapshot: { ...details, Status: 'deleted' } };
}
