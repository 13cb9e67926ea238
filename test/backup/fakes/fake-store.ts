import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import type { Clock } from '../../../src/core/clock.js';
import type {
  ObjectDescription,
  ObjectStorePort,
  PutOptions,
  UnfinishedUpload,
} from '../../../src/ports/object-store.js';
import { coded } from './fake-rds.js';

export interface StoredObject extends ObjectDescription {
  readonly body: Buffer;
  readonly options: PutOptions;
  readonly metadata: Readonly<Record<string, string>>;
  readonly crc32: string;
}

export interface FakeStore extends ObjectStorePort {
  readonly objects: Map<string, StoredObject>;
  readonly unfinished: UnfinishedUpload[];
  bucketExists: boolean;
  /** Rejects an upload after so many bytes. */
  failUploadAfter: number | undefined;
}

/** The checksum as S3 writes it. */
export function crc32Of(body: Buffer): string {
  return Buffer.from(crc32(body).toString(16).padStart(8, '0'), 'hex').toString('base64');
}

/** One bucket in memory with S3's conditions on writes and deletes. */
export function fakeStore(clock: Clock): FakeStore {
  const keep = (key: string, body: Buffer, options: PutOptions): StoredObject => {
    if (!fake.bucketExists) throw coded('bucket-not-found');
    if (options.onlyIf !== undefined && 'absent' in options.onlyIf && fake.objects.has(key))
      throw coded('object-exists');
    const hash = createHash('md5').update(body).digest('hex');
    const object: StoredObject = {
      key,
      body,
      options,
      etag: `"${hash}"`,
      sizeBytes: body.length,
      lastModified: clock.now(),
      storageClass: options.storageClass,
      metadata: options.metadata ?? {},
      crc32: crc32Of(body),
    };
    fake.objects.set(key, object);
    return object;
  };
  const fake: FakeStore = {
    location: 's3://zephyr-backups',
    objects: new Map(),
    unfinished: [],
    bucketExists: true,
    failUploadAfter: undefined,
    put: async (key, body, options = {}) => ({ etag: keep(key, Buffer.from(body), options).etag }),
    upload: async (key, body, options, call) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      const onAbort = (): void => {
        body.destroy(call?.signal?.reason as Error);
      };
      call?.signal?.throwIfAborted();
      call?.signal?.addEventListener('abort', onAbort, { once: true });
      try {
        for await (const chunk of body) {
          chunks.push(chunk as Buffer);
          bytes += (chunk as Buffer).length;
          if (fake.failUploadAfter !== undefined && bytes > fake.failUploadAfter) throw coded('access-denied');
          options.onBytes?.(bytes);
        }
      } finally {
        call?.signal?.removeEventListener('abort', onAbort);
      }
      const { etag, sizeBytes, crc32 } = keep(key, Buffer.concat(chunks), options);
      return { etag, sizeBytes, crc32 };
    },
    get: async (key) => {
      const object = fake.objects.get(key);
      if (object === undefined) throw coded('object-not-found');
      return { body: Readable.from([object.body]), description: object };
    },
    head: async (key) => fake.objects.get(key),
    async *list({ prefix, startAfter }) {
      if (!fake.bucketExists) throw coded('bucket-not-found');
      const keys = [...fake.objects.keys()].filter((key) => key.startsWith(prefix) && key > (startAfter ?? '')).sort();
      for (const key of keys) {
        const object = fake.objects.get(key);
        if (object !== undefined) yield object;
      }
    },
    delete: async ({ key, etag }) => {
      if (etag !== undefined && fake.objects.has(key) && fake.objects.get(key)?.etag !== etag)
        throw coded('object-changed');
      fake.objects.delete(key);
    },
    deleteListed: async (objects) =>
      objects.map(({ key, etag }) => {
        if (fake.objects.has(key) && fake.objects.get(key)?.etag !== etag) return { key, outcome: 'changed' };
        fake.objects.delete(key);
        return { key, outcome: 'deleted', keptAsVersion: false };
      }),
    async *listUnfinishedUploads({ prefix }) {
      yield* [...fake.unfinished].filter(({ key }) => key.startsWith(prefix));
    },
    abortUpload: async ({ key, uploadId }) => {
      const at = fake.unfinished.findIndex((upload) => upload.key === key && upload.uploadId === uploadId);
      if (at >= 0) fake.unfinished.splice(at, 1);
    },
  };
  return fake;
}
