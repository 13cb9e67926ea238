import type { Readable } from 'node:stream';
import type { WireRequest } from '../wire/wire-service.js';
import { decodeAwsChunked } from './aws-chunked.js';
import {
  type ChecksumAlgorithm,
  checksumAlgorithm,
  checksumAlgorithms,
  type RunningChecksum,
  startHash,
} from './checksum-algorithm.js';
import { s3Error } from './s3-error.js';

/** What is known of a body once its last byte has been read and everything the client said about it was true. */
export interface ReceivedBytes {
  readonly size: number;
  readonly md5: Buffer;
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly digest: Buffer };
  /** The checksum that the client sent; not always the one that was made of the body in the end. */
  readonly sent: { readonly algorithm: ChecksumAlgorithm; readonly digest: Buffer } | undefined;
}

/** How a body is to be taken in. */
export interface Reception {
  readonly maxBytes: number;
  /** The checksum to make of it: this one in any case, or only where the client sends none of its own. */
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly inAnyCase: boolean };
  /** Whether a checksum in the headers is that of the body. Completing an upload, it is that of the object to be. */
  readonly checksumIsOfBody: boolean;
  readonly write: (bytes: Buffer) => Promise<void>;
}

/**
 * Reads the body of a request block by block: takes off the chunk framing, hands the payload on, and checks length,
 * `Content-MD5`, payload hash and checksum, whether they came ahead of the body or in its trailer.
 */
export async function receiveBody(request: WireRequest, reception: Reception): Promise<ReceivedBytes> {
  const { headers } = request;
  const chunked =
    /^STREAMING-/.test(headers['x-amz-content-sha256'] ?? '') ||
    /\baws-chunked\b/.test(headers['content-encoding'] ?? '');
  const expected = expectedLength(request, chunked);
  if (expected > reception.maxBytes) throw s3Error('EntityTooLarge');
  const promised = reception.checksumIsOfBody ? promisedChecksum(headers) : undefined;
  const { algorithm: wanted, inAnyCase } = reception.checksum;
  const algorithm = inAnyCase ? wanted : (promised?.algorithm ?? wanted);
  const running = algorithm.start();
  const proof = promised === undefined || promised.algorithm === algorithm ? undefined : promised.algorithm.start();
  const md5 = startHash('md5');
  const payloadHash = /^[0-9a-f]{64}$/.test(headers['x-amz-content-sha256'] ?? '') ? startHash('sha256') : undefined;
  const trailers = new Map<string, string>();
  const blocks = readBlocks(request.body);
  let size = 0;
  for await (const block of chunked ? decodeAwsChunked(blocks, trailers) : blocks) {
    size += block.length;
    if (size > expected) throw s3Error('IncompleteBody');
    md5.update(block);
    running.update(block);
    proof?.update(block);
    payloadHash?.update(block);
    await reception.write(block);
  }
  if (size !== expected) throw s3Error('IncompleteBody');
  const digest = await digestOf(running);
  const received = { size, md5: await digestOf(md5), checksum: { algorithm, digest } };
  checkMd5(headers['content-md5'], received.md5);
  checkPayloadHash(headers['x-amz-content-sha256'], payloadHash && (await digestOf(payloadHash)));
  if (promised === undefined) return { ...received, sent: undefined };
  const { header } = promised.algorithm;
  const claim = promised.inTrailer ? trailers.get(header) : headers[header];
  if (claim === undefined) throw s3Error('MalformedTrailerError');
  const proven = proof === undefined ? digest : await digestOf(proof);
  checkDigest(promised.algorithm, claim, proven);
  return { ...received, sent: { algorithm: promised.algorithm, digest: proven } };
}

/** The value of a checksum as a client wrote it; what cannot be one is `InvalidRequest`. */
function readChecksumValue(algorithm: ChecksumAlgorithm, text: string): Buffer {
  const value = Buffer.from(text, 'base64');
  if (value.length !== algorithm.bytes || value.toString('base64') !== text)
    throw s3Error('InvalidRequest', `Value for ${algorithm.header} header is invalid.`);
  return value;
}

function checkDigest(algorithm: ChecksumAlgorithm, sent: string, digest: Buffer): void {
  if (!readChecksumValue(algorithm, sent).equals(digest))
    throw s3Error('BadDigest', `The ${algorithm.name} you specified did not match the calculated checksum.`);
}

function checkMd5(sent: string | undefined, md5: Buffer): void {
  if (sent === undefined) return;
  const value = Buffer.from(sent, 'base64');
  if (value.length !== 16) throw s3Error('InvalidDigest');
  if (!value.equals(md5)) throw s3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.');
}

function checkPayloadHash(sent: string | undefined, hash: Buffer | undefined): void {
  if (hash !== undefined && hash.toString('hex') !== sent) throw s3Error('XAmzContentSHA256Mismatch');
}

/** The checksum that the client sends, by the header it uses or the trailer it announces. */
function promisedChecksum(
  headers: WireRequest['headers'],
): { readonly algorithm: ChecksumAlgorithm; readonly inTrailer: boolean } | undefined {
  const announced = (headers['x-amz-trailer'] ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  const sent = checksumAlgorithms().filter(({ header }) => headers[header] !== undefined);
  const trailing = checksumAlgorithms().filter(({ header }) => announced.includes(header));
  if (sent.length + trailing.length > 1)
    throw s3Error(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  const named = headers['x-amz-sdk-checksum-algorithm'];
  const algorithm = sent[0] ?? trailing[0];
  if (algorithm !== undefined) return { algorithm, inTrailer: sent.length === 0 };
  if (named !== undefined) {
    checksumAlgorithm(named);
    throw s3Error(
      'InvalidRequest',
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    );
  }
  return undefined;
}

function expectedLength({ headers }: WireRequest, chunked: boolean): number {
  const text = headers[chunked ? 'x-amz-decoded-content-length' : 'content-length'];
  // A request without any body may leave its length out.
  if (text === undefined && !chunked && headers['transfer-encoding'] === undefined) return 0;
  if (text === undefined || !/^\d{1,15}$/.test(text)) throw s3Error('MissingContentLength');
  return Number(text);
}

/**
 * The blocks of a body. A client that goes away half-way is an incomplete body; the stream is left alone when we stop
 * early, because destroying a request also destroys the connection that the answer has to travel on.
 */
async function* readBlocks(body: Readable): AsyncGenerator<Buffer> {
  try {
    for await (const block of body.iterator({ destroyOnReturn: false })) {
      yield typeof block === 'string' ? Buffer.from(block) : (block as Buffer);
    }
  } catch {
    throw s3Error('IncompleteBody');
  }
}

async function digestOf(running: RunningChecksum): Promise<Buffer> {
  return Buffer.from(await running.digest());
}
