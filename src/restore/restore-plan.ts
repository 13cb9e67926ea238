import type { DatabaseExpectation } from '../checks/expectation.js';
import type { RestoreSettings } from '../ports/rds.js';
import type { ConfigurationProfile } from './configuration-profile.js';

/** What must hold in the world right before a step acts. It is read again then; where it no longer holds, nothing is done. */
export type Precondition =
  /** The instance with this resource id still has this name. */
  | { readonly kind: 'instance-is'; readonly resourceId: string; readonly identifier: string }
  | { readonly kind: 'identifier-free'; readonly identifier: string }
  | { readonly kind: 'restorable-to'; readonly resourceId: string; readonly time: string }
  /** No queued modification: renaming would apply it too (facts C3). */
  | { readonly kind: 'nothing-pending'; readonly resourceId: string }
  | { readonly kind: 'replicas-are'; readonly resourceId: string; readonly replicas: readonly string[] };

interface StepBase {
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
  readonly maxAllocatedStorageGiB?: number | undefined;
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
  /** pg_restores at a time; more than one only for a dump in several archives. */
  readonly workers: number;
}

/** Statistics are not in a dump (facts H18). */
export interface AnalyzeStep extends StepBase {
  readonly kind: 'analyze';
  readonly database: string;
}

/** One thing an execution does. */
export type RestoreStep =
  | RestoreToPointInTimeStep
  | WaitForInstanceStep
  | ApplyConfigurationStep
  | CheckCandidateStep
  | StopWritersStep
  | RenameAwayStep
  | RenameIntoPlaceStep
  | VerifyPromotionStep
  | ResumeWritersStep
  | ProtectStep
  | CheckDumpObjectsStep
  | CreateDatabaseStep
  | RestoreArchiveStep
  | AnalyzeStep;

/** Something to know before approving. The code is stable, the message is for people. */
export interface PlanWarning {
  readonly code:
    | 'restore-time-floored'
    | 'earliest-restorable-time-unknown'
    | 'log-shipping-behind'
    | 'pending-changes-will-apply'
    | 'replicas-stay-attached'
    | 'resource-id-changes'
    | 'not-carried-over'
    | 'credentials-of-restore-time'
    | 'first-reads-are-slow'
    | 'window-starts-anew'
    | 'writers-not-fenced'
    | 'previous-instance-missing'
    | 'backups-off'
    | 'recovery-time-beyond-objective'
    | 'recovery-point-beyond-objective'
    | 'dump-without-fingerprint'
    | 'dump-is-partial'
    | 'not-proven-equal';
  readonly message: string;
}

/** What the recovery is expected to take and to lose, before it was measured. */
export interface PlanEstimate {
  readonly recoveryTimeMilliseconds: number;
  readonly recoveryPointMilliseconds: number;
  /** What the numbers rest on, a line each. */
  readonly basis: readonly string[];
}

interface PlanBase {
  readonly version: 1;
  /** ISO instant. */
  readonly createdAt: string;
  readonly system: {
    readonly region: string;
    readonly instance: string;
    /** Of the instance that had the production name; absent where there was none. */
    readonly resourceId?: string | undefined;
    readonly database: string;
  };
  readonly steps: readonly RestoreStep[];
  readonly warnings: readonly PlanWarning[];
  readonly estimate: PlanEstimate;
  /** SHA-256 over everything else: what is approved. */
  readonly hash: string;
}

/** A plan to restore an instance to an instant. */
export interface PointInTimePlan extends PlanBase {
  readonly kind: 'point-in-time';
  readonly restoreTo: { readonly kind: 'time'; readonly time: string } | { readonly kind: 'latest' };
  /** When the damage happened, if the caller said: data loss is counted up to then. */
  readonly incidentAt?: string | undefined;
  readonly candidate: string;
  readonly promotion: { readonly kind: 'none' } | { readonly kind: 'rename'; readonly archive: string };
  /** What was seen when the plan was made. */
  readonly facts: {
    readonly source: {
      readonly resourceId: string;
      readonly identifier: string;
      readonly living: boolean;
      readonly engineVersion?: string | undefined;
      readonly allocatedStorageGiB?: number | undefined;
    };
    readonly restoreWindow: { readonly earliest?: string | undefined; readonly latest: string };
    readonly profile: ConfigurationProfile;
    readonly pendingChanges: readonly string[];
    readonly replicas: readonly string[];
  };
}

/** A plan to restore a dump into a database. */
export interface DumpRestorePlan extends PlanBase {
  readonly kind: 'dump';
  readonly into: {
    readonly host: string;
    readonly port: number;
    readonly database: string;
    /** Absent where host and port were given. */
    readonly instance?: string | undefined;
    readonly resourceId?: string | undefined;
  };
  readonly facts: {
    readonly dump: string;
    readonly database: string;
    readonly dataTime: string;
    readonly sizeBytes: number;
    readonly tables: number;
    readonly serverVersion: number;
    readonly pgDumpVersion: number;
    readonly pgRestoreVersion: number;
  };
}

/** A frozen value, JSON-serialisable: made once, shown, approved by its hash, executed as it is. */
export type RestorePlan = PointInTimePlan | DumpRestorePlan;
