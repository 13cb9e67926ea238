import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MetricPoint, MetricQuery, MetricsPort } from '../../src/ports/metrics.js';
import { glanceAtMetrics, lossPerDay } from '../../src/readiness/glance-at-metrics.js';
import { hour, instance, minute, now } from './facts.js';

const hourly = (values: readonly number[]): readonly MetricPoint[] =>
  values.map((value, index) => ({ at: new Date(Date.UTC(2025, 10, 1, index)), value }));

describe('the loss of a day', () => {
  it('is not known from less than a day', () => {
    expect(lossPerDay([])).toBeUndefined();
    expect(lossPerDay(hourly(Array.from({ length: 24 }, () => 5)))).toBeUndefined();
  });

  it('is the slope of a steady series, whatever the rhythm of its days', () => {
    const rhythm = fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 24, maxLength: 24 });
    fc.assert(
      fc.property(fc.integer({ min: -1_000, max: 1_000 }), rhythm, (perDay, ofDay) => {
        const values = Array.from(
          { length: 7 * 24 },
          (_, index) => 1_000_000 - perDay * Math.floor(index / 24) + (ofDay[index % 24] ?? 0),
        );
        expect(lossPerDay(hourly(values))).toBe(perDay);
      }),
    );
  });

  it('does not count storage that was added once, nor hours that were not measured', () => {
    const values = Array.from({ length: 7 * 24 }, (_, index) => 1_000 - index + (index >= 60 ? 5_000 : 0));
    expect(lossPerDay(hourly(values))).toBe(24);
    expect(lossPerDay(hourly(values).filter((_, index) => index % 5 !== 0))).toBe(24);
  });
});

describe('a glance at the metrics', () => {
  function port(answers: (query: MetricQuery, since: Date) => readonly MetricPoint[]): {
    readonly metrics: MetricsPort;
    readonly asked: MetricQuery[][];
  } {
    const asked: MetricQuery[][] = [];
    return {
      asked,
      metrics: {
        region: 'us-east-1',
        read: async (queries, { since }) => {
          asked.push([...queries]);
          return queries.map((query) => answers(query, since));
        },
      },
    };
  }

  it('asks for now, for the week, and for each replica in its region; where nobody can be asked it is unknown', async () => {
    const values: Readonly<Record<string, number>> = {
      FreeStorageSpace: 7,
      TransactionLogsDiskUsage: 3,
      ReplicaLag: 1,
    };
    const { metrics, asked } = port(({ metric }, since) => [
      { at: since, value: 99 },
      { at: new Date(since.getTime() + minute), value: values[metric] ?? 0 },
    ]);
    const dr = 'arn:aws:rds:us-west-2:123456789012:db:zephyr-dr';
    const unreached = 'arn:aws:rds:eu-west-1:123456789012:db:zephyr-far';
    const replicas = [dr, 'zephyr-reports', unreached];
    const west = port(() => [{ at: now, value: 42 }]);
    const elsewhere = (region: string) => (region === 'us-west-2' ? west.metrics : undefined);
    expect(await glanceAtMetrics(metrics, elsewhere, { ...instance, replicas }, now, {})).toEqual({
      freeStorageBytes: 7,
      shrinkingBytesPerDay: undefined,
      logBytes: 3,
      replicas: [
        { replica: dr, lagSeconds: 42 },
        { replica: 'zephyr-reports', lagSeconds: 1 },
        { replica: unreached, lagSeconds: undefined },
      ],
    });
    const names = (queries: readonly MetricQuery[]) =>
      queries.map(({ metric, dimensions }) => `${metric} ${dimensions.DBInstanceIdentifier}`);
    expect(asked.map(names)).toEqual([
      ['FreeStorageSpace zephyr-production-db', 'TransactionLogsDiskUsage zephyr-production-db'],
      ['FreeStorageSpace zephyr-production-db'],
      ['ReplicaLag zephyr-reports'],
    ]);
    expect(west.asked.map(names)).toEqual([['ReplicaLag zephyr-dr']]);
  });

  it('takes an answer without series for none', async () => {
    const metrics: MetricsPort = { region: 'us-east-1', read: async () => [] };
    expect(await glanceAtMetrics(metrics, () => undefined, { ...instance, replicas: ['r'] }, now, {})).toEqual({
      replicas: [{ replica: 'r' }],
    });
  });

  it('knows nothing where nothing was measured', async () => {
    const { metrics } = port(() => []);
    expect(await glanceAtMetrics(metrics, () => undefined, instance, now, {})).toEqual({
      freeStorageBytes: undefined,
      shrinkingBytesPerDay: undefined,
      logBytes: undefined,
      replicas: [],
    });
  });

  it('sees the trend of a week', async () => {
    const { metrics } = port((_, since) =>
      Array.from({ length: 100 }, (__, index) => ({ at: new Date(since.getTime() + index * hour), value: -index })),
    );
    expect(await glanceAtMetrics(metrics, () => undefined, instance, now, {})).toMatchObject({
      shrinkingBytesPerDay: 24,
    });
  });
});
