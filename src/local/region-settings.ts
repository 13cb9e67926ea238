import { join, resolve } from 'node:path';
import { invalidInput } from '../core/errors.js';
import { isCount, readQuotas } from './check-options.js';
import type { DataPlanePlace } from './data-plane/data-plane.js';
import { noCacheDurations, realisticCacheDurations } from './elasticache/cache-durations.js';
import type { CacheQuotas, ElastiCacheSettings } from './elasticache/elasticache-state.js';
import { isVirtual } from './hold-clock.js';
import { parseLocalDuration, parseLocalDurations } from './local-duration.js';
import type { LocalRegionOptions } from './local-region.js';
import type { Neighbourhood } from './neighbourhood.js';
import { noDurations, realisticDurations } from './rds/durations.js';
import type { RdsQuotas, RdsSettings, StaleReads } from './rds/rds-state.js';

/** Reads that are counted stay old no longer than this: nobody is shown yesterday. */
const longestStaleness = 60_000;

const usualQuotas: RdsQuotas = {
  manualSnapshots: 100,
  instances: 40,
  allocatedStorage: 100_000,
  retainedBackups: 40,
  snapshotCopies: 20,
  replicatedBackups: 20,
  parameterGroups: 50,
  subnetGroups: 50,
};

const usualCacheQuotas: CacheQuotas = { snapshotsPerDay: 20, nodes: 300, nodesPerCluster: 90, parameterGroups: 150 };

/** All that a region decides alone. */
export type OwnRdsSettings = Omit<RdsSettings, 'dataPlane' | 'neighbours'>;

/** What RDS is set up with, defaults filled in. Throws `invalid-input` naming the option. */
export function rdsSettings(
  options: LocalRegionOptions,
  { clock, ...shared }: Pick<Neighbourhood, 'clock' | 'accountId' | 'hasDataPlane'>,
): OwnRdsSettings {
  const region = options.region ?? 'us-east-1';
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region))
    throw invalidInput('region', `is ${region}`, 'Name a region such as us-east-1.');
  const accountId = options.accountId ?? shared.accountId;
  if (!/^\d{12}$/.test(accountId))
    throw invalidInput('accountId', `is ${accountId}`, 'An account id has twelve digits.');
  const realistic = isVirtual(clock) && !shared.hasDataPlane;
  return {
    region,
    accountId,
    clock,
    durations: parseLocalDurations(realistic ? realisticDurations : noDurations, options.durations, 'durations'),
    logShippingInterval: parseLocalDuration(options.logShippingInterval ?? '5m', 'logShippingInterval'),
    random: options.random ?? Math.random,
    automatedBackups: options.automatedBackups ?? true,
    staleness: readStaleness(options.staleReads ?? { reads: 1 }),
    quotas: readQuotas(usualQuotas, options.quotas, 'quotas'),
  };
}

function readStaleness(stale: StaleReads): RdsSettings['staleness'] {
  if ('reads' in stale && !isCount(stale.reads))
    throw invalidInput('staleReads.reads', `is ${stale.reads}`, 'Count the reads, from 0.');
  return 'reads' in stale
    ? { reads: stale.reads, milliseconds: longestStaleness }
    : { reads: Number.POSITIVE_INFINITY, milliseconds: parseLocalDuration(stale.duration, 'staleReads.duration') };
}

/** What ElastiCache is set up with, defaults filled in. Throws `invalid-input` naming the option. */
export function cacheSettings(
  options: LocalRegionOptions,
  { region, accountId, clock, random, automatedBackups }: OwnRdsSettings,
): Omit<ElastiCacheSettings, 'plane' | 'storeObject' | 'hasBucket' | 'hasObject' | 'bytesUsed'> {
  const realistic = isVirtual(clock) && options.cachePlane === undefined;
  return {
    region,
    accountId,
    clock,
    random,
    durations: parseLocalDurations(
      realistic ? realisticCacheDurations : noCacheDurations,
      options.cacheDurations,
      'cacheDurations',
    ),
    quotas: readQuotas(usualCacheQuotas, options.cacheQuotas, 'cacheQuotas'),
    automaticSnapshots: automatedBackups,
  };
}

/** Where a data plane keeps its files: that of a region which keeps its state, in the region's directory. */
export function placeOf({ directory }: LocalRegionOptions, name: 'servers' | 'caches'): DataPlanePlace {
  return directory === undefined ? {} : { directory: join(resolve(directory), name), keep: true };
}
