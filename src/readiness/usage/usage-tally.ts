import type { UsageAge, UsageGroup, UsageKind } from './usage-report.js';

const day = 86_400_000;

/** S3 counts smaller objects of some classes as this large. */
const smallObject = 131_072;

/** One thing that takes up storage. */
export interface UsageItem {
  readonly kind: UsageKind;
  readonly storage: string;
  /** `undefined` while it is not known. */
  readonly bytes: number | undefined;
  readonly at: Date | undefined;
}

/** A group with what only its cost depends on. */
export interface TalliedGroup extends UsageGroup {
  /** The least of one item. */
  readonly smallestBytes: number;
  /** Bytes that are missing to {@link smallObject} for each. */
  readonly shortfall: number;
}

/** Counts items one at a time: of millions it holds a few numbers. */
export interface UsageTally {
  readonly add: (item: UsageItem) => void;
  /** In the order in which the first of each came. */
  readonly groups: () => readonly TalliedGroup[];
}

interface Running {
  readonly kind: UsageKind;
  readonly storage: string;
  readonly byAge: Record<UsageAge, { count: number; bytes: number }>;
  count: number;
  bytes: number;
  unsized: number;
  addedInMonth: number;
  addedInMonthBefore: number;
  oldest: number;
  smallestBytes: number;
  shortfall: number;
}

/** An empty tally; ages are counted from `now`. */
export function createUsageTally(now: Date): UsageTally {
  const groups = new Map<string, Running>();
  return {
    add: (item) => {
      const name = `${item.kind} ${item.storage}`;
      const group = groups.get(name) ?? emptyGroup(item);
      groups.set(name, group);
      count(group, item, now);
    },
    groups: () =>
      [...groups.values()].map(({ oldest, smallestBytes, ...group }) => ({
        ...group,
        smallestBytes: Number.isFinite(smallestBytes) ? smallestBytes : 0,
        upperBound: group.storage === 'rds',
        ...(Number.isFinite(oldest) ? { oldest: new Date(oldest).toISOString() } : {}),
      })),
  };
}

function emptyGroup({ kind, storage }: UsageItem): Running {
  const none = () => ({ count: 0, bytes: 0 });
  return {
    kind,
    storage,
    byAge: { week: none(), month: none(), quarter: none(), year: none(), older: none() },
    count: 0,
    bytes: 0,
    unsized: 0,
    addedInMonth: 0,
    addedInMonthBefore: 0,
    oldest: Number.POSITIVE_INFINITY,
    smallestBytes: Number.POSITIVE_INFINITY,
    shortfall: 0,
  };
}

function count(group: Running, { bytes, at }: UsageItem, now: Date): void {
  const size = bytes ?? 0;
  group.count += 1;
  group.bytes += size;
  if (bytes === undefined) group.unsized += 1;
  else group.smallestBytes = Math.min(group.smallestBytes, bytes);
  group.shortfall += Math.max(0, smallObject - size);
  // What has no time yet is being made.
  const days = at === undefined ? 0 : (now.getTime() - at.getTime()) / day;
  const age = group.byAge[ageOf(days)];
  age.count += 1;
  age.bytes += size;
  if (days <= 30) group.addedInMonth += size;
  else if (days <= 60) group.addedInMonthBefore += size;
  if (at !== undefined) group.oldest = Math.min(group.oldest, at.getTime());
}

function ageOf(days: number): UsageAge {
  if (days <= 7) return 'week';
  if (days <= 30) return 'month';
  if (days <= 90) return 'quarter';
  return days <= 365 ? 'year' : 'older';
}
