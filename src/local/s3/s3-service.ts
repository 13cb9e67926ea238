import type { Clock } from '../../core/clock.js';
import { invalidInput } from '../../core/errors.js';
import { drainBody } from '../wire/drain-body.js';
import type { WireCall, WireError, WireRequest, WireResponse, WireService } from '../wire/wire-service.js';
import { keepBodyDirectory, openBodyDirectory } from './body-directory.js';
import { type BodyDirectory, createBodyStore } from './body-store.js';
import { isBucketName } from './bucket-name.js';
import { checksumAlgorithm } from './checksum-algorithm.js';
import { objectOf } from './find-version.js';
import { receiveBody } from './receive-body.js';
import { readAddress } from './s3-address.js';
import { readDocument, readHead, writeAnswer, writeError } from './s3-codec.js';
import { asS3Error, s3Error } from './s3-error.js';
import type { S3Operation } from './s3-operation.js';
import { s3Operations } from './s3-operations.js';
import { findRoute, loadS3Routes, type S3Route } from './s3-route.js';
import { bucketOf, makeBucket, type S3State } from './s3-state.js';
import { filesOf, restoreS3, type SavedS3, saveS3 } from './saved-s3.js';

/** What a local S3 is made from. */
export interface S3ServiceOptions {
  readonly clock: Clock;
  readonly region: string;
  /** Where the bodies of objects are kept, in a directory of its own that `close()` removes. Default: the system's temporary directory. */
  readonly directory?: string | undefined;
  /** Where bodies stay when the service closes, and what was saved of the service that they belong to. */
  readonly kept?: { readonly directory: string; readonly saved: SavedS3 | undefined } | undefined;
  /** The account that owns all buckets. Default `123456789012`. */
  readonly accountId?: string | undefined;
}

/** What a test does to S3 besides calling it. */
export interface LocalS3 {
  /** Makes an empty bucket without a request, if it is not there yet; that of another account if `owner` names one. Errors: `invalid-input`. */
  createBucket(name: string, options?: { readonly owner?: string | undefined }): void;
  /** The files that hold an object's bytes, in order: for tests that damage what is stored. */
  objectFiles(bucket: string, key: string): readonly string[];
}

/** S3 of a local region: speaks REST/XML, path style, with the semantics of facts G. */
export interface S3Service extends WireService, LocalS3 {
  hasBucket(name: string): boolean;
  hasObject(object: { readonly bucket: string; readonly key: string }): boolean;
  /** What there is, as plain data. */
  save(): SavedS3;
  /** Removes all that is stored, unless it is kept. */
  close(): Promise<void>;
}

/** What S3 has names of its own for. */
const ownErrors: Readonly<Partial<Record<string, WireError>>> = {
  ThrottlingException: { code: 'SlowDown', status: 503, message: 'Please reduce your request rate.' },
  ExpiredToken: { code: 'ExpiredToken', status: 400, message: 'The provided token has expired.' },
};

/** The largest XML document a request may carry: more than 1,000 of the longest keys. */
const maxDocumentBytes = 4 * 1024 * 1024;

/**
 * Makes an empty local S3. It answers requests that the front server of the region hands to it.
 *
 * @example
 * ```ts
 * const s3 = createS3Service({ clock: systemClock, region: 'us-east-1' });
 * s3.createBucket('zephyr-backups');
 * ```
 */
