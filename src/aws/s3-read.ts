import type { Readable } from 'node:stream';
import type { GetObjectOutput } from '@aws-sdk/client-s3';
import type { ObjectDescription, ObjectStorePort } from '../ports/object-store.js';
import type { PortCall } from '../ports/port-call.js';
import { callAws } from './call-aws.js';
import { objectBody } from './object-body.js';
import { isNotFound } from './s3-own-object.js';
import { type S3Store, s3Request } from './s3-store.js';
import { writeIdKey } from './s3-write-input.js';
import { sendOptions } from './send-options.js';

/** What GetObject and HeadObject answer alike. */
interface DescribedObject {
  readonly ETag?: string | undefined;
  readonly ContentLength?: number | undefined;
  readonly ContentRange?: string | undefined;
  readonly LastModified?: Date | undefined;
  readonly StorageClass?: string | undefined;
}

/** The body of an object, whole or a range of it with both ends included. */
export async function getObject(
  store: S3Store,
  key: string,
  range: { readonly from: number; readonly to: number } | undefined,
  call: PortCall | undefined,
): ReturnType<ObjectStorePort['get']> {
  const request = s3Request(store, 'GetObject', key);
  const send = (more: { Range?: string; IfMatch?: string; ChecksumMode?: 'ENABLED' }): Promise<GetObjectOutput> =>
    callAws(request, call, async () => {
      const { sdk, client } = await store.connect();
      const command = new sdk.GetObjectCommand({ ...store.keys.base, Key: store.keys.full(key), ...more });
      return client.send(command, sendOptions(call));
    });
  // On Node the SDK's body is always a Readable.
  const bodyOf = ({ Body }: GetObjectOutput): Readable => Body as Readable;
  const answer = await send(range === undefined ? { ChecksumMode: 'ENABLED' } : { Range: rangeOf(range, 0) });
  const description = describe(key, answer);
  const source = {
    first: bodyOf(answer),
    sizeBytes: answer.ContentLength ?? 0,
    reopen: async (offset: number) => bodyOf(await send({ Range: rangeOf(range, offset), IfMatch: description.etag })),
  };
  return { body: objectBody(source, request, call?.signal), description };
}

function rangeOf(range: { readonly from: number; readonly to: number } | undefined, offset: number): string {
  return `bytes=${(range?.from ?? 0) + offset}-${range?.to ?? ''}`;
}

/** What is known of an object, or `undefined` where there is none. */
export function headObject(
  store: S3Store,
  key: string,
  call: PortCall | undefined,
): ReturnType<ObjectStorePort['head']> {
  return callAws(s3Request(store, 'HeadObject', key), call, async () => {
    const { sdk, client } = await store.connect();
    const input = { ...store.keys.base, Key: store.keys.full(key), ChecksumMode: 'ENABLED' } as const;
    try {
      const head = await client.send(new sdk.HeadObjectCommand(input), sendOptions(call));
      const { [writeIdKey]: _writeId, ...metadata } = head.Metadata ?? {};
      return { ...describe(key, head), metadata, crc32: head.ChecksumCRC32 };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  });
}

function describe(key: string, object: DescribedObject): ObjectDescription {
  // `bytes 0-9/1234`: of a range, what was asked for is the size of the whole.
  const whole = /\/(\d+)$/.exec(object.ContentRange ?? '')?.[1];
  return {
    key,
    etag: object.ETag ?? '',
    sizeBytes: whole === undefined ? (object.ContentLength ?? 0) : Number(whole),
    lastModified: object.LastModified ?? new Date(0),
    // S3 leaves the class out where it is STANDARD.
    storageClass: object.StorageClass ?? 'STANDARD',
  };
}
