import type { GetMetricDataCommandOutput, MetricDataQuery, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { BackupError } from '../core/errors.js';
import type { MetricPoint, MetricQuery, MetricsPort } from '../ports/metrics.js';
import type { PortCall } from '../ports/port-call.js';
import { callAws } from './call-aws.js';
import type { CloudWatchConnection } from './cloudwatch-connection.js';
import { sendOptions } from './send-options.js';

/** Series that CloudWatch takes in one request. */
const mostQueries = 500;

/** CloudWatch through the SDK. The SDK is loaded with the first request. */
export function cloudWatchPort(region: string, connect: () => Promise<CloudWatchConnection>): MetricsPort {
  return {
    region,
    read: async (queries, time, call) => {
      const series: (readonly MetricPoint[])[] = [];
      for (let first = 0; first < queries.length; first += mostQueries) {
        series.push(...(await readSome(connect, queries.slice(first, first + mostQueries), time, call)));
      }
      return series;
    },
  };
}

async function readSome(
  connect: () => Promise<CloudWatchConnection>,
  queries: readonly MetricQuery[],
  { since, until }: { readonly since: Date; readonly until: Date },
  call: PortCall | undefined,
): Promise<readonly (readonly MetricPoint[])[]> {
  const subject = queries[0]?.metric ?? '';
  const series: MetricPoint[][] = queries.map(() => []);
  let token: string | undefined;
  do {
    const page: GetMetricDataCommandOutput = await callAws(
      { service: 'CloudWatch', operation: 'GetMetricData', subject },
      call,
      async () => {
        const { sdk, client } = await connect();
        const command = new sdk.GetMetricDataCommand({
          MetricDataQueries: queries.map(toQuery),
          StartTime: since,
          EndTime: until,
          NextToken: token,
          ScanBy: 'TimestampAscending',
        });
        return client.send(command, sendOptions(call));
      },
    );
    for (const result of page.MetricDataResults ?? []) {
      series[Number(result.Id?.slice(1))]?.push(...pointsOf(result, queries));
    }
    token = page.NextToken === '' || page.NextToken === token ? undefined : page.NextToken;
  } while (token !== undefined);
  // Pages of one series need not come in the order of time.
  return series.map((points) => points.sort((a, b) => a.at.getTime() - b.at.getTime()));
}

function toQuery(query: MetricQuery, index: number): MetricDataQuery {
  return {
    Id: `q${index}`,
    MetricStat: {
      Metric: {
        Namespace: query.namespace,
        MetricName: query.metric,
        Dimensions: Object.entries(query.dimensions).map(([Name, Value]) => ({ Name, Value })),
      },
      Stat: query.statistic,
      Period: query.periodSeconds,
    },
    ReturnData: true,
  };
}

/** CloudWatch refuses single series in an answer that succeeds as a whole. */
function pointsOf(result: MetricDataResult, queries: readonly MetricQuery[]): readonly MetricPoint[] {
  const { StatusCode, Timestamps = [], Values = [] } = result;
  if (StatusCode === 'Forbidden' || StatusCode === 'InternalError') throw refused(result, queries);
  // PartialData is followed by the rest in the next page.
  return Timestamps.flatMap((at, index) => {
    const value = Values[index];
    return value === undefined ? [] : [{ at, value }];
  });
}

function refused({ Id, StatusCode, Messages = [] }: MetricDataResult, queries: readonly MetricQuery[]): BackupError {
  const metric = queries[Number(Id?.slice(1))]?.metric ?? 'a metric';
  const said = Messages.map(({ Value }) => Value ?? '').join(' ') || String(StatusCode);
  const details = { operation: 'GetMetricData', subject: metric, awsCode: StatusCode };
  return StatusCode === 'Forbidden'
    ? new BackupError({
        code: 'access-denied',
        message: `CloudWatch GetMetricData of ${metric} failed: ${said}`,
        hint: 'Check that the policy of this identity allows cloudwatch:GetMetricData.',
        details,
      })
    : new BackupError({
        code: 'service-error',
        message: `CloudWatch GetMetricData of ${metric} failed: ${said}`,
        hint: 'The fault is on the side of AWS: try again, and look at the AWS Health Dashboard if it stays.',
        retryable: true,
        details,
      });
}
