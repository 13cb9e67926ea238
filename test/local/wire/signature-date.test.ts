import { Readable } from 'node:stream';
import { DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { startLocalRegion } from '@zephyr/backup/local';
import { describe, expect, it } from 'vitest';
import { signatureScope } from '../../../src/local/wire/route-request.js';
import { checkSignatureDate } from '../../../src/local/wire/signature-date.js';
import type { WireError, WireRequest } from '../../../src/local/wire/wire-service.js';

const now = new Date('2025-11-09T14:00:00Z');
const check = (request: WireRequest): WireError | undefined =>
  checkSignatureDate(request, signatureScope(request), now);
const signed = (service: string, headers: Record<string, string>, day = '20251109'): WireRequest => ({
  method: 'POST',
  path: '/',
  query: new URLSearchParams(),
  headers: { authorization: `AWS4-HMAC-SHA256 Credential=A/B/${day}/us-east-1/${service}/aws4_request`, ...headers },
  body: Readable.from([]),
  signal: new AbortController().signal,
});
const presigned = (date: string, expires: string): WireRequest => ({
  ...signed('s3', {}),
  headers: {},
  query: new URLSearchParams({
    'X-Amz-Credential': 'A/20251109/us-east-1/s3/aws4_request',
    'X-Amz-Date': date,
    'X-Amz-Expires': expires,
  }),
});

describe('the date of a signature', () => {
  it.each(['rds', 'elasticache', 's3'])('may be a quarter of an hour off for %s', (service) => {
    for (const date of ['20251109T134500Z', '20251109T140000Z', '20251109T141500Z'])
      expect(check(signed(service, { 'x-amz-date': date }))).toBeUndefined();
    const http = 'Sun, 09 Nov 2025 14:10:00 GMT';
    expect(check(signed(service, { date: http }))).toBeUndefined();
  });

  it('is not asked of a request that is not signed', () => {
    expect(check({ ...signed('rds', {}), headers: {} })).toBeUndefined();
  });

  it.each([
    [
      'rds',
      { 'x-amz-date': '20251109T134459Z' },
      403,
      'SignatureDoesNotMatch',
      /^Signature expired: 20251109T134459Z is now earlier than 20251109T134500Z \(20251109T140000Z - 15 min\.\)$/,
    ],
    ['rds', { 'x-amz-date': '20251109T141501Z' }, 403, 'SignatureDoesNotMatch', /^Signature not yet current/],
    [
      'rds',
      { 'x-amz-date': '20251108T140000Z' },
      403,
      'SignatureDoesNotMatch',
      /^Date in Credential scope does not match/,
    ],
    ['rds', { 'x-amz-date': 'yesterday' }, 400, 'IncompleteSignature', /Got 'yesterday'/],
    ['rds', {}, 400, 'IncompleteSignature', /requires existence of either/],
    ['s3', { 'x-amz-date': '20251109T134459Z' }, 403, 'RequestTimeTooSkewed', /too large/],
    ['s3', { 'x-amz-date': '20251109T141501Z' }, 403, 'RequestTimeTooSkewed', /too large/],
    ['s3', { 'x-amz-date': '20251108T140000Z' }, 400, 'AuthorizationHeaderMalformed', /"20251109"/],
    ['s3', {}, 403, 'AccessDenied', /valid Date/],
  ])('of %s with %o is refused with %i %s', (service, headers, status, code, message) => {
    expect(check(signed(service, headers as Record<string, string>))).toEqual({
      status,
      code,
      message: expect.stringMatching(message),
    });
  });

  it('of a presigned request holds for as long as the request says', () => {
    expect(check(presigned('20251109T130001Z', '3600'))).toBeUndefined();
    expect(check(presigned('20251109T125959Z', '3600'))).toMatchObject({
      message: 'Request has expired',
    });
    expect(check(presigned('20251109T150000Z', '60'))).toMatchObject({
      message: 'Request is not yet valid',
    });
  });
});

it('a client with a wrong clock is refused, and sets its clock by the answer', async () => {
  await using region = await startLocalRegion();
  const { endpoint, credentials } = region;
  const settings = { region: region.region, endpoint, credentials, systemClockOffset: -3_600_000 };
  const rds = new RDSClient({ ...settings, maxAttempts: 1 });
  await expect(rds.send(new DescribeDBInstancesCommand({}))).rejects.toMatchObject({
    name: 'SignatureDoesNotMatch',
    $metadata: { httpStatusCode: 403 },
  });
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  await expect(s3.send(new ListBucketsCommand({}))).rejects.toMatchObject({ name: 'RequestTimeTooSkewed' });
  expect((await s3.send(new ListBucketsCommand({}))).Buckets).toEqual([]);
  expect(region.calls.list({ service: 's3' }).map(({ outcome }) => outcome)).toMatchObject([
    { kind: 'refused', code: 'RequestTimeTooSkewed' },
    { kind: 'answered' },
  ]);
  rds.destroy();
  s3.destroy();
});
