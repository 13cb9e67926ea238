import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { startLocalRegion } from '../../../src/local/index.js';

/* Opens the directory that is named, deletes, overwrites and adds objects there, says so, and waits to be killed. */
const region = await startLocalRegion({ directory: process.argv[2] });
const { endpoint, credentials, requestHandler } = region;
const s3 = new S3Client({ region: region.region, endpoint, credentials, requestHandler, forcePathStyle: true });
const Bucket = 'zephyr-backups';
await s3.send(new DeleteObjectCommand({ Bucket, Key: 'b' }));
await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'overwritten' }));
await s3.send(new PutObjectCommand({ Bucket, Key: 'c', Body: 'new' }));
process.stdout.write('held\n');
setInterval(() => undefined, 60_000);
