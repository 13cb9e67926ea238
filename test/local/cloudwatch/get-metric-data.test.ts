import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  CloudWatchClient,
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  ListMetricsCommand,
  type MetricDataQuery,
  paginateGetMetricData,
} from '@aws-sdk/client-cloudwatch';
import { AwsQueryProtocol, AwsSmithyRpcV2CborProtocol } from '@aws-sdk/core/protocols';
import { createVirtualClock, type LocalRegion, startLocalRegion } from '@zephyr/backup/local';
import { expect, it } from 'vitest';
import { makeInstance, virtualRegion } from '../rds/support/virtual-region.js';

const minute = 60_000;
const noon = new Date('2025-11-09T12:00:00Z');
const later = (minutes: number): Date => new Date(noon.getTime() + minutes * minute);
const prod = { DBInstanceIdentifier: 'zephyr-production-db' };

function metric(name: string, more: Partial<NonNullable<MetricDataQuery['MetricStat']>> = {}): MetricDataQuery {
  const Dimensions = [{ Name: 'DBInstanceIdentifier', Value: 'zephyr-production-db' }];
  const MetricStat = {
    Metric: { Namespace: 'AWS/RDS', MetricName: name, Dimensions },
    Period: 60,
    Stat: 'Average',
    ...more,
  };
  return { Id: name.toLowerCase(), MetricStat };
}

function cloudWatchOf(region: LocalRegion, more: object = {}): CloudWatchClient {
  const { endpoint, credentials, requestHandler } = region;
  return new CloudWatchClient({ region: region.region, endpoint, credentials, requestHandler, ...more });
}

const startRegion = (): Promise<LocalRegion> => startLocalRegion({ clock: createVirtualClock(noon) });

const lastHour = { StartTime: later(-60), EndTime: noon };

const protocols = [
  ['AWS JSON, as SDKs speak it', {}],
  ['Smithy RPC in CBOR, as botocore speaks it', { protocol: AwsSmithyRpcV2CborProtocol }],
  ['Query, as older SDKs speak it', { protocol: AwsQueryProtocol }],
] as const;

it.each(protocols)('answers in %s', async (_name, protocol) => {
  await using region = await startRegion();
  const client = cloudWatchOf(region, protocol);
  region.metrics.set({ name: 'FreeStorageSpace', dimensions: prod, value: 5_368_709_120.5 });
  const input = { MetricDataQueries: [metric('FreeStorageSpace')], StartTime: later(-3), EndTime: noon };
  const { MetricDataResults, $metadata } = await client.send(new GetMetricDataCommand(input));
  expect(MetricDataResults).toMatchObject([
    {
      Id: 'freestoragespace',
      Label: 'FreeStorageSpace',
      StatusCode: 'Complete',
      Timestamps: [later(-1), later(-2), later(-3)],
      Values: [5_368_709_120.5, 5_368_709_120.5, 5_368_709_120.5],
    },
  ]);
  expect($metadata.requestId).toBeDefined();
  const wrong = { ...input, EndTime: later(-10) };
  await expect(client.send(new GetMetricDataCommand(wrong))).rejects.toMatchObject({ name: 'ValidationException' });
  const token = { ...input, NextToken: 'AAAA' };
  await expect(client.send(new GetMetricDataCommand(token))).rejects.toMatchObject({ name: 'InvalidNextToken' });
  await expect(client.send(new ListMetricsCommand({}))).rejects.toMatchObject({ name: 'InvalidAction' });
  expect(region.calls.list('GetMetricData').map(({ outcome }) => outcome?.kind)).toEqual([
    'answered',
    'refused',
    'refused',
  ]);
});

it('answers the aws command line', async () => {
  await using region = await startRegion();
  region.metrics.set({ name: 'ReplicaLag', dimensions: prod, value: 12 });
  const words = [
    '--endpoint-url',
    region.endpoint,
    '--output',
    'json',
    'cloudwatch',
    'get-metric-data',
    '--start-time',
    later(-1).toISOString(),
    '--end-time',
    noon.toISOString(),
    '--metric-data-queries',
    JSON.stringify([metric('ReplicaLag')]),
  ];
  const { stdout } = await promisify(execFile)('aws', words, { env: { ...process.env, ...region.environment } });
  expect(JSON.parse(stdout).MetricDataResults[0]).toMatchObject({ Id: 'replicalag', Values: [12] });
});

