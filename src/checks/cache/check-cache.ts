import type { CallOptions } from '../../core/call-options.js';
import { type CheckReport, overallVerdict } from '../../core/check-result.js';
import { checkObject } from '../../core/check-shape.js';
import type { Clock } from '../../core/clock.js';
import type { CacheExpectation } from './cache-expectation.js';
import type { CacheObservation } from './cache-observation.js';
import { checkCacheExpectation } from './check-cache-expectation.js';
import { judgeCache } from './judge-cache.js';
import { type ObserveCacheRequest, observeCache } from './observe-cache.js';

/** Which cache to check, how closely, and what is expected of it. */
export interface CheckCacheRequest extends Omit<ObserveCacheRequest, 'prefixes'> {
  readonly expectation: CacheExpectation;
}

/** What a check of a cache found. */
export interface CacheCheckReport extends CheckReport {
  /** All that was seen: numbers only. */
  readonly observation: CacheObservation;
}

/** Looks at a cache once and holds it against an expectation. Errors: those of `observeCache`. */
export async function checkCache(
  request: CheckCacheRequest,
  options: CallOptions & { readonly clock: Clock },
): Promise<CacheCheckReport> {
  checkObject(request, 'request');
  const { expectation, ...place } = request;
  checkCacheExpectation(expectation);
  const observation = await observeCache({ ...place, prefixes: Object.keys(expectation.prefixes ?? {}) }, options);
  const checks = judgeCache(observation, expectation);
  const finishedAt = options.clock.now().toISOString();
  return { verdict: overallVerdict(checks), checks, observation, startedAt: observation.at, finishedAt };
}
