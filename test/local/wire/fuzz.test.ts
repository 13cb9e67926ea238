import { request } from 'node:http';
import { connect } from 'node:net';
import { type LocalRegion, startLocalRegion } from '@zephyr/backup/local';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';

/*
 * The server never dies of a request: whatever comes in, every request gets an answer or its connection is closed, and the
 * next sound request is served.
 */

let region: LocalRegion;
const failures: unknown[] = [];
const noteFailure = (error: unknown): void => void failures.push(error);
beforeAll(async () => {
  process.on('uncaughtExceptionMonitor', noteFailure);
  process.on('unhandledRejection', noteFailure);
  region = await startLocalRegion();
  region.s3.createBucket('zephyr-backups');
});
afterAll(async () => {
  process.off('uncaughtExceptionMonitor', noteFailure);
  process.off('unhandledRejection', noteFailure);
  await region.close();
});

interface Odd {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

/** The status of the answer; 0 if the connection was closed without one. */
function send({ method, path, headers, body }: Odd): Promise<number> {
  const { port } = new URL(region.endpoint);
  return new Promise((resolve) => {
    const sent = request({ host: '127.0.0.1', port, method, path, agent: false }, (answer) => {
      answer.resume();
      answer.on('error', () => resolve(answer.statusCode ?? 0));
      answer.on('close', () => resolve(answer.statusCode ?? 0));
    });
    for (const [name, value] of headers) sent.setHeader(name, value);
    sent.on('error', () => resolve(0));
    sent.setTimeout(10_000, () => sent.destroy(new Error('no answer')));
    sent.end(body);
  });
}

const form = ['content-type', 'application/x-www-form-urlencoded'] as const;
const path = fc
  .array(
    fc.constantFrom(
      '/',
      'zephyr-backups',
      'key',
      '%',
      '%zz',
      '%00',
      '?',
      '&',
      '=',
      'uploadId',
      'versions',
      'delete',
      'partNumber',
      'list-type=2',
      'max-keys=-1',
      'versionId=null',
      'lifecycle',
      'object-lock',
      '..',
      '%2e',
      '+',
    ),
    { maxLength: 10 },
  )
  .map((parts) => `/${parts.join('')}`);
const header = fc.constantFrom(
  ...([
    ['content-encoding', 'aws-chunked'],
    ['x-amz-decoded-content-length', '7'],
    ['x-amz-decoded-content-length', 'many'],
    ['x-amz-content-sha256', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'],
    ['x-amz-trailer', 'x-amz-checksum-crc32'],
    ['x-amz-checksum-crc32', 'AAAA'],
    ['x-amz-checksum-sha256', '====='],
    ['content-md5', 'not base64'],
    ['range', 'bytes=9-1'],
    ['if-match', '*'],
    ['x-amz-copy-source', '%/%'],
    ['x-amz-copy-source', 'zephyr-backups/key?versionId='],
    ['x-amz-meta-', 'x'],
    ['x-amz-tagging', '&&=&a'],
    ['x-amz-object-lock-mode', 'NONE'],
    ['authorization', 'AWS4-HMAC-SHA256 Credential=////'],
    ['authorization', 'AWS4-HMAC-SHA256 Credential=A/20251109/x/rds/aws4_request'],
    ['x-amz-date', '99999999T999999Z'],
    ['content-type', 'application/cbor'],
    ['smithy-protocol', 'rpc-v2-cbor'],
    form,
  ] as const),
);
const text = fc.oneof(
  fc.uint8Array({ maxLength: 400 }),
  fc.string({ unit: 'binary', maxLength: 200 }).map((string) => Buffer.from(string)),
  fc
    .array(
      fc.constantFrom(
        'Action=',
        'DescribeDBInstances',
        'CreateSnapshot',
        '&',
        '.',
        '1',
        'Filters.Filter.',
        '=',
        '%',
        '__proto__',
        'constructor',
        'Tags.Tag.99999.Key=x',
      ),
      { maxLength: 12 },
    )
    .map((parts) => Buffer.from(parts.join(''))),
  fc
    .array(
      fc.constantFrom(
        '<',
        '>',
        '/',
        '<Delete>',
        '</Delete>',
        '<Object>',
        '<Key>',
        'a',
        '&amp;',
        '&',
        '<!DOCTYPE x [<!ENTITY y "z">]>',
        '<?xml',
        ']]>',
        '<LifecycleConfiguration>',
        '<Rule>',
      ),
      { maxLength: 12 },
    )
    .map((parts) => Buffer.from(parts.join(''))),
);
const odd: fc.Arbitrary<Odd> = fc.record({
  method: fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH', 'TRACE', 'PROPFIND'),
  path,
  headers: fc.array(header, { maxLength: 4 }),
  body: text,
});

const stillServes = async (): Promise<void> => {
  const answer = await fetch(region.endpoint, {
    method: 'POST',
    body: 'Action=DescribeDBInstances',
    headers: [[...form]],
  });
  expect([answer.status, failures]).toEqual([200, []]);
};

it('answers every odd request with a status, none of them an accident of its own', async () => {
  await fc.assert(
    fc.asyncProperty(odd, async (request) => {
      const status = await send(request);
      // 501 is an operation that is known and not offered; 500 would be a mistake in the region.
      expect(status === 501 || (status >= 200 && status < 500), `${status}`).toBe(true);
    }),
    { numRuns: 400 },
  );
  await stillServes();
});

it('survives bytes that are no request', async () => {
  const { port } = new URL(region.endpoint);
  const start = fc.constantFrom(
    '',
    'GET / HTTP/1.1\r\n',
    'POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n',
    'PUT /zephyr-backups/k HTTP/1.1\r\nhost: x\r\ncontent-length: 9999\r\n\r\n',
  );
  await fc.assert(
    fc.asyncProperty(start, fc.uint8Array({ maxLength: 300 }), async (head, bytes) => {
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), '127.0.0.1', () => {
          socket.write(head);
          socket.end(bytes);
        });
        socket.on('error', () => undefined);
        socket.on('close', () => resolve());
        socket.resume();
      });
    }),
    { numRuns: 150 },
  );
  await stillServes();
});
