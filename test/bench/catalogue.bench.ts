import { strict as assert } from 'node:assert';
import { type DBSnapshot, paginateDescribeDBSnapshots, RDSClient } from '@aws-sdk/client-rds';
import { S3Client } from '@aws-sdk/client-s3';
import { type HttpHandler, HttpResponse } from '@smithy/core/protocols';
import { connectAws } from '../../src/aws/index.js';
import { BackupCatalogue } from '../../src/backup/backup-catalogue.js';
import { defineSystem } from '../../src/system/define-system.js';
import { measure, median } from './bench-region.js';

/**
 * Listing 10,000 snapshots through the catalogue against the SDK's bare paginator, on the same answers and the same client,
 * interleaved; and the memory that is still held half-way through. Run with `--expose-gc`, or the memory is what happens to be there.
 */
const size = Number(process.env.SNAPSHOTS ?? 10_000);
const runs = Number(process.env.RUNS ?? 5);
const page = 100;

const snapshotXml = (index: number): string => `<DBSnapshot>
<DBSnapshotIdentifier>zephyr-production-db-manual-${index}</DBSnapshotIdentifier><DBInstanceIdentifier>zephyr-production-db</DBInstanceIdentifier>
<SnapshotCreateTime>${new Date(1.7e12 + index * 6e4).toISOString()}</SnapshotCreateTime><Engine>postgres</Engine><AllocatedStorage>100</AllocatedStorage>
<Status>available</Status><Port>5432</Port><EngineVersion>15.18</EngineVersion><SnapshotType>manual</SnapshotType><PercentProgress>100</PercentProgress>
<StorageType>gp3</StorageType><Encrypted>true</Encrypted><DbiResourceId>db-ABCDEFGHIJKLMNOPQRSTUVWXYZ</DbiResourceId>
<DBSnapshotArn>arn:aws:rds:us-east-1:123456789012:snapshot:zephyr-production-db-manual-${index}</DBSnapshotArn>
<TagList><Tag><Key>zephyr:managed-by</Key><Value>zephyr-backup</Value></Tag><Tag><Key>Reason</Key><Value>pre-deployment</Value></Tag></TagList>
</DBSnapshot>`;
const pages = Array.from({ length: Math.ceil(size / page) }, (_, number) => {
  const items = Array.from({ length: Math.min(page, size - number * page) }, (_item, index) =>
    snapshotXml(number * page + index),
  );
  const marker = (number + 1) * page < size ? `<Marker>${number + 1}</Marker>` : '';
  return answer('DescribeDBSnapshots', `<DBSnapshots>${items.join('')}</DBSnapshots>${marker}`);
});
const none = answer('DescribeDBSnapshots', '<DBSnapshots></DBSnapshots>');
const instance = answer(
  'DescribeDBInstances',
  '<DBInstances><DBInstance><DBInstanceIdentifier>zephyr-production-db</DBInstanceIdentifier><DbiResourceId>db-ABCDEFGHIJKLMNOPQRSTUVWXYZ</DbiResourceId><DBInstanceStatus>available</DBInstanceStatus></DBInstance></DBInstances>',
);

function answer(operation: string, result: string): Buffer {
  return Buffer.from(
    `<${operation}Response xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><${operation}Result>${result}</${operation}Result></${operation}Response>`,
  );
}

const requestHandler: HttpHandler = {
  metadata: { handlerProtocol: 'http/1.1' },
  handle: async ({ body }) => {
    const form = new URLSearchParams(String(body));
    const isListing = form.get('Action') === 'DescribeDBSnapshots';
    // All that RDS has is under the resource id; by name and of AWS Backup there is nothing more.
    const isAll = form.get('DbiResourceId') !== null && form.get('SnapshotType') !== 'awsbackup';
    const found = isListing ? (isAll ? pages[Number(form.get('Marker') ?? 0)] : none) : instance;
    return { response: new HttpResponse({ statusCode: 200, headers: { 'content-type': 'text/xml' }, body: found }) };
  },
  destroy: () => {},
  updateHttpClientConfig: () => {},
  httpHandlerConfigs: () => ({}),
};
const settings = { region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, requestHandler };
const client = new RDSClient(settings);
const catalogue = new BackupCatalogue(
  defineSystem({
    aws: connectAws({ region: 'us-east-1', rds: client, s3: new S3Client(settings) }),
    database: { instance: 'zephyr-production-db', name: 'zephyr', credentials: { user: 'a', password: 'b' } },
  }),
);

const bare = async (): Promise<number> => {
  let count = 0;
  const input = { DbiResourceId: 'db-ABCDEFGHIJKLMNOPQRSTUVWXYZ' };
  for await (const { DBSnapshots } of paginateDescribeDBSnapshots({ client }, input)) {
    for (const { DBSnapshotIdentifier } of DBSnapshots as DBSnapshot[])
      count += DBSnapshotIdentifier === undefined ? 0 : 1;
  }
  return count;
};
const ours = async (halfWay?: () => void): Promise<number> => {
  let count = 0;
  for await (const { id } of catalogue.list({ kinds: ['database-snapshot'] })) {
    count += id === '' ? 0 : 1;
    if (count === Math.floor(size / 2)) halfWay?.();
  }
  return count;
};

function heapUsed(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

const times: { readonly bare: number[]; readonly ours: number[] } = { bare: [], ours: [] };
await bare();
await ours();
for (let run = 0; run < runs; run += 1) {
  const first = await measure(bare);
  const second = await measure(() => ours());
  times.bare.push(first.milliseconds);
  times.ours.push(second.milliseconds);
  assert.equal(first.result, size);
  assert.equal(second.result, size);
}
const before = heapUsed();
let heldBytes = 0;
await ours(() => {
  heldBytes = heapUsed() - before;
});
const [baseline, measured] = [median(times.bare), median(times.ours)];
const row = {
  bench: `listing ${size} snapshots`,
  against: 'the SDK’s paginator',
  baselineMilliseconds: Math.round(baseline),
  milliseconds: Math.round(measured),
  ratio: Number((measured / baseline).toFixed(3)),
  goal: 1.25,
  heldKilobytesHalfWay: Math.max(0, Math.round(heldBytes / 1_000)),
};
console.table([row]);
console.log(JSON.stringify(row));
