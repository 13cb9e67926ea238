/** How long each thing takes, in milliseconds of the region's clock. With a data plane the real work comes on top. */
export interface LifecycleDurations {
  /** CreateDBInstance until the instance is there. */
  readonly create: number;
  /** A manual snapshot. */
  readonly snapshot: number;
  /** An automated backup, status `backing-up`. */
  readonly automatedBackup: number;
  /** RestoreDBInstanceFromDBSnapshot until the instance is there. */
  readonly restore: number;
  /** RestoreDBInstanceToPointInTime until the instance is there. */
  readonly pointInTimeRestore: number;
  /** A rename, with its reboot and the gap in which neither name resolves. */
  readonly rename: number;
  readonly reboot: number;
  /** A change that takes effect while running. */
  readonly modify: number;
  readonly resetMasterPassword: number;
  readonly delete: number;
}

/** What RDS takes for a small instance. */
export const realisticDurations: LifecycleDurations = {
  create: 300_000,
  snapshot: 180_000,
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
export const noDurations: LifecycleDurations = {
  create: 0,
  snapshot: 0,
  automatedBackup: 0,
  restore: 0,
  pointInTimeRestore: 0,
  rename: 0,
  reboot: 0,
  modify: 0,
  resetMasterPassword: 0,
  delete: 0,
};
