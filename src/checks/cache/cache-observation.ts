/** Spans after which keys are counted as gone, shortest first. */
export type ExpiryHorizon = '1m' | '10m' | '1h' | '6h' | '1d' | '7d';

/** What is known of the keys that begin alike. Numbers only: names of keys are secrets (facts K33). */
export interface CachePrefix {
  /** Keys seen. Where `complete` is false there may be more. */
  readonly keys: number;
  /** Of how many of them the type and the time to live were read: the rest of the numbers is of these. */
  readonly sampled: number;
  /** How many are of which type, such as `{ string: 990, hash: 10 }`. */
  readonly types: Readonly<Record<string, number>>;
  /** How many never expire. */
  readonly persistent: number;
  /** How many expire within a span of the look; those of a shorter one included. */
  readonly expiringWithin: Readonly<Record<ExpiryHorizon, number>>;
}

/** What one node says of itself. */
export interface CacheNode {
  readonly location: string;
  /** Of the server, such as `7.0.15`. */
  readonly version: string | undefined;
  readonly role: string | undefined;
  readonly usedMemoryBytes: number | undefined;
  /** 0: no limit. */
  readonly maximumMemoryBytes: number | undefined;
  /** Keys thrown out for lack of memory since it started. */
  readonly evictedKeys: number | undefined;
  /** Keys that were in the snapshot it started from, and those of them that had expired by then; servers from 7.0 tell. */
  readonly loadedKeys: number | undefined;
  readonly expiredWhileLoading: number | undefined;
  readonly tls: boolean | undefined;
  readonly authenticates: boolean | undefined;
  /** Whether the default user gets in without a password; `undefined` where the server does not tell. */
  readonly openToAll: boolean | undefined;
}

/** What a cache holds, in numbers: JSON-safe, without the name or the value of any key. */
export interface CacheObservation {
  /** ISO instant at which looking began. */
  readonly at: string;
  /** Keys by DBSIZE, of all nodes that were looked at. */
  readonly keys: number;
  /** Keys of other numbered databases of the same servers, which were not looked at. */
  readonly otherDatabases: number;
  readonly scanned: number;
  /** Of the cluster that the nodes are of, where they are of one: with fewer of them not all was seen. */
  readonly primaries?: number | undefined;
  /** Whether every key was scanned, of every primary; otherwise what was counted by prefix is the least there is. */
  readonly complete: boolean;
  /** By prefix as it was asked for; of several that fit a key, the longest has it. */
  readonly prefixes: Readonly<Record<string, CachePrefix>>;
  /** Keys that no prefix fits. */
  readonly others: CachePrefix;
  readonly nodes: readonly CacheNode[];
}

/** The spans in milliseconds, shortest first. */
export const expiryHorizons: readonly (readonly [ExpiryHorizon, number])[] = [
  ['1m', 60_000],
  ['10m', 600_000],
  ['1h', 3_600_000],
  ['6h', 21_600_000],
  ['1d', 86_400_000],
  ['7d', 604_800_000],
];