it('has no values of metrics that nobody knows, and of none in another unit', async () => {
  await using region = await startRegion();
  const client = cloudWatchOf(region);
  region.metrics.set({ name: 'FreeStorageSpace', dimensions: prod, value: 1 });
  const MetricDataQueries = [metric('NoSuchMetric'), metric('FreeStorageSpace', { Unit: 'Gigabytes' })];
  const { MetricDataResults } = await client.send(new GetMetricDataCommand({ ...lastHour, MetricDataQueries }));
  expect(MetricDataResults).toMatchObject([
    { Id: 'nosuchmetric', Timestamps: [], Values: [], StatusCode: 'Complete' },
    { Id: 'freestoragespace', Timestamps: [], Values: [], StatusCode: 'Complete' },
  ]);
});

it('tells metrics apart by their dimensions, whatever their order and case', async () => {
  await using region = await startRegion();
  const client = cloudWatchOf(region);
  region.metrics.set({ namespace: 'Own', name: 'n', dimensions: { b: 'Two', a: 'one' }, value: 3 });
  const query = (...names: (readonly [string, string])[]): MetricDataQuery => ({
    Id: `q${names.length}`,
    MetricStat: {
      Metric: { Namespace: 'Own', MetricName: 'n', Dimensions: names.map(([Name, Value]) => ({ Name, Value })) },
      Period: 3600,
      Stat: 'Sum',
    },
  });
  const MetricDataQueries = [query(['a', 'one'], ['b', 'two']), query(['a', 'one'])];
  const { MetricDataResults } = await client.send(new GetMetricDataCommand({ ...lastHour, MetricDataQueries }));
  expect(MetricDataResults?.map(({ Values }) => Values)).toEqual([[180], []]);
});

it('puts the minutes of a period together as the statistic says', async () => {
  await using region = await startRegion();
  const client = cloudWatchOf(region);
  region.metrics.set({ name: 'ReplicaLag', dimensions: prod, value: 1 });
  region.metrics.set({ name: 'ReplicaLag', dimensions: prod, value: 9, since: later(-7) });
  region.metrics.set({ name: 'ReplicaLag', dimensions: prod, value: undefined, since: later(-2) });
  const stats = ['Average', 'Minimum', 'Maximum', 'Sum', 'SampleCount'];
  const { MetricDataResults } = await client.send(
    new GetMetricDataCommand({
      StartTime: later(-10),
      EndTime: noon,
      ScanBy: 'TimestampAscending',
      MetricDataQueries: stats.map((Stat) => ({
        ...metric('ReplicaLag', { Stat, Period: 300 }),
        Id: Stat.toLowerCase(),
      })),
    }),
  );
  expect(MetricDataResults?.every(({ Timestamps }) => Timestamps?.[0]?.getTime() === later(-10).getTime())).toBe(true);
  expect(Object.fromEntries(MetricDataResults?.map(({ Id, Values }) => [Id, Values]) ?? [])).toEqual({
    average: [(3 * 1 + 2 * 9) / 5, 9],
    minimum: [1, 9],
    maximum: [9, 9],
    sum: [21, 27],
    samplecount: [5, 3],
  });
});

it('hands out pages, which put together are the whole', async () => {
  await using region = await startRegion();
  const client = cloudWatchOf(region);
  for (const name of ['FreeStorageSpace', 'ReplicaLag']) region.metrics.set({ name, dimensions: prod, value: 7 });
  const MetricDataQueries = [metric('FreeStorageSpace'), metric('NoSuchMetric'), metric('ReplicaLag')];
  const seen = new Map<string, number>();
  const codes: (readonly (string | undefined)[])[] = [];
  const pages = paginateGetMetricData({ client }, { ...lastHour, MetricDataQueries, MaxDatapoints: 45 });
  for await (const { MetricDataResults = [] } of pages) {
    codes.push(MetricDataResults.map(({ StatusCode }) => StatusCode));
    for (const { Id = '', Values = [] } of MetricDataResults) seen.set(Id, (seen.get(Id) ?? 0) + Values.length);
  }
  expect(codes).toEqual([['PartialData', 'Complete'], ['Complete', 'PartialData'], ['Complete']]);
  expect(Object.fromEntries(seen)).toEqual({ freestoragespace: 60, nosuchmetric: 0, replicalag: 60 });
});

it('returns no data of a query that is not to be returned', async () => {
  await using region = await startRegion();
  const MetricDataQueries = [{ ...metric('ReplicaLag'), ReturnData: false }, metric('FreeStorageSpace')];
  const answer = await cloudWatchOf(region).send(new GetMetricDataCommand({ ...lastHour, MetricDataQueries }));
  expect(answer.MetricDataResults?.map(({ Id }) => Id)).toEqual(['freestoragespace']);
});

