import type {
  UploadPartCommandInput,
  UploadPartCommandOutput,
  UploadPartCopyCommandInput,
  UploadPartCopyCommandOutput,
} from '@aws-sdk/client-s3';
import { type ByteRange, readRange } from '../byte-range.js';
import type { ChecksumAlgorithm } from '../checksum-algorithm.js';
import { findCopySource } from '../copy-source.js';
import { s3Error } from '../s3-error.js';
import type { OutputOf, S3Call } from '../s3-operation.js';
import { bucketOf, type MultipartUpload, nowOf, type S3State, type UploadedPart } from '../s3-state.js';
import { type StoredBody, storeBody } from '../store-body.js';
import { uploadOf } from './multipart-upload.js';
import { maxPutBytes } from './put-object.js';

const maxPartNumber = 10_000;

/** Takes one part in; a part of the same number is replaced. */
export async function uploadPart(
  input: UploadPartCommandInput,
  call: S3Call,
): Promise<OutputOf<UploadPartCommandOutput>> {
  const { part, upload, sent } = await takePart(input, call, call.request);
  const checksum = sent === undefined ? {} : { [sent.algorithm.member]: sent.digest.toString('base64') };
  return { output: { ETag: part.etag, ...upload.attributes.encryption, ...checksum } };
}

/** Takes bytes of an object that is there already as a part. */
export async function uploadPartCopy(
  input: UploadPartCopyCommandInput,
  call: S3Call,
): Promise<OutputOf<UploadPartCopyCommandOutput>> {
  const { bodies } = call.state;
  const { body } = findCopySource(call.state, input).object;
  const { start, end } = copyRange(input.CopySourceRange, body.size);
  const source = { headers: { 'content-length': String(end - start) }, body: bodies.read(body, start, end) };
  const { part, upload } = await takePart(input, call, { ...call.request, ...source });
  const checksum = upload.chosenChecksum ? { [upload.algorithm.member]: part.digest.toString('base64') } : {};
  return {
    output: {
      CopyPartResult: { ETag: part.etag, LastModified: part.lastModified, ...checksum },
      ...upload.attributes.encryption,
    },
  };
}

interface TakenPart {
  readonly part: UploadedPart;
  readonly upload: MultipartUpload;
  readonly sent: StoredBody['received']['sent'];
}

async function takePart(
  input: UploadPartCommandInput | UploadPartCopyCommandInput,
  { state, request }: S3Call,
  source: S3Call['request'],
): Promise<TakenPart> {
  const bucket = bucketOf(state, input);
  const upload = uploadOf(bucket, input);
  const { PartNumber: number = 0 } = input;
  if (number < 1 || number > maxPartNumber)
    throw s3Error('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive');
  const stored = await storeBody(state.bodies, source, {
    maxBytes: maxPutBytes,
    checksum: { algorithm: upload.algorithm, inAnyCase: true },
    checksumIsOfBody: true,
  });
  const { md5, sent, checksum } = stored.received;
  try {
    // It may have been completed or aborted while the part came in.
    uploadOf(bucket, input);
    // What S3 copies on its own carries no checksum of a client.
    if (source === request) checkAlgorithm(upload, sent?.algorithm);
  } catch (error) {
    state.bodies.release(stored.body);
    throw error;
  }
  const etag = `"${md5.toString('hex')}"`;
  const part = { number, body: stored.body, md5, etag, digest: checksum.digest, lastModified: nowOf(state) };
  keepPart(state, upload, part);
  return { part, upload, sent };
}

function keepPart(state: S3State, upload: MultipartUpload, part: UploadedPart): void {
  const before = upload.parts.get(part.number);
  upload.parts.set(part.number, part);
  if (before !== undefined) state.bodies.release(before.body);
}

function copyRange(header: string | undefined, size: number): ByteRange {
  if (header === undefined) return { start: 0, end: size };
  const range = /^bytes=\d+-\d+$/.test(header) ? readRange(header, size) : undefined;
  if (range === undefined)
    throw s3Error(
      'InvalidArgument',
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
    );
  return range;
}

/**
 * A part must carry the checksum that the upload was begun with. Without one it is taken where the whole can be computed
 * all the same; and where S3 chose, any checksum is as good as none.
 */
function checkAlgorithm(upload: MultipartUpload, sent: ChecksumAlgorithm | undefined): void {
  if (!upload.chosenChecksum || sent === upload.algorithm) return;
  if (sent === undefined && upload.checksumType === 'FULL_OBJECT') return;
  throw s3Error(
    'InvalidRequest',
    `Checksum Type mismatch occurred, expected checksum Type: ${upload.algorithm.name.toLowerCase()}, actual checksum Type: ${sent?.name.toLowerCase() ?? 'null'}`,
  );
}
