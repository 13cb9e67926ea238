import type { InMilliseconds, LocalDuration } from '../local-duration.js';

/** How long each thing takes on the region's clock. With a data plane the real work comes on top. */
export interface LifecycleDurations {
  /** CreateDBInstance until the instance is there. */
  readonly create: LocalDuration;
  /** A manual snapshot. */
  readonly snapshot: LocalDuration;
  /** A copy of a snapshot, once it has left the queue. */
  readonly snapshotCopy: LocalDuration;
  /** An automated backup, status `backing-up`. */
  readonly automatedBackup: LocalDuration;
  /** RestoreDBInstanceFromDBSnapshot until the instance is there. */
  readonly restore: LocalDuration;
  /** RestoreDBInstanceToPointInTime until the instance is there. */
  readonly pointInTimeRestore: LocalDuration;
  /** CreateDBInstanceReadReplica until the replica is there. */
  readonly readReplica: LocalDuration;
  /** PromoteReadReplica until replication has ended; a reboot follows. */
  readonly promotion: LocalDuration;
  /** A rename, with its reboot and the gap in which neither name resolves. */
  readonly rename: LocalDuration;
  readonly reboot: LocalDuration;
  /** RebootDBInstance with ForceFailover, until the standby has taken over. */
  readonly failover: LocalDuration;
  /** How long after a failover reads still show the old zones. */
  readonly failoverZones: LocalDuration;
  /** How soon after a failover another one is abandoned. */
  readonly failoverPause: LocalDuration;
  /** A change that takes effect while running. */
  readonly modify: LocalDuration;
  readonly resetMasterPassword: LocalDuration;
  readonly delete: LocalDuration;
}

/** The same in milliseconds, as lifecycles reckon. */
export type LifecycleMilliseconds = InMilliseconds<LifecycleDurations>;

/** What RDS takes for a small instance. */
export const realisticDurations: LifecycleMilliseconds = {
  create: 300_000,
  snapshot: 180_000,
  snapshotCopy: 600_000,
  automatedBackup: 120_000,
  restore: 900_000,
  pointInTimeRestore: 1_200_000,
  readReplica: 1_500_000,
  promotion: 240_000,
  rename: 300_000,
  reboot: 60_000,
  failover: 90_000,
  failoverZones: 120_000,
  failoverPause: 600_000,
  modify: 90_000,
  resetMasterPassword: 30_000,
  delete: 180_000,
};

/** No waiting: for a clock that passes by itself, and where real servers set the pace. */
export const noDurations: LifecycleMilliseconds = {
  create: 0,
  snapshot: 0,
  snapshotCopy: 0,
  automatedBackup: 0,
  restore: 0,
  pointInTimeRestore: 0,
  readReplica: 0,
  promotion: 0,
  rename: 0,
  reboot: 0,
  failover: 0,
  failoverZones: 0,
  failoverPause: 0,
  modify: 0,
  resetMasterPassword: 0,
  delete: 0,
};
