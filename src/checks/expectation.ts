import type { DatabasePlace } from '../system/database-target.js';
import type { DatabaseFingerprint } from './fingerprint.js';
import type { FingerprintOptions } from './fingerprint-database.js';
import type { DatabaseStructure } from './structure.js';

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

/** A check in SQL of the caller's own. */
export interface CustomExpectation {
  /** Names it in the report; each its own. */
  readonly name: string;
  /**
   * One SELECT. It runs read-only, under the statement timeout, and with only `pg_catalog` in the search path: write
   * `public.votes`, not `votes`. Up to ten of its rows go into the report as evidence, so select what may be kept there.
   */
  readonly sql: string;
  /** `no-rows`: every row is a fault. `true`: it gives one row with one boolean, and that is true. */
  readonly expect: 'no-rows' | 'true';
}

/**
 * A property of the database itself:
 *
 * - `foreign-keys`: each is validated, switched on, and holds by anti-join; one that `structure` has as not validated is left at that.
 * - `sequences`: each is at or beyond the maximum of the column it fills.
 * - `indexes`: each is valid, but for those that `structure` has as not valid.
 * - `primary-keys`: every table has one.
 * - `uniqueness`: what a unique index stands for holds by a scan of the table, past the index.
 * - `collations`: indexed texts are sorted as the operating system sorts them today.
 * - `amcheck`: every B-tree index agrees with its table; without the extension `amcheck` it is inconclusive.
 */
export type ConsistencyCheck =
  | 'foreign-keys'
  | 'sequences'
  | 'indexes'
  | 'primary-keys'
  | 'uniqueness'
  | 'collations'
  | 'amcheck';

/**
 * Another database that it must equal: read while the check is made, so both have to stand still, or be compared over a `slice` that
 * no longer changes, such as the rows of a living source up to the instant that was restored to.
 */
export interface SourceExpectation
  extends DatabasePlace,
    Pick<FingerprintOptions, 'slice' | 'tables' | 'schemas' | 'sample' | 'bits'> {}

/** What a database is expected to be like. JSON-safe, so that a plan can carry it. Only what is named is checked. */
export interface DatabaseExpectation {
  /** Every table of it must be there with equal content; over the slice it was taken of, where it was taken of one. */
  readonly fingerprint?: DatabaseFingerprint | undefined;
  /** Every table of another database must be there with equal content; its server may be of another major version or encoding. */
  readonly sameAs?: SourceExpectation | undefined;
  /** Nothing of it may be missing or other, and of the kinds that it describes nothing may be there in addition. */
  readonly structure?: DatabaseStructure | undefined;
  /** Rows by `schema.table`: at least so many, so that nothing was lost silently. */
  readonly atLeastRows?: Readonly<Record<string, number>> | undefined;
  /** Rows by `schema.table`: at most so many, of tables that `atLeastRows` names or not. */
  readonly atMostRows?: Readonly<Record<string, number>> | undefined;
  readonly boundaries?: readonly BoundaryExpectation[] | undefined;
  /** What must be sound by itself. */
  readonly consistency?: readonly ConsistencyCheck[] | undefined;
  readonly custom?: readonly CustomExpectation[] | undefined;
}
