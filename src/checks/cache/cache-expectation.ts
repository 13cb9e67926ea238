/** What is expected of the keys that begin alike. Only what is named is checked. */
export interface CachePrefixExpectation {
  /** Keys there must be at least. Default 1. */
  readonly atLeast?: number | undefined;
  /** Types there may be, such as `['string']`. */
  readonly types?: readonly string[] | undefined;
  /** Keys that never expire, at most: sessions that lost their time to live would fill the cache. */
  readonly atMostPersistent?: number | undefined;
}

/** What a cache is expected to be like. JSON-safe. */
export interface CacheExpectation {
  /** Keys in all, at least. Default 1: an empty cache is a lost one. */
  readonly atLeastKeys?: number | undefined;
  /** By what keys begin with, such as `session:`. Of several that fit a key, the longest has it. */
  readonly prefixes?: Readonly<Record<string, CachePrefixExpectation>> | undefined;
  /** Nothing was thrown out for lack of memory: what a node that is too small does with a snapshot. */
  readonly nothingEvicted?: boolean | undefined;
  /** Every client speaks TLS. */
  readonly tls?: boolean | undefined;
  /** Nobody gets in without a password: a restored copy has none unless it was given one (facts F12). */
  readonly auth?: boolean | undefined;
}
