/** Only rows up to an instant: what no longer changes in a living database. */
export interface FingerprintSlice {
  /** A timestamp column; tables without it are taken whole. */
  readonly column: string;
  /** ISO instant, inclusive. */
  readonly notAfter: string;
}

/** Row count and order-independent content hash of one table. */
export interface TableFingerprint {
  /** `schema.table`. */
  readonly table: string;
  readonly rows: number;
  /** Lower-case hexadecimal or decimal text, comparable only under one algorithm. */
  readonly hash: string;
}

/** Fingerprints of tables, all read in one snapshot of the database. */
export interface DatabaseFingerprint {
  /** Names the formula and its version; only equal ones can be compared. */
  readonly algorithm: string;
  /** `server_version_num` of the server that computed it. */
  readonly serverVersion: number;
  readonly slice?: FingerprintSlice | undefined;
  readonly tables: readonly TableFingerprint[];
}
