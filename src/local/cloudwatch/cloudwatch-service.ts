import type { Clock } from '../../core/clock.js';
import type { OperationTable } from '../control-plane/query-service.js';
import type { WireService } from '../wire/wire-service.js';
import { getMetricData } from './get-metric-data.js';
import { createMetricStore, type MetricKey, type MetricStore } from './metric-store.js';
import { createRpcService } from './rpc-service.js';

/** What the service answers from. */
export interface CloudWatchState {
  readonly clock: Clock;
  readonly store: MetricStore;
  /** Measures a metric that no test has set; `undefined` if there is nothing to measure it on. */
  readonly measure: (metric: MetricKey) => Promise<number | undefined>;
}

/** CloudWatch, as far as metrics are read from it. */
export interface CloudWatchService extends WireService {
  readonly state: CloudWatchState;
}

const operations: OperationTable<CloudWatchState> = { GetMetricData: getMetricData };

/** Makes the service: `GetMetricData` and nothing else. */
export function createCloudWatchService(settings: Omit<CloudWatchState, 'store'>): CloudWatchService {
  const state: CloudWatchState = { ...settings, store: createMetricStore() };
  const service = createRpcService({
    name: 'monitoring',
    version: '2010-08-01',
    namespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
    loadClient: () => import('@aws-sdk/client-cloudwatch'),
    state,
    operations,
  });
  return { ...service, state };
}