export function createS3Service(options: S3ServiceOptions): S3Service {
  if (!/^[a-z0-9-]+$/.test(options.region))
    throw invalidInput('region', 'is not the name of a region', 'Name a region such as us-east-1.');
  const state = makeState(options);
  let routes: Promise<readonly S3Route[]> | undefined;
  let requests = 0;
  const nextRequestId = (): string => {
    requests += 1;
    return requests.toString(16).toUpperCase().padStart(16, '0');
  };

  return {
    name: 's3',
    parse: async (request) => {
      routes ??= loadS3Routes();
      return parse(state, await routes, request, nextRequestId());
    },
    errorResponse: (error) =>
      writeError(ownErrors[error.code] ?? error, {
        resource: '/',
        requestId: nextRequestId(),
        bodyless: false,
      }),
    createBucket: (name, { owner } = {}) => {
      if (owner !== undefined && !/^\d{12}$/.test(owner))
        throw invalidInput('owner', `is ${owner}`, 'An account id has twelve digits.');
      if (!isBucketName(name))
        throw invalidInput('name', `is ${name}`, 'A bucket has 3 to 63 small letters, digits, dots and hyphens.');
      if (!state.buckets.has(name)) makeBucket(state, name, owner);
    },
    hasBucket: (name) => state.buckets.has(name),
    hasObject: ({ bucket, key }) => state.buckets.get(bucket)?.objects.get(key)?.kind === 'object',
    objectFiles: (bucket, key) =>
      objectOf(bucketOf(state, { Bucket: bucket }), { Key: key }).body.segments.map(({ file }) => file),
    save: () => saveS3(state),
    close: () => state.bodies.close(),
  };
}

function makeState(options: S3ServiceOptions): S3State {
  const { kept } = options;
  let numbers = kept?.saved?.numbers ?? 0;
  const files = kept?.saved === undefined ? new Set<string>() : filesOf(kept.saved);
  const open = (): Promise<BodyDirectory> =>
    kept === undefined ? openBodyDirectory(options.directory) : keepBodyDirectory(kept.directory, files);
  const state: S3State = {
    clock: options.clock,
    region: options.region,
    accountId: options.accountId ?? '123456789012',
    buckets: new Map(),
    bodies: createBodyStore(open, files),
    nextNumber: () => {
      numbers += 1;
      return numbers;
    },
  };
  if (kept?.saved !== undefined) restoreS3(state, kept.saved, kept.directory);
  return state;
}

function parse(state: S3State, routes: readonly S3Route[], request: WireRequest, requestId: string): WireCall {
  const about = { resource: request.path, requestId, bodyless: request.method === 'HEAD' };
  const refuse = async (error: unknown): Promise<WireResponse> => {
    await drainBody(request);
    return writeError(asS3Error(error), about);
  };
  let operation: string | undefined;
  try {
    const { level, ...labels } = readAddress(request);
    const route = findRoute(routes, request, level);
    if (route === undefined) throw s3Error('MethodNotAllowed');
    operation = route.operation;
    const head = readHead(route, labels, request);
    let input = head;
    const run = async (): Promise<WireResponse> => {
      try {
        const behave = behaviourOf(route);
        input = { ...head, ...(await readPayload(route, request)) };
        // It was read by the very schema that the operation's type was generated from.
        return writeAnswer(route, await behave(input as never, { state, request }), requestId);
      } catch (error) {
        return refuse(error);
      }
    };
    return {
      operation,
      get input() {
        return route.redact(input);
      },
      run,
    };
  } catch (error) {
    return { operation, input: {}, run: () => refuse(error) };
  }
}

function behaviourOf({ operation }: S3Route): S3Operation {
  const behaviour = s3Operations[operation];
  if (behaviour === undefined) throw s3Error('NotImplemented', `The operation ${operation} is not implemented.`);
  return behaviour;
}

/** The payload of operations that take an XML document; byte payloads are left to the operation. */
async function readPayload(route: S3Route, request: WireRequest): Promise<Readonly<Record<string, unknown>>> {
  const payload = route.reads.find(({ at }) => at === 'payload');
  if (payload === undefined || payload.schema.isBlobSchema()) return {};
  const blocks: Buffer[] = [];
  await receiveBody(request, {
    maxBytes: maxDocumentBytes,
    checksum: { algorithm: checksumAlgorithm('CRC32'), inAnyCase: false },
    checksumIsOfBody: route.checksummed,
    write: async (block) => {
      blocks.push(block);
    },
  });
  if (blocks.length === 0) return {};
  const text = Buffer.concat(blocks).toString();
  return { [payload.member]: payload.schema.isStructSchema() ? readDocument(payload.schema, text) : text };
}
