import type { GetMetricDataInput, MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { required } from '../control-plane/parameter-fault.js';
import { WireFault } from '../wire/wire-fault.js';
import type { MetricKey } from './metric-store.js';

/** How the values of a period become one. */
export type Statistic = 'Average' | 'Minimum' | 'Maximum' | 'Sum' | 'SampleCount';

/** One question of a GetMetricData request. */
export interface MetricQuery {
  readonly id: string;
  readonly label: string;
  readonly metric: MetricKey;
  readonly periodMilliseconds: number;
  readonly statistic: Statistic;
  readonly unit: string | undefined;
}

/** What a request asks for. */
export interface MetricRequest {
  /** Those whose data are to be returned. */
  readonly queries: readonly MetricQuery[];
  /** From here on, in ms, at a whole minute. */
  readonly from: number;
  /** Up to here and not with it, in ms. */
  readonly to: number;
  readonly ascending: boolean;
  /** Values in one page. */
  readonly pageSize: number;
}

const statistics: readonly Statistic[] = ['Average', 'Minimum', 'Maximum', 'Sum', 'SampleCount'];
const mostQueries = 500;
const mostValues = 100_800;

/** Reads a request, or refuses it as the service does. */
export function readMetricRequest(input: GetMetricDataInput): MetricRequest {
  const from = required(input.StartTime, 'StartTime').getTime();
  const to = required(input.EndTime, 'EndTime').getTime();
  if (from >= to) throw invalid('The parameter StartTime must be less than the parameter EndTime.');
  const asked = input.MetricDataQueries ?? [];
  if (asked.length === 0) throw invalid('The parameter MetricDataQueries must hold at least one query.');
  if (asked.length > mostQueries)
    throw invalid(`The collection MetricDataQueries must not hold more than ${mostQueries} members.`);
  const ids = new Set(asked.map(({ Id }) => Id));
  if (ids.size < asked.length) throw invalid('The values for parameter id in MetricDataQueries are not unique.');
  const pageSize = input.MaxDatapoints ?? mostValues;
  if (pageSize < 1 || pageSize > mostValues) throw invalid(`MaxDatapoints must be between 1 and ${mostValues}.`);
  return {
    queries: asked.flatMap((query, index) => {
      const read = readQuery(query, `MetricDataQueries.member.${index + 1}`);
      return query.ReturnData === false ? [] : [read];
    }),
    from: Math.floor(from / 60_000) * 60_000,
    to,
    ascending: input.ScanBy === 'TimestampAscending',
    pageSize,
  };
}

function readQuery(query: MetricDataQuery, place: string): MetricQuery {
  const id = required(query.Id, `${place}.Id`);
  if (!/^[a-z][a-zA-Z0-9_]{0,254}$/.test(id)) {
    throw invalid(
      `The value ${id} for parameter ${place}.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`,
    );
  }
  const { MetricStat: asked } = query;
  if (query.Expression !== undefined || asked === undefined) {
    throw invalid(`${place} must hold a MetricStat: this region computes no expressions.`);
  }
  const statistic = statistics.find((known) => known === asked.Stat);
  if (statistic === undefined)
    throw invalid(`${place}.MetricStat.Stat ${asked.Stat} is none of ${statistics.join(', ')}.`);
  const name = required(asked.Metric?.MetricName, `${place}.MetricStat.Metric.MetricName`);
  return {
    id,
    label: query.Label ?? name,
    metric: {
      namespace: required(asked.Metric?.Namespace, `${place}.MetricStat.Metric.Namespace`),
      name,
      dimensions: Object.fromEntries(
        (asked.Metric?.Dimensions ?? []).map(({ Name, Value }) => [Name ?? '', Value ?? '']),
      ),
    },
    periodMilliseconds: checkPeriod(required(asked.Period, `${place}.MetricStat.Period`)) * 1000,
    statistic,
    unit: asked.Unit,
  };
}

function checkPeriod(seconds: number): number {
  if ([1, 5, 10, 20, 30].includes(seconds) || (seconds > 0 && seconds % 60 === 0)) return seconds;
  throw invalid(`The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60, and is ${seconds}.`);
}

function invalid(message: string): WireFault {
  return new WireFault({ code: 'ValidationError', status: 400, message });
}
