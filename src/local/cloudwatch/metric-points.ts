import type { MetricQuery, MetricRequest, Statistic } from './metric-query.js';
import type { MetricStore } from './metric-store.js';

/** The value of one period, told by its beginning. */
export interface MetricPoint {
  readonly time: number;
  readonly value: number;
}

const minute = 60_000;

/** Units that are known; a query for another unit has no data, as nothing is converted. */
const units: Readonly<Record<string, string>> = {
  FreeStorageSpace: 'Bytes',
  ReplicaLag: 'Seconds',
  OldestReplicationSlotLag: 'Bytes',
  TransactionLogsDiskUsage: 'Bytes',
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** How the values of a period become one. */
const combined: Readonly<Record<Statistic, (values: readonly number[]) => number>> = {
  Sum: sum,
  SampleCount: (values) => values.length,
  Average: (values) => sum(values) / values.length,
  Minimum: (values) => values.reduce((least, value) => Math.min(least, value)),
  Maximum: (values) => values.reduce((most, value) => Math.max(most, value)),
};

/** The values that a query gets from the minutes that had begun by `now`, in the order asked for. Empty for an unknown metric. */
export function metricPoints(
  store: MetricStore,
  query: MetricQuery,
  range: Pick<MetricRequest, 'from' | 'to' | 'ascending'>,
  now: number,
): readonly MetricPoint[] {
  const unit = units[query.metric.name];
  if (query.unit !== undefined && unit !== undefined && unit !== query.unit) return [];
  const samples = new Map<number, number[]>();
  const end = Math.min(range.to, now);
  for (let at = range.from; at < end; at += minute) {
    const value = store.valueAt(query.metric, at);
    if (value === undefined) continue;
    const period = Math.floor(at / query.periodMilliseconds) * query.periodMilliseconds;
    const known = samples.get(period);
    if (known === undefined) samples.set(period, [value]);
    else known.push(value);
  }
  const points = [...samples].map(([time, values]) => ({ time, value: combined[query.statistic](values) }));
  return range.ascending ? points : points.reverse();
}
