import { invalidInput } from '../../core/errors.js';

/** What a metric is known by: `AWS/RDS`, `ReplicaLag`, `{ DBInstanceIdentifier: 'zephyr-dr' }`. */
export interface MetricKey {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** A value that a test gives a metric. */
export interface MetricReading {
  /** Default `AWS/RDS`. */
  readonly namespace?: string | undefined;
  /** Such as `FreeStorageSpace`. */
  readonly name: string;
  /** All of them: a metric with other dimensions is another metric. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** In the metric's unit: bytes, or seconds of lag. `undefined`: it has no data. */
  readonly value: number | undefined;
  /** From when on it reads so. Default always, whatever was set before. */
  readonly since?: Date | undefined;
}

/** What a test does to CloudWatch besides calling it. */
export interface LocalMetrics {
  /**
   * Gives a metric a value for every minute, or for every minute since an instant. It goes before what is measured.
   *
   * Errors: `invalid-input`.
   *
   * @example
   * ```ts
   * region.metrics.set({ name: 'FreeStorageSpace', dimensions: { DBInstanceIdentifier: 'zephyr-production-db' }, value: 2e9 });
   * ```
   */
  set(reading: MetricReading): void;
}

/** The values of all metrics, a minute each. */
export interface MetricStore extends LocalMetrics {
  /** Keeps what was measured for one minute. */
  record(metric: MetricKey, minute: number, value: number): void;
  /** The value of a minute; `undefined` if there is none. */
  valueAt(metric: MetricKey, minute: number): number | undefined;
  /** Whether a test has set it, so that measuring it would be in vain. */
  isSet(metric: MetricKey): boolean;
}

interface Setting {
  readonly since: number;
  readonly value: number | undefined;
}

/** Values of minutes are kept for so long. CloudWatch keeps them for 15 days. */
const keptMinutes = 15 * 24 * 60;

/** Makes an empty store. Minutes are told by their beginning, in ms. */
export function createMetricStore(): MetricStore {
  const settings = new Map<string, Setting[]>();
  const measured = new Map<string, Map<number, number>>();
  return {
    set: (reading) => {
      checkReading(reading);
      const key = textOf({ ...reading, namespace: reading.namespace ?? 'AWS/RDS' });
      const since = reading.since?.getTime() ?? Number.NEGATIVE_INFINITY;
      const earlier = (settings.get(key) ?? []).filter((setting) => setting.since < since);
      settings.set(key, [...earlier, { since, value: reading.value }]);
    },
    isSet: (metric) => settings.has(textOf(metric)),
    record: (metric, minute, value) => {
      const values = measured.get(textOf(metric)) ?? new Map<number, number>();
      values.set(minute, value);
      for (const first of values.keys()) {
        if (values.size <= keptMinutes) break;
        values.delete(first);
      }
      measured.set(textOf(metric), values);
    },
    valueAt: (metric, minute) => {
      const set = settings.get(textOf(metric));
      if (set === undefined) return measured.get(textOf(metric))?.get(minute);
      // What is set within a minute is that minute's value.
      return set.findLast(({ since }) => since < minute + 60_000)?.value;
    },
  };
}

function checkReading({ name, dimensions, value, since }: MetricReading): void {
  if (name === '') throw invalidInput('name', 'is empty', 'Name a metric such as FreeStorageSpace.');
  if (value !== undefined && !Number.isFinite(value)) {
    throw invalidInput('value', `is ${value}`, 'Give a number, or undefined for no data.');
  }
  if (since !== undefined && Number.isNaN(since.getTime())) {
    throw invalidInput('since', 'is no instant', 'Give a valid Date.');
  }
  if (Object.values(dimensions).some((text) => text === '')) {
    throw invalidInput('dimensions', 'hold an empty value', 'Give each dimension its value.');
  }
}

/** One text for one metric, in whatever order its dimensions come. Names of instances are kept in lower case (facts 0.8). */
function textOf({ namespace, name, dimensions }: MetricKey): string {
  const sorted = Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([namespace, name, sorted.map(([key, value]) => [key, value.toLowerCase()])]);
}