const valid = { ...lastHour, MetricDataQueries: [metric('ReplicaLag')] };
const refusals: readonly (readonly [string, Partial<GetMetricDataCommandInput>, string])[] = [
  ['no query', { MetricDataQueries: [] }, 'ValidationException'],
  [
    'more than 500 queries',
    { MetricDataQueries: Array.from({ length: 501 }, (_, index) => ({ ...metric('ReplicaLag'), Id: `a${index}` })) },
    'ValidationException',
  ],
  ['no start', { StartTime: undefined as never }, 'MissingRequiredParameterException'],
  ['no metric', { MetricDataQueries: [{ Id: 'a' }] }, 'ValidationException'],
  ['an expression', { MetricDataQueries: [{ Id: 'a', Expression: 'm1 + m2' }] }, 'ValidationException'],
  ['an id that is none', { MetricDataQueries: [{ ...metric('ReplicaLag'), Id: 'Lag' }] }, 'ValidationException'],
  ['two of one id', { MetricDataQueries: [metric('ReplicaLag'), metric('ReplicaLag')] }, 'ValidationException'],
  ['a period of 90 seconds', { MetricDataQueries: [metric('ReplicaLag', { Period: 90 })] }, 'ValidationException'],
  ['an unknown statistic', { MetricDataQueries: [metric('ReplicaLag', { Stat: 'Median' })] }, 'ValidationException'],
  ['no value a page', { MaxDatapoints: 0 }, 'ValidationException'],
  ['a number that is a text', { MaxDatapoints: 'many' as never }, 'SerializationException'],
];

it.each(refusals)('refuses %s', async (_what, wrong, name) => {
  await using region = await startRegion();
  await expect(cloudWatchOf(region).send(new GetMetricDataCommand({ ...valid, ...wrong }))).rejects.toMatchObject({
    name,
  });
});

it('refuses a body that cannot be parsed, and is there for the next request', async () => {
  await using region = await startRegion();
  const date = `${new Date().toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
  const headers = {
    authorization: `AWS4-HMAC-SHA256 Credential=A/${date.slice(0, 8)}/us-east-1/monitoring/aws4_request, Signature=0`,
    'x-amz-date': date,
    'x-amz-target': 'GraniteServiceVersion20100801.GetMetricData',
  };
  const response = await fetch(region.endpoint, { method: 'POST', headers, body: '{"MetricData' });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ __type: 'SerializationException' });
  await expect(cloudWatchOf(region).send(new GetMetricDataCommand(valid))).resolves.toBeDefined();
});

it('has no free storage to show of an instance whose storage is full, unless a test says otherwise', async () => {
  await using virtual = await virtualRegion();
  const { region } = virtual;
  await makeInstance(virtual, 'zephyr-production-db');
  const free = async (): Promise<number | undefined> => {
    const now = region.clock.now();
    const period = { StartTime: new Date(now.getTime() - 5 * minute), EndTime: now };
    const input = { ...period, MetricDataQueries: [metric('FreeStorageSpace')] };
    return (await cloudWatchOf(region).send(new GetMetricDataCommand(input))).MetricDataResults?.[0]?.Values?.[0];
  };
  expect(await free()).toBeUndefined();
  await region.instances.disrupt('zephyr-production-db', 'storage-full');
  expect(await free()).toBe(0);
  region.metrics.set({ name: 'FreeStorageSpace', dimensions: prod, value: 7 });
  expect(await free()).toBe(7);
});

it.each(protocols)('lets faults strike in %s', async (_name, protocol) => {
  await using region = await startRegion();
  region.faults.inject({
    operation: 'GetMetricData',
    call: 1,
    fault: { kind: 'error', code: 'AccessDenied', status: 403 },
  });
  await expect(cloudWatchOf(region, protocol).send(new GetMetricDataCommand(valid))).rejects.toMatchObject({
    name: 'AccessDenied',
    $metadata: { httpStatusCode: 403 },
  });
});

it('refuses values that are none', async () => {
  await using region = await startRegion();
  const set = (wrong: object): void => region.metrics.set({ name: 'ReplicaLag', dimensions: prod, value: 1, ...wrong });
  for (const [field, wrong] of [
    ['name', { name: '' }],
    ['value', { value: Number.NaN }],
    ['since', { since: new Date('never') }],
    ['dimensions', { dimensions: { DBInstanceIdentifier: '' } }],
  ] as const) {
    expect(() => set(wrong)).toThrow(expect.objectContaining({ code: 'invalid-input', field }));
  }
});
