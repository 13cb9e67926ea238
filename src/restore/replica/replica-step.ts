import type { Tags } from '../../core/tags.js';
import type { ReplicaSettings } from '../../ports/database-restore.js';
import type { StepBase } from '../plan/restore-step.js';

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
  /** Whether CloudWatch is believed where a server cannot be reached from here. Not where its lag is about to matter. */
  readonly orByMetric?: boolean | undefined;
}

/** Waits until a replica can be promoted without losing more than it must. Repeated by every run that comes before the promotion. */
export interface AwaitReplayStep extends StepBase {
  readonly kind: 'await-replay';
  readonly identifier: string;
  readonly database: string;
  /** Until the replica has all that this source has written. Absent: until it shows all that it has received. */
  readonly source?: ReplicaSource | undefined;
  /** How long. Then a planned promotion is given up; in a disaster it goes on with what there is. */
  readonly patienceMilliseconds: number;
}

/** Ends replication, for good (facts E7). */
export interface PromoteReplicaStep extends StepBase {
  readonly kind: 'promote-replica';
  readonly identifier: string;
  /** What it follows until then, as RDS says it. */
  readonly source: string;
  readonly backupRetentionDays: number;
  readonly backupWindow?: string | undefined;
  /** Given to the instance before; the tag that identifies this execution is added. */
  readonly tags: Tags;
}

/** The steps that only plans for replicas have. */
export type ReplicaStep = CreateReplicaStep | WaitForReplicationStep | AwaitReplayStep | PromoteReplicaStep;
