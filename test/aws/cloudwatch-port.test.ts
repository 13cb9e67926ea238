import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { RDSClient } from '@aws-sdk/client-rds';
import { S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { expect, it } from 'vitest';
import { type AwsOptions, connectAws } from '../../src/aws/index.js';
import type { MetricQuery, MetricsPort } from '../../src/ports/metrics.js';

const region = 'us-east-1';
const at = (minutes: number): Date => new Date(Date.UTC(2025, 10, 9, 14, minutes));
const time = { since: at(0), until: at(30) };
const query = (metric: string): MetricQuery => ({
  namespace: 'AWS/RDS',
  metric,
  dimensions: { DBInstanceIdentifier: 'zephyr-production-db' },
  statistic: 'Minimum',
  periodSeconds: 300,
});

function connected(): { readonly port: MetricsPort; readonly mock: ReturnType<typeof mockClient> } {
  const cloudwatch = new CloudWatchClient({ region });
  const mock = mockClient(cloudwatch);
  const { metrics } = connectAws({
    region,
    rds: new RDSClient({ region }),
    s3: new S3Client({ region }),
    cloudwatch,
  });
  if (metrics === undefined) throw new Error('there is no port');
  return { port: metrics, mock };
}

it('asks for all series at once and gives each the oldest first, whatever the order of the pages', async () => {
  const { port, mock } = connected();
  mock
    .on(GetMetricDataCommand)
    .resolvesOnce({
      MetricDataResults: [
        { Id: 'q1', StatusCode: 'Complete', Timestamps: [at(5)], Values: [7] },
        { Id: 'q0', StatusCode: 'PartialData', Timestamps: [at(10), at(15)], Values: [3, 4] },
      ],
      NextToken: 'more',
    })
    .resolvesOnce({ MetricDataResults: [{ Id: 'q0', StatusCode: 'Complete', Timestamps: [at(0)], Values: [1] }] });

  expect(await port.read([query('FreeStorageSpace'), query('ReplicaLag'), query('Nothing')], time)).toEqual([
    [
      { at: at(0), value: 1 },
      { at: at(10), value: 3 },
      { at: at(15), value: 4 },
    ],
    [{ at: at(5), value: 7 }],
    [],
  ]);
  const inputs = mock.commandCalls(GetMetricDataCommand).map(({ args }) => args[0].input);
  expect(inputs.map(({ NextToken }) => NextToken)).toEqual([undefined, 'more']);
  expect(inputs[0]).toMatchObject({
    StartTime: time.since,
    EndTime: time.until,
    MetricDataQueries: [
      {
        Id: 'q0',
        MetricStat: {
          Metric: {
            Namespace: 'AWS/RDS',
            MetricName: 'FreeStorageSpace',
            Dimensions: [{ Name: 'DBInstanceIdentifier', Value: 'zephyr-production-db' }],
          },
          Stat: 'Minimum',
          Period: 300,
        },
      },
      { Id: 'q1' },
      { Id: 'q2' },
    ],
  });
});

it('splits what is more than one request takes', async () => {
  const { port, mock } = connected();
  mock
    .on(GetMetricDataCommand)
    .callsFake(({ MetricDataQueries = [] }: { MetricDataQueries?: readonly { Id?: string }[] }) => ({
      MetricDataResults: MetricDataQueries.map(({ Id }) => ({ Id, Timestamps: [at(1)], Values: [1] })),
    }));
  const series = await port.read(
    Array.from({ length: 501 }, (_, index) => query(`m${index}`)),
    time,
  );
  expect(series).toHaveLength(501);
  expect(series.every((points) => points.length === 1)).toBe(true);
  expect(mock.commandCalls(GetMetricDataCommand)).toHaveLength(2);
});

it('asks nothing for no series', async () => {
  const { port, mock } = connected();
  expect(await port.read([], time)).toEqual([]);
  expect(mock.calls()).toHaveLength(0);
});

it.each([
  ['Forbidden', 'access-denied', false],
  ['InternalError', 'service-error', true],
] as const)('a series that is %s is no empty series', async (StatusCode, code, retryable) => {
  const { port, mock } = connected();
  mock.on(GetMetricDataCommand).resolves({ MetricDataResults: [{ Id: 'q0', StatusCode }] });
  await expect(port.read([query('FreeStorageSpace')], time)).rejects.toMatchObject({ code, retryable });
});

it('rejects with the reason of an abort, and with AWS’s refusal in our words', async () => {
  const { port, mock } = connected();
  mock.on(GetMetricDataCommand).rejects(Object.assign(new Error('not you'), { name: 'AccessDeniedException' }));
  await expect(port.read([query('FreeStorageSpace')], time)).rejects.toMatchObject({ code: 'access-denied' });
  const reason = new Error('enough');
  await expect(port.read([query('FreeStorageSpace')], time, { signal: AbortSignal.abort(reason) })).rejects.toBe(
    reason,
  );
});

it('is there with a connection, with a client of one’s own, and not without', async () => {
  expect(connectAws({ region }).metrics?.region).toBe(region);
  const rds = new RDSClient({ region });
  const s3 = new S3Client({ region });
  expect(connectAws({ region, rds, s3 }).metrics).toBeUndefined();
  const elsewhere = connectAws({ region, rds, s3, cloudwatch: new CloudWatchClient({ region: 'eu-west-1' }) });
  await expect(elsewhere.metrics?.read([query('x')], time)).rejects.toMatchObject({
    code: 'invalid-input',
    field: 'region',
  });
  const alone = { region, cloudwatch: new CloudWatchClient({ region }) } as unknown as AwsOptions;
  expect(() => connectAws(alone)).toThrow(expect.objectContaining({ field: 'cloudwatch' }));
});
