import { DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type LocalRegionOptions, startLocalRegion } from '@zephyr/backup/local';
import { expect, it } from 'vitest';
import type { Clock } from '../../src/core/clock.js';
import { isBackupError } from '../../src/core/errors.js';

it('serves RDS and S3 on one port, and in process', async () => {
  await using region = await startLocalRegion();
  region.s3.createBucket('zephyr-backups');
  for (const handler of [{}, { requestHandler: region.requestHandler }]) {
    const settings = { region: region.region, endpoint: region.endpoint, credentials: region.credentials, ...handler };
    const rds = new RDSClient(settings);
    const s3 = new S3Client({ ...settings, forcePathStyle: true });
    expect((await rds.send(new DescribeDBInstancesCommand({}))).DBInstances).toEqual([]);
    await s3.send(new PutObjectCommand({ Bucket: 'zephyr-backups', Key: 'manual/a b', Body: 'votes' }));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'zephyr-backups', Key: 'manual/a b' }));
    expect(await Body?.transformToString()).toBe('votes');
    rds.destroy();
    s3.destroy();
  }
  expect(new Set(region.calls.list().map(({ service }) => service))).toEqual(new Set(['rds', 's3']));
});

it('says what to export, and is where it says', async () => {
  await using region = await startLocalRegion({ region: 'eu-west-1' });
  expect(region.environment).toMatchObject({ AWS_ENDPOINT_URL: region.endpoint, AWS_REGION: 'eu-west-1' });
  expect(region.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
});

it('refuses a port that is in use, and gives it back when closed', async () => {
  const first = await startLocalRegion();
  const port = Number(new URL(first.endpoint).port);
  await expect(startLocalRegion({ port })).rejects.toSatisfy((error) => isBackupError(error, 'port-in-use'));
  await first.close();
  await first.close();
  await using again = await startLocalRegion({ port });
  expect(again.endpoint).toBe(first.endpoint);
});

it.each([
  ['port', { port: 70_000 }],
  ['region', { region: 'Virginia' }],
  ['accountId', { accountId: '12' }],
  ['durations.restore', { durations: { restore: '-1s' } }],
  ['logShippingInterval', { logShippingInterval: 'soon' as '1s' }],
  ['cacheDurations.nap', { cacheDurations: { nap: '1h' } as object }],
  ['staleReads.duration', { staleReads: { duration: 'long' as '1s' } }],
  ['staleReads.reads', { staleReads: { reads: -1 } }],
  ['quotas.instances', { quotas: { instances: 1.5 } }],
  ['quotas.databases', { quotas: { databases: 1 } as object }],
  ['cacheQuotas.nodes', { cacheQuotas: { nodes: Number.NaN } }],
  ['directory', { directory: '' }],
  ['directory', { directory: new URL(import.meta.url).pathname }],
  ['clock', { clock: {} as Clock }],
  ['dataPlane', { dataPlane: 'postgres' as never }],
  ['cachePlane', { cachePlane: true as never }],
] as const)('refuses options that cannot be, naming %s', async (field, options: LocalRegionOptions) => {
  await expect(startLocalRegion(options)).rejects.toMatchObject({ code: 'invalid-input', field });
});

it('is nowhere any more once it is closed, in process neither', async () => {
  const region = await startLocalRegion();
  const { endpoint, credentials, requestHandler } = region;
  await region.close();
  for (const handler of [{}, { requestHandler }]) {
    const rds = new RDSClient({ region: region.region, endpoint, credentials, maxAttempts: 1, ...handler });
    await expect(rds.send(new DescribeDBInstancesCommand({}))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    rds.destroy();
  }
});

it('makes no bucket of a name that none can have', async () => {
  await using region = await startLocalRegion();
  for (const name of ['ab', 'Capital', '10.0.0.1', 'a..b'])
    expect(() => region.s3.createBucket(name)).toThrow(
      expect.objectContaining({ code: 'invalid-input', field: 'name' }),
    );
});

it('passes on what making the data plane throws, and leaves no server behind', async () => {
  const failure = new Error('no PostgreSQL');
  await expect(startLocalRegion({ dataPlane: () => Promise.reject(failure) })).rejects.toBe(failure);
});
