import {
  ListObjectsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareKeys } from '../../../src/local/s3/compare-keys.js';
import { listPage } from '../../../src/local/s3/list-page.js';
import { type HostedS3, hostS3 } from './host-s3.js';

const Bucket = 'zephyr-backups';
const byBytes = (left: string, right: string): number => Buffer.compare(Buffer.from(left), Buffer.from(right));

describe('keys', () => {
  const key = fc.string({
    unit: fc.constantFrom('a', '/', '!', '~', 'é', '\uffff', '\ue000', '😀', '\u{10ffff}'),
    maxLength: 6,
  });

  it('are ordered by their UTF-8 bytes', () => {
    fc.assert(
      fc.property(key, key, (left, right) => {
        expect(Math.sign(compareKeys(left, right))).toBe(Math.sign(byBytes(left, right)));
      }),
    );
  });

  it('are all listed once, in order, grouped as asked, whatever the size of a page', () => {
    const cases = {
      keys: fc.uniqueArray(
        key.filter((text) => text !== ''),
        { maxLength: 40 },
      ),
      prefix: fc.constantFrom('', 'a', 'a/', '😀', 'zz'),
      delimiter: fc.constantFrom('', '/', '!', '~/'),
      limit: fc.integer({ min: 1, max: 7 }),
    };
    fc.assert(
      fc.property(fc.record(cases), ({ keys, prefix, delimiter, limit }) => {
        const sorted = [...keys].sort(byBytes);
        const items: string[] = [];
        let after = '';
        for (let more = true; more; ) {
          const page = listPage({ keys: sorted, prefix, delimiter, after, limit });
          expect(page.keys.length + page.groups.length).toBeLessThanOrEqual(limit);
          items.push(...[...page.keys, ...page.groups].sort(byBytes));
          after = page.last ?? '';
          more = page.truncated;
          if (more) expect(page.keys.length + page.groups.length).toBe(limit);
        }
        const expected = sorted
          .filter((candidate) => candidate.startsWith(prefix))
          .map((candidate) => {
            const at = delimiter === '' ? -1 : candidate.indexOf(delimiter, prefix.length);
            return at < 0 ? candidate : candidate.slice(0, at + delimiter.length);
          });
        // A group's own name may also be a key only if the key is in the group, so a set tells each item once.
        expect(items).toEqual([...new Set(expected)].sort(byBytes));
      }),
      { numRuns: 500 },
    );
  });
});

describe('a listing over the wire', () => {
  let s3: HostedS3;
  const keys = [
    'a b+c%.dump',
    'manual/2025/10/31/zephyr.dump',
    'manual/2025/11/01/zephyr.dump',
    'manual/2025/11/02/zephyr.dump',
    'manual/2025/11/02/zephyr.manifest.json',
    'odd/\u0007bell\nnewline\r&<>"\'',
    'odd/\ue000',
    'odd/😀',
    'x',
  ];
  beforeAll(async () => {
    s3 = await hostS3();
    s3.service.createBucket(Bucket);
    for (const Key of [...keys].reverse()) await s3.client.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
  });
  afterAll(() => s3.close());
  const list = (extra: Partial<ListObjectsV2CommandInput> = {}) =>
    s3.client.send(new ListObjectsV2Command({ Bucket, ...extra }));

  it('goes through all pages of the SDK’s paginator', async () => {
    const seen: (string | undefined)[] = [];
    const input = { Bucket, EncodingType: 'url' } as const;
    for await (const page of paginateListObjectsV2({ client: s3.client, pageSize: 2 }, input)) {
      expect(page.KeyCount).toBe(page.Contents?.length);
      seen.push(...(page.Contents ?? []).map(({ Key }) => decodeURIComponent((Key ?? '').replace(/\+/g, ' '))));
    }
    expect(seen).toEqual(keys);
  });

  it('tells of each object what S3 tells', async () => {
    const { Contents, IsTruncated, Name, MaxKeys, KeyCount } = await list({
      Prefix: 'manual/2025/10',
      FetchOwner: true,
    });
    expect({ IsTruncated, Name, MaxKeys, KeyCount }).toEqual({
      IsTruncated: false,
      Name: Bucket,
      MaxKeys: 1000,
      KeyCount: 1,
    });
    expect(Contents).toEqual([
      {
        Key: 'manual/2025/10/31/zephyr.dump',
        Size: 29,
        ETag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
        LastModified: expect.any(Date),
        StorageClass: 'STANDARD',
        ChecksumAlgorithm: ['CRC32'],
        ChecksumType: 'FULL_OBJECT',
        Owner: { ID: expect.any(String) },
      },
    ]);
  });

  it('groups by a delimiter and goes on behind a key or a group', async () => {
    const top = await list({ Delimiter: '/' });
    expect(top.Contents?.map(({ Key }) => Key)).toEqual(['a b+c%.dump', 'x']);
    expect(top.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['manual/', 'odd/']);
    const days = await list({ Prefix: 'manual/2025/11/', Delimiter: '/' });
    expect(days.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['manual/2025/11/01/', 'manual/2025/11/02/']);
    const since = await list({ Prefix: 'manual/', StartAfter: 'manual/2025/11/02/' });
    expect(since.Contents?.map(({ Key }) => Key)).toEqual(keys.slice(3, 5));
    const second = await list({ Delimiter: '/', MaxKeys: 2 });
    expect([second.IsTruncated, second.KeyCount]).toEqual([true, 2]);
    const third = await list({ Delimiter: '/', MaxKeys: 2, ContinuationToken: second.NextContinuationToken });
    expect([third.CommonPrefixes?.[0]?.Prefix, third.Contents?.[0]?.Key, third.IsTruncated]).toEqual([
      'odd/',
      'x',
      false,
    ]);
  });

  it('of nothing is empty, and of no keys is not truncated', async () => {
    const nothing = await list({ Prefix: 'nothing/' });
    expect([nothing.Contents, nothing.KeyCount, nothing.IsTruncated]).toEqual([undefined, 0, false]);
    const none = await list({ MaxKeys: 0 });
    expect([none.KeyCount, none.IsTruncated]).toEqual([0, false]);
  });

  it('in its older form goes on behind markers', async () => {
    const first = await s3.client.send(new ListObjectsCommand({ Bucket, Delimiter: '/', MaxKeys: 2 }));
    expect(first.NextMarker).toBe('manual/');
    const rest = await s3.client.send(new ListObjectsCommand({ Bucket, Delimiter: '/', Marker: first.NextMarker }));
    expect([rest.CommonPrefixes?.[0]?.Prefix, rest.Contents?.[0]?.Key]).toEqual(['odd/', 'x']);
    const plain = await s3.client.send(new ListObjectsCommand({ Bucket, MaxKeys: 2 }));
    expect([plain.IsTruncated, plain.NextMarker]).toEqual([true, undefined]);
  });
});
