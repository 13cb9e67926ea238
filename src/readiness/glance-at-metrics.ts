import type { DatabaseInstance } from '../ports/database-instance.js';
import type { MetricPoint, MetricQuery, MetricsPort } from '../ports/metrics.js';
import type { PortCall } from '../ports/port-call.js';
import { instancePlace } from '../system/instance-place.js';
import type { MetricsGlance } from './readiness-facts.js';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** CloudWatch shows a minute some minutes later; what is older says nothing about now. */
const recent = 30 * minute;

/** Long enough to see a trend through the days of a week. */
const trend = 8 * day;

/** Free storage, its trend, logs that pile up, and the lag of the replicas, in a few requests side by side. */
export async function glanceAtMetrics(
  port: MetricsPort,
  elsewhere: (region: string) => MetricsPort | undefined,
  instance: DatabaseInstance,
  now: Date,
  call: PortCall,
): Promise<MetricsGlance> {
  const { identifier, replicas } = instance;
  const of = (
    metric: string,
    name: string,
    statistic: MetricQuery['statistic'],
    periodSeconds: number,
  ): MetricQuery => ({
    namespace: 'AWS/RDS',
    metric,
    dimensions: { DBInstanceIdentifier: name },
    statistic,
    periodSeconds,
  });
  const since = new Date(now.getTime() - recent);
  const [latest, week, ...lags] = await Promise.all([
    port.read(
      [of('FreeStorageSpace', identifier, 'Minimum', 60), of('TransactionLogsDiskUsage', identifier, 'Maximum', 60)],
      { since, until: now },
      call,
    ),
    port.read(
      [of('FreeStorageSpace', identifier, 'Minimum', 3_600)],
      { since: new Date(now.getTime() - trend), until: now },
      call,
    ),
    ...replicas.map(async (replica) => {
      const { region, identifier: name } = instancePlace(replica, port.region);
      const there = region === port.region ? port : elsewhere(region);
      const [lag = []] =
        (await there?.read([of('ReplicaLag', name, 'Average', 60)], { since, until: now }, call)) ?? [];
      return lag.at(-1)?.value;
    }),
  ]);
  const [free = [], logs = []] = latest;
  return {
    freeStorageBytes: free.at(-1)?.value,
    shrinkingBytesPerDay: lossPerDay(week[0] ?? []),
    logBytes: logs.at(-1)?.value,
    replicas: replicas.map((replica, index) => ({ replica, lagSeconds: lags[index] })),
  };
}

/**
 * By how much a series falls in a day: the median of what it fell from each hour to the same hour of the next day, so that
 * neither the rhythm of a day nor storage that was added once counts. `undefined` for less than a day of points.
 */
export function lossPerDay(hourly: readonly MetricPoint[]): number | undefined {
  const byHour = new Map(hourly.map(({ at, value }) => [Math.floor(at.getTime() / hour), value]));
  const losses = [...byHour]
    .flatMap(([at, value]) => {
      const next = byHour.get(at + 24);
      return next === undefined ? [] : [value - next];
    })
    .sort((a, b) => a - b);
  return losses[Math.floor(losses.length / 2)];
}
