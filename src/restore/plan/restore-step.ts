import type { CacheExpectation } from '../../checks/cache/cache-expectation.js';
import type { DatabaseExpectation } from '../../checks/expectation.js';
import type { RestoreSettings } from '../../ports/database-restore.js';
import type { CacheRestoreSettings } from '../../ports/elasticache.js';
import type { ConfigurationProfile } from '../instance/configuration-profile.js';
import type { ReplicaStep } from '../replica/replica-step.js';

/** What must hold in the world right before a step acts. It is read again then; where it no longer holds, nothing is done. */
export type Precondition =
  /** The instance with this resource id still has this name. */
  | { readonly kind: 'instance-is'; readonly resourceId: string; readonly identifier: string }
  | { readonly kind: 'identifier-free'; readonly identifier: string }
  /** The snapshot is available, and the same that was planned with. */
  | { readonly kind: 'snapshot-is'; readonly snapshot: string; readonly createdAt: string }
  | { readonly kind: 'restorable-to'; readonly resourceId: string; readonly time: string }
  /** No queued modification: renaming would apply it too (facts C3). */
  | { readonly kind: 'nothing-pending'; readonly resourceId: string }
  | { readonly kind: 'cache-identifier-free'; readonly identifier: string }
  | { readonly kind: 'cache-snapshot-is'; readonly snapshot: string; readonly createdAt: string }
  | { readonly kind: 'replicas-are'; readonly resourceId: string; readonly replicas: readonly string[] }
  /** The same as `instance-is`, of an instance that may be in another region than what the plan is about. */
  | { readonly kind: 'source-is'; readonly region: string; readonly resourceId: string; readonly identifier: string }
  /** The instance with this resource id still follows this source, as RDS says it. */
  | { readonly kind: 'replica-of'; readonly resourceId: string; readonly source: string }
  /** Only an instance with automated backups can have replicas (facts E1). */
  | { readonly kind: 'source-keeps-backups'; readonly region: string; readonly resourceId: string }
  /** The instance is available, and its primary is where it was planned to leave. */
  | { readonly kind: 'can-fail-over'; readonly resourceId: string; readonly primary: string }
  /** No static parameter waits for a restart: it would take effect. */
  | { readonly kind: 'nothing-awaits-restart'; readonly resourceId: string }
  /** The node group is available, with its primary where it was planned to leave, and fails over by itself. */
  | {
      readonly kind: 'cache-can-fail-over';
      readonly replicationGroup: string;
      readonly nodeGroup: string;
      readonly primary?: string | undefined;
    };

/** What all steps share. */
export interface StepBase {
  /** Unique in the plan; the journal refers to it. */
  readonly id: string;
  /** One line for people. */
  readonly title: string;
  readonly preconditions: readonly Precondition[];
}

/** Begins a new instance with the data of an instant. */
export interface RestoreToPointInTimeStep extends StepBase {
  readonly kind: 'restore-to-point-in-time';
  readonly source: { readonly resourceId: string; readonly automatedBackupArn?: string | undefined };
  readonly to: { readonly kind: 'time'; readonly time: string } | { readonly kind: 'latest' };
  /** Sent as they are; the tag that identifies this execution is added. */
  readonly settings: RestoreSettings;
  /** Classes to try in turn where RDS has no capacity for that of the settings; absent where there is none. */
  readonly standbyClasses?: readonly string[] | undefined;
  readonly maxAllocatedStorageGiB?: number | undefined;
}

/** Begins a new instance from a snapshot. */
export interface RestoreFromSnapshotStep extends StepBase {
  readonly kind: 'restore-from-snapshot';
  /** Its identifier; of one that another account shares, its ARN. */
  readonly snapshot: string;
  /** Sent as they are; the tag that identifies this execution is added. */
  readonly settings: RestoreSettings;
  /** Classes to try in turn where RDS has no capacity for that of the settings; absent where there is none. */
  readonly standbyClasses?: readonly string[] | undefined;
}

/** Waits until the candidate is available, three reads in a row. */
export interface WaitForInstanceStep extends StepBase {
  readonly kind: 'wait-for-instance';
  readonly identifier: string;
}

/** Sets what the restore call could not, reboots if parameters wait for it, and reports what still differs (facts B4). */
export interface ApplyConfigurationStep extends StepBase {
  readonly kind: 'apply-configuration';
  readonly profile: ConfigurationProfile;
  /** Whether it may reboot for parameters. Default: it may; not where the instance serves already. */
  readonly mayReboot?: boolean | undefined;
}

/** Looks into the restored database; anything but a pass stops the execution. */
export interface CheckCandidateStep extends StepBase {
  readonly kind: 'check-candidate';
  readonly database: string;
  readonly expectation: DatabaseExpectation;
}

/** Keeps the application from writing to what is about to be replaced (facts C6.1). */
export interface StopWritersStep extends StepBase {
  readonly kind: 'stop-writers';
  /** `hooks`: the execution is handed `writers`; `acknowledged`: the caller has seen to it. */
  readonly how: 'hooks' | 'acknowledged';
}

