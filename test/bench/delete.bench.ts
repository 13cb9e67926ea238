import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { DeleteObjectsCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { connectAws } from '../../src/aws/index.js';
import type { Backup, Dump } from '../../src/core/backups.js';
import { dumpKeys } from '../../src/core/names.js';
import { carryOutRetention } from '../../src/expiry/carry-out-retention.js';
import { RetentionPolicy } from '../../src/retention/retention-policy.js';
import { defineSystem } from '../../src/system/define-system.js';
import { measure, median, startS3 } from './bench-region.js';

/**
 * Deleting dumps against a bare loop of listing and DeleteObjects over as many objects, and against `aws s3 rm --recursive`, which
 * is so slow that it is given fewer: what counts is the time a key. Ours lists, deletes each object only as it was listed, manifests
 * before archives, and says of each dump what became of it. S3 is a process of its own. OBJECTS and RUNS set the size.
 */
const objects = Number(process.env.OBJECTS ?? 20_000);
const runs = Number(process.env.RUNS ?? 3);
const keysOfCommand = Math.min(objects, 2_000);
const bucket = 'zephyr-backups';
const run = promisify(execFile);

const s3 = await startS3();
const credentials = { accessKeyId: 'AKIALOCALREGION', secretAccessKey: 'local' };
const client = new S3Client({ region: 'us-east-1', endpoint: s3.endpoint, credentials, forcePathStyle: true });
const aws = connectAws({ region: 'us-east-1', endpoint: s3.endpoint, credentials });
const store = aws.objectStore({ bucket });
try {
  const start = Date.UTC(2025, 0, 1);
  const fill = async (prefix: string, count: number): Promise<readonly Dump[]> => {
    const dumps: Dump[] = [];
    for (let each = 0; each < count / 2; each += 100) {
      const some = Array.from({ length: Math.min(100, count / 2 - each) }, (_, index) => {
        const createdAt = new Date(start + (each + index) * 60_000);
        return { createdAt, keys: dumpKeys('zephyr', createdAt) };
      });
      await Promise.all(
        some.flatMap(({ keys }) => [store.put(prefix + keys.dump, 'PGDMP'), store.put(prefix + keys.manifest, '{}')]),
      );
      dumps.push(...some.map(({ createdAt, keys }) => dumpAt(keys.dump, createdAt)));
    }
    return dumps;
  };
  const dumpAt = (id: string, createdAt: Date): Dump => ({
    kind: 'dump',
    id,
    region: 'us-east-1',
    source: { instance: 'zephyr-production-db' },
    origin: 'manual',
    status: 'available',
    statusText: 'available',
    createdAt,
    encrypted: true,
    tags: {},
    database: 'zephyr',
    location: `s3://${bucket}/${id}`,
  });
  const left = async (prefix: string): Promise<number> => {
    let count = 0;
    for await (const _ of store.list({ prefix })) count += 1;
    return count;
  };

  const bare = async (): Promise<void> => {
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: 'bare/' })) {
      if (Contents.length === 0) continue;
      const Objects = Contents.map(({ Key }) => ({ Key }));
      const { Errors } = await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }));
      assert.equal(Errors, undefined);
    }
  };
  const policy = new RetentionPolicy({ rules: [{ kind: 'dump', keepLast: 1, maxExpiredShare: 1 }] });
  const system = defineSystem({
    aws,
    database: { instance: 'zephyr-production-db', name: 'zephyr', credentials: { user: 'a', password: 'b' } },
    archive: { bucket },
  });

  const times = { command: [] as number[], bare: [] as number[], ours: [] as number[] };
  for (let round = 0; round < runs; round += 1) {
    await fill('command/', keysOfCommand);
    const env = { ...process.env, ...s3.environment };
    const args = ['s3', 'rm', '--recursive', '--only-show-errors', `s3://${bucket}/command/`];
    const command = await measure(() => run('aws', args, { env }));
    times.command.push(command.milliseconds / keysOfCommand);
    assert.equal(await left('command/'), 0);

    await fill('bare/', objects);
    times.bare.push((await measure(bare)).milliseconds / objects);
    assert.equal(await left('bare/'), 0);

    const dumps = await fill('', objects);
    const decision = policy.evaluate<Backup>(dumps, { now: new Date() });
    const { result, milliseconds } = await measure(() => carryOutRetention(system, decision));
    times.ours.push(milliseconds / (2 * result.expired.length));
    assert.equal(result.verdict, 'completed');
    assert.equal(result.expired.filter(({ fate }) => fate.kind === 'deleted').length, objects / 2 - 1);
    assert.equal(await left('manual/'), 2);
  }
  const row = (bench: string, against: readonly number[], goal: number) => ({
    bench,
    baselineMilliseconds: Number(median(against).toFixed(3)),
    milliseconds: Number(median(times.ours).toFixed(3)),
    ratio: Number((median(times.ours) / median(against)).toFixed(3)),
    goal,
  });
  const table = [
    row('deleting dumps, a key, against aws s3 rm --recursive', times.command, 0.02),
    row('deleting dumps, a key, against a bare DeleteObjects loop', times.bare, 1.2),
  ];
  console.table(table);
  console.log(JSON.stringify({ objects, keysOfCommand, runs, table }));
} finally {
  client.destroy();
  await s3.close();
}
