import fc from 'fast-check';
import { expect, it } from 'vitest';
import { metricPoints } from '../../../src/local/cloudwatch/metric-points.js';
import type { MetricQuery, Statistic } from '../../../src/local/cloudwatch/metric-query.js';
import { createMetricStore } from '../../../src/local/cloudwatch/metric-store.js';

const minute = 60_000;
const metric = { namespace: 'AWS/RDS', name: 'ReplicaLag', dimensions: { DBInstanceIdentifier: 'zephyr-dr' } };
const query = (statistic: Statistic, periodMilliseconds = minute): MetricQuery => ({
  id: 'm',
  label: 'm',
  metric,
  periodMilliseconds,
  statistic,
  unit: undefined,
});
const minutes = fc.integer({ min: 0, max: 200 });
const settings = fc.array(
  fc.record({
    since: fc.option(minutes, { nil: undefined }),
    value: fc.option(fc.integer({ min: -1, max: 1_000 }), { nil: undefined }),
  }),
  { maxLength: 8 },
);

it('has for every minute what was set last for it, and puts minutes together without losing or inventing any', () => {
  fc.assert(
    fc.property(settings, minutes, minutes, minutes, fc.constantFrom(1, 5, 60), (set, from, length, now, period) => {
      const store = createMetricStore();
      for (const { since, value } of set) {
        store.set({ ...metric, value, since: since === undefined ? undefined : new Date(since * minute) });
      }
      const last = (at: number): number | undefined => {
        // A setting goes before all that were made earlier for later minutes.
        const standing = set.filter(({ since }, index) =>
          set.slice(index + 1).every((later) => (later.since ?? -1) > (since ?? -1)),
        );
        return standing.findLast(({ since }) => (since ?? -1) <= at)?.value;
      };
      const range = { from: from * minute, to: (from + length) * minute, ascending: true };
      const points = (statistic: Statistic, of = period) =>
        metricPoints(store, query(statistic, of * minute), range, now * minute);
      const single = points('Sum', 1);
      const begun = Array.from(
        { length: Math.max(0, Math.min(from + length, now) - from) },
        (_, index) => from + index,
      );
      expect(single).toEqual(
        begun.flatMap((at) => {
          const value = last(at);
          return value === undefined ? [] : [{ time: at * minute, value }];
        }),
      );
      const total = (list: readonly { readonly value: number }[]): number =>
        list.reduce((sum, { value }) => sum + value, 0);
      expect(total(points('Sum'))).toBe(total(single));
      expect(total(points('SampleCount'))).toBe(single.length);
      for (const [index, { value: mean, time }] of points('Average').entries()) {
        expect(time % (period * minute)).toBe(0);
        expect(mean).toBeGreaterThanOrEqual(points('Minimum')[index]?.value ?? Number.NaN);
        expect(mean).toBeLessThanOrEqual(points('Maximum')[index]?.value ?? Number.NaN);
      }
    }),
    { numRuns: 100 },
  );
});

it('keeps what was measured for fifteen days, and lets what is set go before it', () => {
  const store = createMetricStore();
  for (let index = 0; index < 21_601; index += 1) store.record(metric, index * minute, index);
  expect(store.valueAt(metric, 0)).toBeUndefined();
  expect(store.valueAt(metric, minute)).toBe(1);
  expect(store.isSet(metric)).toBe(false);
  store.set({ ...metric, value: undefined });
  expect(store.isSet(metric)).toBe(true);
  expect(store.valueAt(metric, minute)).toBeUndefined();
});
