import type { PortCall } from './port-call.js';

/** A series of measurements: one metric of one thing, put together for each period. */
export interface MetricQuery {
  /** `AWS/RDS`. */
  readonly namespace: string;
  /** `FreeStorageSpace`. */
  readonly metric: string;
  /** `{ DBInstanceIdentifier: 'zephyr-production-db' }`. */
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: 'Average' | 'Minimum' | 'Maximum' | 'Sum';
  /** A multiple of 60. */
  readonly periodSeconds: number;
}

/** What was measured in one period. */
export interface MetricPoint {
  /** When the period began. */
  readonly at: Date;
  /** In the unit of the metric: bytes, seconds. */
  readonly value: number;
}

/**
 * What we need of CloudWatch in one region. Errors as of the other ports: `access-denied`, `credentials-expired`, `throttled`,
 * `service-unreachable`, `service-error`, `invalid-input`; an abort rejects with the signal's reason.
 */
export interface MetricsPort {
  readonly region: string;
  /**
   * One series for each query, in their order, each the oldest first. A series without measurements is empty: nobody can tell
   * "there is no such thing" from "it was not measured".
   */
  read(
    queries: readonly MetricQuery[],
    time: { readonly since: Date; readonly until: Date },
    call?: PortCall,
  ): Promise<readonly (readonly MetricPoint[])[]>;
}
