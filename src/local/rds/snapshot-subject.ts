import type { Subject } from '../control-plane/timeline.js';
import { addSnapshotEvent } from './events.js';
import type { RdsState, Snapshot } from './rds-state.js';

/** A snapshot as the timeline carries it. */
export function snapshotSubject(state: RdsState, snapshot: Snapshot): Subject {
  return {
    key: `snapshot/${snapshot.backupId}`,
    setStatus: (status) => {
      snapshot.details = { ...snapshot.details, Status: status };
    },
    fail: (status, message) => {
      snapshot.details = { ...snapshot.details, Status: status };
      addSnapshotEvent(state, snapshot, 'notification', `Snapshot creation failed. ${message}`);
    },
  };
}
