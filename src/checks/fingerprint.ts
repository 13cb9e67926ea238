/** Only rows up to an instant: what no longer changes in a living database. */
export interface FingerprintSlice {
  /** A date or timestamp column; tables without it are taken whole. Rows without a value in it are left out. */
  readonly column: string;
  /** ISO instant, inclusive. Columns without a time zone are read as UTC. */
  readonly notAfter: string;
}

/** Rows by a key, from one to another, both included. */
export interface KeyRange {
  readonly from: string;
  readonly to: string;
}

/** Which rows of a table were hashed. */
export interface KeyRanges {
  /** A column of whole numbers, uuids, dates or timestamps. */
  readonly column: string;
  readonly ranges: readonly KeyRange[];
}

/** Of what part of a table a hash speaks: it proves nothing about the rest, but that there are as many rows. */
export interface KeyCoverage extends KeyRanges {
  /** Rows of the whole table (of its slice, where it was taken of one): all of them are counted. */
  readonly of: number;
}

/** Row count and order-independent content hash of one table. */
export interface TableFingerprint {
  /** `schema.table`; a part that holds a dot or a quote is quoted as in SQL. */
  readonly table: string;
  /** Rows that were hashed. */
  readonly rows: number;
  /** Lower-case hexadecimal, comparable only under one algorithm. */
  readonly hash: string;
  /** Absent: every row was hashed. */
  readonly coverage?: KeyCoverage | undefined;
  /** The partitioned table it belongs to: a detached partition keeps its rows, and yet they are gone from the whole. */
  readonly partitionOf?: string | undefined;
}

/** Fingerprints of tables, all read in one snapshot of the database. */
export interface DatabaseFingerprint {
  /** Names the formula, its version and, where it matters and is not UTF8, the encoding; only equal ones can be compared. */
  readonly algorithm: string;
  /** `server_version_num` of the server that computed it. */
  readonly serverVersion: number;
  readonly slice?: FingerprintSlice | undefined;
  /** Sorted by name. A partitioned table is taken by its partitions, each on its own: as pg_dump writes them. */
  readonly tables: readonly TableFingerprint[];
}
