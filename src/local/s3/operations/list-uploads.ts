import type {
  MultipartUpload as ListedUpload,
  ListMultipartUploadsCommandInput,
  ListMultipartUploadsCommandOutput,
  ListPartsCommandInput,
  ListPartsCommandOutput,
} from '@aws-sdk/client-s3';
import { compareKeys } from '../compare-keys.js';
import { listPage } from '../list-page.js';
import { keyWriter } from '../listing-text.js';
import { type OutputOf, pageSize, type S3Call } from '../s3-operation.js';
import { ownerOf } from '../s3-owner.js';
import { bucketOf, type MultipartUpload, type S3State } from '../s3-state.js';
import { uploadOf } from './multipart-upload.js';

/** Separates key and id of an upload, and sorts before all that a key can go on with. */
const separator = '\0';

/** Uploads under way, by key and then by age. The next page needs both markers (facts 0.9). */
export async function listMultipartUploads(
  input: ListMultipartUploadsCommandInput,
  { state }: S3Call,
): Promise<OutputOf<ListMultipartUploadsCommandOutput>> {
  const bucket = bucketOf(state, input);
  const write = keyWriter(input.EncodingType);
  const { Prefix: prefix = '', Delimiter: delimiter = '', KeyMarker: keyMarker = '' } = input;
  const uploads = new Map([...bucket.uploads.values()].map((upload) => [upload.key + separator + upload.id, upload]));
  const page = listPage({
    keys: [...uploads.keys()].sort(compareKeys),
    prefix,
    delimiter,
    after: markerOf(input),
    limit: pageSize('max-uploads', input.MaxUploads),
  });
  const listed = page.keys.map((key) => uploads.get(key)).filter((upload) => upload !== undefined);
  const [lastKey = '', lastId = ''] = (page.last ?? '').split(separator);
  return {
    output: {
      Bucket: bucket.name,
      Prefix: write(prefix),
      Delimiter: input.Delimiter === undefined ? undefined : write(delimiter),
      KeyMarker: write(keyMarker),
      UploadIdMarker: input.UploadIdMarker ?? '',
      ...(page.truncated ? { NextKeyMarker: write(lastKey), NextUploadIdMarker: lastId } : {}),
      MaxUploads: pageSize('max-uploads', input.MaxUploads),
      EncodingType: input.EncodingType,
      IsTruncated: page.truncated,
      Uploads: listed.map((upload) => describeUpload(state, upload, write)),
      CommonPrefixes: page.groups.map((group) => ({ Prefix: write(group) })),
    },
  };
}

/** The parts an upload has so far, by number. */
export async function listParts(
  input: ListPartsCommandInput,
  { state }: S3Call,
): Promise<OutputOf<ListPartsCommandOutput>> {
  const bucket = bucketOf(state, input);
  const upload = uploadOf(bucket, input);
  const after = Number(input.PartNumberMarker ?? 0);
  const limit = pageSize('max-parts', input.MaxParts);
  const left = [...upload.parts.values()]
    .filter(({ number }) => number > after)
    .sort((first, second) => first.number - second.number);
  const page = left.slice(0, limit);
  const member = upload.algorithm.member;
  return {
    output: {
      Bucket: bucket.name,
      Key: upload.key,
      UploadId: upload.id,
      PartNumberMarker: String(after),
      NextPartNumberMarker: String(page.at(-1)?.number ?? 0),
      MaxParts: limit,
      IsTruncated: page.length > 0 && page.length < left.length,
      Parts: page.map((part) => ({
        PartNumber: part.number,
        LastModified: part.lastModified,
        ETag: part.etag,
        Size: part.body.size,
        ...(upload.chosenChecksum ? { [member]: part.digest.toString('base64') } : {}),
      })),
      ...describeUpload(state, upload, (key) => key),
    },
  };
}

/** Where a listing goes on: behind one upload, or behind all uploads of a key, or behind a group of keys. */
function markerOf({
  KeyMarker: key,
  UploadIdMarker: id,
  Delimiter: delimiter,
}: ListMultipartUploadsCommandInput): string {
  if (!key) return '';
  if (id) return key + separator + id;
  return delimiter && key.endsWith(delimiter) ? key : `${key}${separator}\u{10ffff}`;
}

function describeUpload(state: S3State, upload: MultipartUpload, write: (key: string) => string): ListedUpload {
  const owner = ownerOf(state);
  return {
    UploadId: upload.id,
    Key: write(upload.key),
    Initiated: upload.initiated,
    StorageClass: upload.attributes.storageClass as NonNullable<ListedUpload['StorageClass']>,
    Owner: owner,
    Initiator: owner,
    ...(upload.chosenChecksum ? { ChecksumAlgorithm: upload.algorithm.name, ChecksumType: upload.checksumType } : {}),
  };
}
