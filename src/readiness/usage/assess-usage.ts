import type { CallOptions } from '../../core/call-options.js';
import { checkObject } from '../../core/check-shape.js';
import type { System } from '../../system/define-system.js';
import { checkPrices, defaultStoragePrices, type StoragePrices } from './storage-prices.js';
import type { UsageReport } from './usage-report.js';

/** By what usage is priced. */
export interface UsageRequest {
  /** Default: `defaultStoragePrices()`, list prices of us-east-1. */
  readonly prices?: StoragePrices | undefined;
}

/**
 * What backups take up and cost: snapshots of the instance and of the cache, dumps, evidence and journals in the archive, by
 * kind, age and storage class, with what the last month added and what that comes to. Lists everything once, a page at a
 * time, and holds only sums. What AWS refuses to tell is unknown and said so.
 *
 * What it says of RDS is an upper bound: RDS bills increments and tells full sizes only.
 *
 * Errors: `invalid-input`.
 *
 * @example
 * ```ts
 * const usage = await assessUsage(zephyr, { prices: { ...defaultStoragePrices(), rdsBackup: 0.1, region: 'eu-west-1' } });
 * console.log(renderUsage(usage));
 * ```
 */
export async function assessUsage(
  system: System,
  request: UsageRequest = {},
  options: Pick<CallOptions, 'signal' | 'deadline'> = {},
): Promise<UsageReport> {
  options.signal?.throwIfAborted();
  checkObject(request, 'request');
  const prices = checkPrices(request.prices ?? defaultStoragePrices());
  const { gatherUsage } = await import('./gather-usage.js');
  const { decideUsage } = await import('./decide-usage.js');
  const now = system.clock.now();
  return decideUsage(await gatherUsage(system, now, options), prices, now);
}
