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
  /** A rename, with its reboot and the gap in which neither name resolves. */
  readonly rename: LocalDuration;
  readonly reboot: LocalDuration;
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
  rename: 300_000,
  reboot: 60_000,
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
  rename: 0,
  reboot: 0,
  modify: 0,
  resetMasterPassword: 0,
  delete: 0,
};
