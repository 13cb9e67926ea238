import type {
  _Object as ListedObject,
  ListObjectsCommandInput,
  ListObjectsCommandOutput,
  ListObjectsV2CommandInput,
  ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3';
import { listPage, type Page } from '../list-page.js';
import { keyWriter, readToken, writeToken } from '../listing-text.js';
import { type OutputOf, pageSize, type S3Call } from '../s3-operation.js';
import { ownerOf } from '../s3-owner.js';
import { type Bucket, bucketOf, type S3State } from '../s3-state.js';

/** Objects by key, in pages. */
export async function listObjectsV2(
  input: ListObjectsV2CommandInput,
  { state }: S3Call,
): Promise<OutputOf<ListObjectsV2CommandOutput>> {
  const bucket = bucketOf(state, input);
  const write = keyWriter(input.EncodingType);
  const token = input.ContinuationToken;
  const page = pageOf(bucket, input, token === undefined ? (input.StartAfter ?? '') : readToken(token));
  return {
    output: {
      ...frame(input, page, write),
      Contents: contentsOf(state, bucket, page, { write, withOwner: input.FetchOwner ?? false }),
      KeyCount: page.keys.length + page.groups.length,
      StartAfter: input.StartAfter === undefined ? undefined : write(input.StartAfter),
      ContinuationToken: token,
      NextContinuationToken: page.truncated && page.last !== undefined ? writeToken(page.last) : undefined,
    },
  };
}

/** The older form of the listing, which older scripts still ask for. */
export async function listObjects(
  input: ListObjectsCommandInput,
  { state }: S3Call,
): Promise<OutputOf<ListObjectsCommandOutput>> {
  const bucket = bucketOf(state, input);
  const write = keyWriter(input.EncodingType);
  const page = pageOf(bucket, input, input.Marker ?? '');
  const hasNext = page.truncated && page.last !== undefined && input.Delimiter !== undefined;
  return {
    output: {
      ...frame(input, page, write),
      Contents: contentsOf(state, bucket, page, { write, withOwner: true }),
      Marker: write(input.Marker ?? ''),
      // Without a delimiter the last key is the marker of the next page, and S3 does not say it again.
      NextMarker: hasNext ? write(page.last ?? '') : undefined,
    },
  };
}

type ListInput = ListObjectsV2CommandInput & ListObjectsCommandInput;

function pageOf(bucket: Bucket, input: Partial<ListInput>, after: string): Page {
  const { Prefix: prefix = '', Delimiter: delimiter = '' } = input;
  return listPage({
    keys: bucket.objects.keys(),
    prefix,
    delimiter,
    after,
    limit: pageSize('max-keys', input.MaxKeys),
  });
}

function frame(input: ListInput | ListObjectsV2CommandInput, page: Page, write: (key: string) => string): object {
  return {
    Name: input.Bucket,
    Prefix: write(input.Prefix ?? ''),
    Delimiter: input.Delimiter === undefined ? undefined : write(input.Delimiter),
    MaxKeys: pageSize('max-keys', input.MaxKeys),
    EncodingType: input.EncodingType,
    IsTruncated: page.truncated,
    CommonPrefixes: page.groups.map((group) => ({ Prefix: write(group) })),
  };
}

function contentsOf(
  state: S3State,
  bucket: Bucket,
  page: Page,
  { write, withOwner }: { readonly write: (key: string) => string; readonly withOwner: boolean },
): ListedObject[] {
  const owner = withOwner ? { Owner: ownerOf(state) } : {};
  const listed: ListedObject[] = [];
  for (const key of page.keys) {
    const object = bucket.objects.get(key);
    if (object === undefined) continue;
    listed.push({
      Key: write(key),
      LastModified: object.lastModified,
      ETag: object.etag,
      ChecksumAlgorithm: [object.checksum.algorithm.name],
      ChecksumType: object.checksum.type,
      Size: object.body.size,
      StorageClass: object.storageClass as NonNullable<ListedObject['StorageClass']>,
      ...owner,
    });
  }
  return listed;
}
