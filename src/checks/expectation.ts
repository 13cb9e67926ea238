import type { DatabaseFingerprint } from './fingerprint.js';

/** Where the newest row of a table has to lie. */
export interface BoundaryExpectation {
  /** `schema.table`. */
  readonly table: string;
  /** A timestamp column that the server sets. */
  readonly column: string;
  /** ISO instant: no row may be newer. For a point-in-time restore its target. */
  readonly notAfter: string;
  /** ISO instant: the newest row may not be older, so that an empty or stale database does not pass. */
  readonly notBefore: string;
}

/** What a database is expected to be like. JSON-safe, so that a plan can carry it. Only what is named is checked. */
export interface DatabaseExpectation {
  /** Every table of it must be there with equal content; over the slice it was taken of, where it was taken of one. */
  readonly fingerprint?: DatabaseFingerprint | undefined;
  /** Rows by `schema.table`: at least so many, so that nothing was lost silently. */
  readonly atLeastRows?: Readonly<Record<string, number>> | undefined;
  readonly boundaries?: readonly BoundaryExpectation[] | undefined;
  /**
   * What must be sound by itself: every foreign key holds by anti-join and is validated, every sequence is at or beyond its
   * column's maximum, every index is valid, every table has a primary key.
   */
  readonly consistency?: readonly ('foreign-keys' | 'sequences' | 'indexes' | 'primary-keys')[] | undefined;
}