/** Gives the current production instance its archive name and waits until its old name is free (facts C6.2, C6.3). */
export interface RenameAwayStep extends StepBase {
  readonly kind: 'rename-away';
  readonly resourceId: string;
  readonly from: string;
  readonly to: string;
}

/** Gives the candidate the production name (facts C6.4, C6.5). */
export interface RenameIntoPlaceStep extends StepBase {
  readonly kind: 'rename-into-place';
  readonly from: string;
  readonly to: string;
}

/** Connects as the application does and makes sure that it is the candidate that answers (facts C6.6). */
export interface VerifyPromotionStep extends StepBase {
  readonly kind: 'verify-promotion';
  readonly identifier: string;
  readonly database: string;
  /** The address that the production name had; it comes back with the name. */
  readonly address?: string | undefined;
  /** Whether to have the server take a write, too: of one that was a replica. */
  readonly proveWrites?: boolean | undefined;
}

/** Points the application at the candidate, which keeps its own name (facts C10). */
export interface SwitchEndpointStep extends StepBase {
  readonly kind: 'switch-endpoint';
}

/** Lets the application write again. */
export interface ResumeWritersStep extends StepBase {
  readonly kind: 'resume-writers';
}

/** Sees to it that the new primary is backed up and the old one is kept (facts C9). */
export interface ProtectStep extends StepBase {
  readonly kind: 'protect';
  readonly identifier: string;
  readonly snapshot: string;
  readonly backupRetentionDays: number;
}

/** The dump's objects are still the ones that were planned with. */
export interface CheckDumpObjectsStep extends StepBase {
  readonly kind: 'check-dump-objects';
  readonly objects: readonly { readonly key: string; readonly sizeBytes: number; readonly etag: string }[];
}

/** The database to restore into: made if absent, and empty. */
export interface CreateDatabaseStep extends StepBase {
  readonly kind: 'create-database';
  readonly database: string;
  /** Whether it may be made; otherwise it has to be there, empty. */
  readonly create: boolean;
  /** Schemas to make in it: those of a dump of single tables, which holds none. */
  readonly schemas?: readonly string[] | undefined;
}

/** Streams the dump's archives into pg_restore, so many at a time, hashing what passes. */
export interface RestoreArchiveStep extends StepBase {
  readonly kind: 'restore-archive';
  readonly database: string;
  readonly archives: readonly {
    readonly key: string;
    readonly sizeBytes: number;
    readonly sha256: string;
    readonly content: 'everything' | 'schema' | 'data';
  }[];
  /** Only the rows of these tables, `schema.table`, and what belongs to them. Absent: everything. */
  readonly tables?: readonly string[] | undefined;
  /** pg_restores at a time; more than one only for a dump in several archives. */
  readonly workers: number;
}

/** Statistics are not in a dump (facts H18). */
export interface AnalyzeStep extends StepBase {
  readonly kind: 'analyze';
  readonly database: string;
}

/** Begins a replication group with the data of a snapshot. */
export interface RestoreCacheStep extends StepBase {
  readonly kind: 'restore-cache';
  /** `token`: the execution is handed it; it is in no plan. */
  readonly auth: 'token' | 'user-groups' | 'none';
  /** Sent as they are; the tag that identifies this execution is added. */
  readonly settings: CacheRestoreSettings;
}

/** Waits until the replication group is available and tells where it is, three reads in a row. */
export interface WaitForCacheStep extends StepBase {
  readonly kind: 'wait-for-cache';
  readonly identifier: string;
}

/** Looks into the restored cache; anything but a pass stops the execution. */
export interface CheckCacheStep extends StepBase {
  readonly kind: 'check-cache';
  readonly expectation: CacheExpectation;
}

/** What both steps that fail over share. */
interface WatchedStep extends StepBase {
  readonly probeEveryMilliseconds: number;
  readonly outageWithinMilliseconds: number;
}

/** Has the database fail over, once, and follows it until the standby serves (facts D7). */
export interface FailOverStep extends WatchedStep {
  readonly kind: 'fail-over';
  readonly resourceId: string;
  readonly endpoint: { readonly address: string; readonly port: number };
  /** Whether the database answered when the plan was made. */
  readonly reachable: boolean;
}

/** Has a node group of the cache fail over, once, and follows it until a replica serves. */
export interface FailOverCacheStep extends WatchedStep {
  readonly kind: 'fail-over-cache';
  readonly replicationGroup: string;
  readonly nodeGroup: string;
}

/** One thing an execution does. */
export type RestoreStep =
  | RestoreToPointInTimeStep
  | RestoreFromSnapshotStep
  | WaitForInstanceStep
  | ApplyConfigurationStep
  | CheckCandidateStep
  | StopWritersStep
  | RenameAwayStep
  | RenameIntoPlaceStep
  | VerifyPromotionStep
  | SwitchEndpointStep
  | ResumeWritersStep
  | ProtectStep
  | CheckDumpObjectsStep
  | CreateDatabaseStep
  | RestoreArchiveStep
  | AnalyzeStep
  | RestoreCacheStep
  | WaitForCacheStep
  | CheckCacheStep
  | ReplicaStep
  | FailOverStep
  | FailOverCacheStep;
