import { invalidInput } from '../../core/errors.js';
import type { CacheExpectation, CachePrefixExpectation } from './cache-expectation.js';
import { type CacheObservation, type CachePrefix, expiryHorizons } from './cache-observation.js';

/** Standard deviations of a sample within which nothing is said to differ. */
const deviations = 4;

/** How many there must be is always said. */
type ExpectedPrefix = CachePrefixExpectation & { readonly atLeast: number };

/** How an earlier look becomes an expectation. */
export interface ExpectCacheOptions {
  /** When the expectation will be held against a cache: what expires until then may be gone. */
  readonly now: Date;
  /** Share of the keys that may be missing besides, 0 to 1: what the application wrote between the look and the snapshot. Default 0.05. */
  readonly tolerance?: number | undefined;
}

/**
 * What a restored cache must hold, from an earlier look at the one it is of: of each prefix the keys that cannot have expired
 * since, less the tolerance; no types that were not there; and no more keys that never expire.
 *
 * Errors: `invalid-input`, also for a look that did not see all keys.
 *
 * @example
 * ```ts
 * const before = await checker.observeCache({ cache: production, prefixes: ['session:'] });
 * const report = await checker.checkCache({ cache: restored, expectation: expectCache(before, { now: new Date() }) });
 * ```
 */
export function expectCache(observation: CacheObservation, options: ExpectCacheOptions): CacheExpectation {
  const { now, tolerance = 0.05 } = options;
  if (!(tolerance >= 0 && tolerance <= 1)) {
    throw invalidInput('tolerance', `is not a share: ${String(tolerance)}`, 'Use a number from 0 to 1, such as 0.05.');
  }
  if (!observation.complete) {
    throw invalidInput('observation', 'did not see all keys', 'Look again with a larger maxKeys.');
  }
  const elapsed = now.getTime() - Date.parse(observation.at);
  if (!(elapsed >= 0)) {
    throw invalidInput('now', 'is before the look was taken', 'Give the instant at which the cache is checked.');
  }
  const prefixes = Object.entries(observation.prefixes).map(([prefix, seen]): readonly [string, ExpectedPrefix] => [
    prefix,
    expectPrefix(seen, elapsed, tolerance),
  ]);
  const others = expectPrefix(observation.others, elapsed, tolerance);
  const atLeastKeys = prefixes.reduce((sum, [, { atLeast }]) => sum + atLeast, others.atLeast);
  return { atLeastKeys, prefixes: Object.fromEntries(prefixes) };
}

function expectPrefix(seen: CachePrefix, elapsed: number, tolerance: number): ExpectedPrefix {
  const { keys, sampled, persistent } = seen;
  const types = Object.keys(seen.types);
  if (keys === 0 || sampled === 0) return { atLeast: 0 };
  const horizon = expiryHorizons.find(([, span]) => span >= elapsed)?.[0];
  const mayBeGone = horizon === undefined ? sampled - persistent : seen.expiringWithin[horizon];
  const staying = Math.max(0, (keys * (sampled - mayBeGone)) / sampled - noise(mayBeGone, seen));
  const lasting = (keys * persistent) / sampled + noise(persistent, seen);
  return {
    atLeast: Math.floor(staying * (1 - tolerance)),
    types,
    atMostPersistent: Math.min(keys, Math.ceil(lasting * (1 + tolerance))),
  };
}

/** By how many keys the whole may differ from what a sample of it says. A sample of all of them does not. */
function noise(counted: number, { keys, sampled }: CachePrefix): number {
  if (sampled >= keys) return 0;
  // None in a sample does not mean none at all: as if there had been one.
  const share = Math.min(Math.max(counted, 1), Math.max(sampled - 1, 1)) / sampled;
  return deviations * Math.sqrt((share * (1 - share)) / sampled) * keys;
}
