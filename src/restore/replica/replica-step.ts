import type { ReplicaSettings } from '../../ports/database-restore.js';
import type { StepBase } from '../restore-step.js';

/** The instance that a replica follows, wherever it is. */
export interface ReplicaSource {
  readonly region: string;
  readonly identifier: string;
  readonly resourceId: string;
}

/** Begins a read replica. */
export interface CreateReplicaStep extends StepBase {
  readonly kind: 'create-replica';
  /** As the call takes it: a name in the same region, an ARN of another (facts E1). */
  readonly source: string;
  /** Sent as they are; the tag that identifies this execution is added. */
  readonly settings: ReplicaSettings;
}

/** Waits until a replica follows its source closely: both servers are asked, since `available` says nothing of lag (facts E5). */
export interface WaitForReplicationStep extends StepBase {
  readonly kind: 'wait-for-replication';
  readonly identifier: string;
  readonly source: ReplicaSource;
  readonly database: string;
}
