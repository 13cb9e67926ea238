import type { Verification } from '../../core/backups.js';
import type { Tags } from '../../core/tags.js';
import type { CacheProfile } from '../cache/cache-profile.js';
import type { CacheFailoverPlan, FailoverPlan } from '../failover/failover-plan.js';
import type { ConfigurationProfile } from '../instance/configuration-profile.js';
import type { ReplicaPlan, ReplicaPromotionPlan } from '../replica/replica-plan.js';
import type { RestoreStep } from './restore-step.js';

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
    | 'later-writes-are-lost'
    | 'endpoint-changes'
    | 'backups-off'
    | 'recovery-time-beyond-objective'
    | 'recovery-point-beyond-objective'
    | 'dump-without-fingerprint'
    | 'dump-is-partial'
    | 'only-some-tables'
    | 'not-proven-equal'
    | 'instance-class-differs'
    | 'snapshot-is-shared'
    | 'snapshot-not-verified'
    | 'engine-version-not-offered'
    | 'instance-class-passed-over'
    | 'instance-class-not-offered'
    | 'instance-class-not-checked'
    | 'point-in-time-loses-less'
    | 'cache-without-tls'
    | 'cache-without-password'
    | 'cache-may-not-fit'
    | 'cache-not-checked'
    | 'source-is-modified'
    | 'many-replicas'
    | 'connections-break'
    | 'replicas-wait'
    | 'failover-was-recent'
    | 'database-not-reachable'
    | 'acknowledged-writes-may-be-lost'
    | 'no-other-replica'
    | 'promotion-is-final'
    | 'split-brain'
    | 'source-still-sends'
    | 'loss-unknown'
    | 'not-replicating'
    | 'single-zone';
  readonly message: string;
}

/** What the recovery is expected to take and to lose, before it was measured. */
export interface PlanEstimate {
  readonly recoveryTimeMilliseconds: number;
  readonly recoveryPointMilliseconds: number;
  /** What the numbers rest on, a line each. */
  readonly basis: readonly string[];
}

/** What all plans share. */
export interface PlanBase {
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

/** What plans share that restore an instance. */
export interface InstancePlanBase extends PlanBase {
  /** When the damage happened, if the caller said: data loss is counted up to then. */
  readonly incidentAt?: string | undefined;
  readonly candidate: string;
  readonly promotion:
    | { readonly kind: 'none' }
    | { readonly kind: 'endpoint' }
    | { readonly kind: 'rename'; readonly archive: string };
  /** Present where the candidate is to be deleted again. */
  readonly temporary?: { readonly purpose: string; readonly expiresAt: string } | undefined;
}

/** A class that was preferred and cannot be had. */
export interface PassedOverClass {
  /** Or `source`, where no instance is left to tell it. */
  readonly instanceClass: string;
  /** As what follows the name of the class. */
  readonly reason: string;
}

/** What was seen of the instances when such a plan was made. */
export interface InstancePlanFacts {
  readonly source: {
    readonly resourceId: string;
    readonly identifier: string;
    readonly living: boolean;
    readonly engineVersion?: string | undefined;
    readonly allocatedStorageGiB?: number | undefined;
  };
  /** The version that the data is of; absent where nobody says. */
  readonly data?: { readonly engine: string; readonly engineVersion: string } | undefined;
  readonly profile: ConfigurationProfile;
  /** Classes that were preferred to that of the profile; absent where there are none. */
  readonly passedOver?: readonly PassedOverClass[] | undefined;
  readonly pendingChanges: readonly string[];
  readonly replicas: readonly string[];
}

/** A plan to restore an instance to an instant. */
export interface PointInTimePlan extends InstancePlanBase {
  readonly kind: 'point-in-time';
  readonly restoreTo: { readonly kind: 'time'; readonly time: string } | { readonly kind: 'latest' };
  readonly facts: InstancePlanFacts & {
    readonly restoreWindow: { readonly earliest?: string | undefined; readonly latest: string };
  };
}

/** A plan to restore an instance from a snapshot. */
export interface SnapshotRestorePlan extends InstancePlanBase {
  readonly kind: 'snapshot';
  readonly facts: InstancePlanFacts & {
    readonly snapshot: {
      readonly identifier: string;
      readonly arn: string;
      /** `automated`, `manual`, `shared`, `awsbackup`, ... */
      readonly type: string;
      /** ISO instant of the last transaction in it, as far as RDS tells (facts A6): what the recovery point is measured by. */
      readonly dataTime: string;
      readonly encrypted: boolean;
      readonly engineVersion: string;
      readonly allocatedStorageGiB: number;
      /** When (ISO) and how it was last proven to restore; absent where it never was, or nobody knows. */
      readonly verified?: { readonly at: string; readonly how: Verification['how'] } | undefined;
    };
  };
}

/** A plan that restores an instance. */
export type InstancePlan = PointInTimePlan | SnapshotRestorePlan;

/** A plan to undo a promotion by rename: the old instance gets the production name again (facts C8). */
export interface RollbackPlan extends PlanBase {
  readonly kind: 'rollback';
  /** What the old instance is called until then. */
  readonly candidate: string;
  /** What the instance that is production now is called afterwards; nothing, where nobody has the production name. */
  readonly promotion: { readonly kind: 'rename'; readonly archive: string };
  readonly facts: {
    /** The old instance. */
    readonly old: {
      readonly resourceId: string;
      readonly engineVersion: string;
      readonly backupRetentionDays: number;
    };
    /** ISO instant up to which it was written to, as far as anybody has said: what the recovery point is measured by. */
    readonly dataTime: string;
    /** Of both instances. */
    readonly pendingChanges: readonly string[];
    /** Of the instance that is production now. */
    readonly replicas: readonly string[];
  };
}

/** A plan that exchanges instances. */
export type ExchangePlan = InstancePlan | RollbackPlan;

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
  /** Present where the database is to be dropped again; its comment then holds the tags. */
  readonly temporary?: { readonly tags: Tags } | undefined;
  readonly facts: {
    readonly dump: string;
    readonly database: string;
    readonly dataTime: string;
    readonly sizeBytes: number;
    readonly tables: number;
    /** The tables whose rows are restored; absent: all. */
    readonly only?: readonly string[] | undefined;
    readonly serverVersion: number;
    readonly pgDumpVersion: number;
    readonly pgRestoreVersion: number;
  };
}

/** A plan to restore a snapshot of the cache into a new replication group. */
export interface CacheRestorePlan extends PlanBase {
  readonly kind: 'cache';
  /** What the system calls its cache. */
  readonly cache: string;
  readonly candidate: string;
  /** Present where the candidate is to be deleted again. */
  readonly temporary?: { readonly purpose: string; readonly expiresAt: string } | undefined;
  readonly facts: {
    readonly snapshot: {
      readonly identifier: string;
      readonly arn: string;
      readonly type: string;
      /** ISO instant: what the recovery point is measured by. */
      readonly createdAt: string;
      readonly engine: string;
      readonly engineVersion: string;
      readonly nodeType: string;
      readonly nodeGroups: number;
      readonly sizeBytes?: number | undefined;
    };
    /** Whether the cache that it is of is still there. */
    readonly living: boolean;
    readonly profile: CacheProfile;
  };
}

/** A plan that makes something new, out of a backup or as a replica. */
export type RecoveryPlan = ExchangePlan | DumpRestorePlan | CacheRestorePlan | ReplicaPlan | ReplicaPromotionPlan;

/** A frozen value, JSON-serialisable: made once, shown, approved by its hash, executed as it is. */
export type RestorePlan = RecoveryPlan | FailoverPlan | CacheFailoverPlan;
