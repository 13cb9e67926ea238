import type { Attempt } from '../../checks/attempt.js';
import type { UsageFacts } from './gather-usage.js';
import type { StoragePrices } from './storage-prices.js';
import type { UsageCost, UsageGroup, UsageReport } from './usage-report.js';
import type { TalliedGroup } from './usage-tally.js';

const gibibyte = 1_073_741_824;

/** What is kept and what it costs. Pure: reads no clock and calls nothing. */
export function decideUsage(facts: UsageFacts, prices: StoragePrices, now: Date): UsageReport {
  const { region, instance } = facts;
  const groups = [facts.snapshots, facts.cacheSnapshots, facts.objects].flatMap((part) =>
    part?.known ? part.value : [],
  );
  const priced = pricedStorage(groups, facts, prices);
  const costs = priced.map(({ unusedBytes: _unused, addedBytes: _added, ...cost }): UsageCost => cost);
  const monthly = costs.reduce((sum, cost) => sum + (cost.monthly ?? 0), 0);
  const additions = priced.reduce((sum, storage) => sum + additionOf(storage), 0);
  const { currency, asOf, source } = prices;
  return {
    system: { instance, region },
    at: now.toISOString(),
    groups: groups.map(shown),
    costs,
    monthly: toCents(monthly),
    projectedMonthly: toCents(monthly + additions),
    prices: { currency, region: prices.region, asOf, source },
    notes: notesOf(facts, groups, costs, prices),
    unknown: unknownOf(facts),
  };
}

function shown({ smallestBytes: _smallest, shortfall: _shortfall, ...group }: TalliedGroup): UsageGroup {
  return group;
}

interface PricedStorage extends UsageCost {
  /** What is free and not used up. */
  readonly unusedBytes: number;
  /** What the last 30 days added and does not go by itself. */
  readonly addedBytes: number;
}

function pricedStorage(
  groups: readonly TalliedGroup[],
  facts: UsageFacts,
  prices: StoragePrices,
): readonly PricedStorage[] {
  return [...new Set(groups.map(({ storage }) => storage))].map((storage) => {
    const own = groups.filter((group) => group.storage === storage);
    const minimum = prices.s3[storage]?.minimumObjectBytes;
    const bytes = own.reduce((sum, group) => sum + group.bytes + (minimum === undefined ? 0 : group.shortfall), 0);
    const allowance = freeOf(storage, own, facts);
    const freeBytes = Math.min(bytes, allowance);
    const perGiBMonth = priceOf(storage, prices);
    return {
      storage,
      bytes,
      freeBytes,
      ...(perGiBMonth === undefined
        ? {}
        : { perGiBMonth, monthly: toCents(((bytes - freeBytes) / gibibyte) * perGiBMonth) }),
      upperBound: storage === 'rds',
      unusedBytes: allowance - freeBytes,
      // Automated snapshots go as they come.
      addedBytes: own
        .filter(({ kind }) => kind !== 'automated-snapshot')
        .reduce((sum, group) => sum + group.addedInMonth, 0),
    };
  });
}

function priceOf(storage: string, prices: StoragePrices): number | undefined {
  if (storage === 'rds') return prices.rdsBackup;
  return storage === 'elasticache' ? prices.cacheBackup : prices.s3[storage]?.perGiBMonth;
}

/** RDS gives backups as much as its instances have storage, ElastiCache one snapshot of each cache. */
function freeOf(storage: string, own: readonly TalliedGroup[], { described }: UsageFacts): number {
  if (storage === 'rds') return (described.known ? (described.value?.allocatedStorageGiB ?? 0) : 0) * gibibyte;
  // Of several the smallest, so that the sum is not too small.
  return storage === 'elasticache' ? Math.min(...own.map(({ smallestBytes }) => smallestBytes)) : 0;
}

/** What a month like the last adds to the bill: what is free is used up first. */
function additionOf({ addedBytes, unusedBytes, perGiBMonth = 0 }: PricedStorage): number {
  return (Math.max(0, addedBytes - unusedBytes) / gibibyte) * perGiBMonth;
}

function notesOf(
  { region }: UsageFacts,
  groups: readonly TalliedGroup[],
  costs: readonly UsageCost[],
  prices: StoragePrices,
): readonly string[] {
  const unsized = groups.reduce((sum, group) => sum + group.unsized, 0);
  const unpriced = costs.filter(({ perGiBMonth }) => perGiBMonth === undefined).map(({ storage }) => storage);
  return [
    ...(costs.some(({ upperBound }) => upperBound)
      ? ['RDS bills increments and tells full sizes only: its bytes and its cost are upper bounds']
      : []),
    ...(unsized === 0 ? [] : [`${unsized} snapshots have no known size and count as nothing`]),
    ...(unpriced.length === 0 ? [] : [`there is no price for ${unpriced.join(', ')}: it is not in the sum`]),
    ...(prices.region === region ? [] : [`the prices are those of ${prices.region}, the backups are in ${region}`]),
    'logs for point-in-time recovery, copies in other regions, earlier versions and unfinished uploads, requests and transfer are not in it',
  ];
}

function unknownOf({ described, snapshots, objects, cacheSnapshots }: UsageFacts): UsageReport['unknown'] {
  const parts = { instance: described, snapshots, archive: objects, cache: cacheSnapshots };
  return Object.entries(parts).flatMap(([what, part]: [string, Attempt<unknown> | undefined]) =>
    part === undefined || part.known ? [] : [{ what, code: part.error.code, message: part.error.message }],
  );
}

function toCents(amount: number): number {
  return Math.round(amount * 100) / 100;
}
