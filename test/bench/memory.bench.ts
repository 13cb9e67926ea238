import { strict as assert } from 'node:assert';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { connectAws } from '../../src/aws/index.js';
import { BackupClient } from '../../src/backup/backup-client.js';
import { defineSystem } from '../../src/system/define-system.js';
import { fakePostgres } from '../backup/fakes/fake-postgres.js';
import { fakeRds } from '../backup/fakes/fake-rds.js';

/**
 * Peak memory of a dump of 100 MB, of 1 GB and of 10 GB, each in a process of its own: the real createDump and the real upload by
 * the SDK, from a pg_dump that writes so many bytes into an S3 that counts and forgets them, in yet another process. MEGABYTES sets
 * the sizes.
 */
const sizes = (process.env.MEGABYTES ?? '100,1000,10000').split(',').map((text) => Number(text) * 1e6);
const [role, first, second] = process.argv.slice(2);

if (role === 'sink') await sink();
else if (role === 'dump') await dump(Number(first), String(second));
else await compare();

async function compare(): Promise<void> {
  const self = fileURLToPath(import.meta.url);
  const start = (args: readonly string[]): ChildProcess =>
    fork(self, [...args], { env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' } });
  const store = start(['sink']);
  try {
    const [endpoint] = await once(store, 'message');
    const table: Record<string, number>[] = [];
    for (const bytes of sizes) {
      const child = start(['dump', String(bytes), String(endpoint)]);
      const exited = once(child, 'exit');
      const [report] = (await Promise.race([once(child, 'message'), exited])) as [Record<string, number>];
      const [code] = await exited;
      assert.equal(code, 0, `the dump of ${bytes} bytes ended with ${code}`);
      assert.equal(report.storedBytes, bytes);
      table.push({ megabytes: bytes / 1e6, ...report });
    }
    console.table(table);
    const goal = { peakMegabytes: 250 };
    for (const { peakMegabytes = Number.NaN } of table) assert.ok(peakMegabytes < goal.peakMegabytes, 'not flat');
    console.log(JSON.stringify({ bench: 'peak memory of a dump', goal, table }));
  } finally {
    store.kill();
  }
}

/** One dump, and what it took. */
async function dump(bytes: number, endpoint: string): Promise<void> {
  const clock = { now: () => new Date(), sleep: async () => undefined };
  const postgres = fakePostgres();
  postgres.databaseBytes = bytes;
  const block = Buffer.alloc(65_536, 'row of a table, ');
  const tools = {
    ...postgres.tools,
    dump: () => {
      const write = function* (): Generator<Buffer> {
        yield Buffer.from('PGDMP');
        for (let left = bytes - 5; left > 0; left -= block.length)
          yield left < block.length ? block.subarray(0, left) : block;
      };
      return Readable.from(write(), { objectMode: false });
    },
  };
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const { objectStore } = connectAws({ region: 'us-east-1', endpoint, credentials });
  const system = defineSystem({
    aws: { region: 'us-east-1', rds: Object.create(fakeRds(clock)), objectStore },
    database: {
      instance: 'zephyr-production-db',
      name: 'zephyr',
      credentials: { user: 'a', password: 'b' },
      tls: { mode: 'off' },
    },
    archive: { bucket: 'zephyr-backups' },
    postgres: { sql: postgres.sql, tools },
  });
  const idleMegabytes = process.memoryUsage().rss / 1e6;
  const started = performance.now();
  const { sizeBytes = 0 } = await new BackupClient(system).createDump({ reason: 'bench', compression: 'none' });
  const seconds = (performance.now() - started) / 1_000;
  process.send?.({
    storedBytes: sizeBytes,
    seconds: Math.round(seconds),
    idleMegabytes: Math.round(idleMegabytes),
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1_000),
  });
  process.disconnect?.();
}

/** As much of S3 as an upload needs, that keeps the sizes and metadata of objects and nothing else. */
async function sink(): Promise<void> {
  const objects = new Map<string, { bytes: number; metadata: Record<string, string> }>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://sink');
    const key = url.pathname;
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    request.on('end', () => {
      const declared = request.headers['x-amz-decoded-content-length'];
      if (declared !== undefined) bytes = Number(declared);
      const xml = (name: string, inner: string): void => {
        response.setHeader('content-type', 'application/xml');
        response.end(`<?xml version="1.0"?><${name}><Bucket>zephyr-backups</Bucket><Key>x</Key>${inner}</${name}>`);
      };
      const metadata = Object.fromEntries(
        Object.entries(request.headers).flatMap(([name, value]) =>
          name.startsWith('x-amz-meta-') ? [[name, String(value)]] : [],
        ),
      );
      response.setHeader('etag', '"e"');
      if (request.method === 'POST' && url.searchParams.has('uploads')) {
        objects.set(key, { bytes: 0, metadata });
        xml('InitiateMultipartUploadResult', '<UploadId>u</UploadId>');
      } else if (request.method === 'POST') {
        xml('CompleteMultipartUploadResult', '<ETag>"e"</ETag>');
      } else if (request.method === 'PUT') {
        const object = objects.get(key) ?? { bytes: 0, metadata };
        objects.set(key, object);
        object.bytes += bytes;
        response.end();
      } else if (request.method === 'HEAD') {
        const object = objects.get(key);
        response.statusCode = object === undefined ? 404 : 200;
        for (const [name, value] of Object.entries(object?.metadata ?? {})) response.setHeader(name, value);
        response.setHeader('content-length', object?.bytes ?? 0);
        response.setHeader('last-modified', new Date().toUTCString());
        response.end();
      } else {
        xml('ListBucketResult', '<IsTruncated>false</IsTruncated><KeyCount>0</KeyCount>');
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  process.once('disconnect', () => process.exit(0));
}
