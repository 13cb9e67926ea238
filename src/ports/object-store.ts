import type { Readable } from 'node:stream';
import type { BackupError } from '../core/errors.js';
import type { PortCall } from './port-call.js';

/** How an object is written. */
export interface PutOptions {
  readonly contentType?: string | undefined;
  readonly storageClass?: 'STANDARD' | 'STANDARD_IA' | undefined;
  /** Default: SSE-S3 (`AES256`). */
  readonly encryption?: { readonly kmsKey: string } | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** `absent`: only where there is no such key yet, else `object-exists` (facts G7). `etag`: only over that version, else `object-changed`. */
  readonly onlyIf?: { readonly absent: true } | { readonly etag: string } | undefined;
}

/** What a streamed upload left. */
export interface UploadedObject {
  readonly etag: string;
  readonly sizeBytes: number;
  /** CRC32 over the whole object, base64, as the store computed it (facts G9). */
  readonly crc32?: string | undefined;
}

/** What a store says of an object. */
export interface ObjectDescription {
  readonly key: string;
  readonly etag: string;
  readonly sizeBytes: number;
  /** When it was written, overwritten or copied: not when its content was made (facts G16). */
  readonly lastModified: Date;
  readonly storageClass?: string | undefined;
}

/** What became of one object of those that were to be deleted. */
export type ObjectRemoval = { readonly key: string } & (
  | {
      readonly outcome: 'deleted';
      /** The bucket keeps versions: what was deleted is hidden, and still billed until a lifecycle rule removes it (facts G13). */
      readonly keptAsVersion: boolean;
    }
  /** It was overwritten since it was listed, and is still there. */
  | { readonly outcome: 'changed' }
  | { readonly outcome: 'failed'; readonly error: BackupError }
);

/** An upload that was begun and neither completed nor aborted; it costs money until it is (facts G19). */
export interface UnfinishedUpload {
  readonly key: string;
  readonly uploadId: string;
  readonly startedAt: Date;
}

/**
 * What we need of S3: one bucket, below one prefix, which keys here do not carry. Every call sends `ExpectedBucketOwner`
 * where the account is known (facts G18). Errors: `bucket-not-found`, `object-not-found`, `access-denied`, ...
 */
export interface ObjectStorePort {
  /** For messages: `s3://bucket/prefix`. */
  readonly location: string;
  put(
    key: string,
    body: string | Uint8Array,
    options?: PutOptions,
    call?: PortCall,
  ): Promise<{ readonly etag: string }>;
  /**
   * Streams a body of unknown length. The object appears whole or not at all: an error of the body or an abort leaves
   * neither object nor unfinished upload (facts G3, G4). Errors: `object-exists`, `upload-failed`; the body's own error as it is.
   */
  upload(
    key: string,
    body: Readable,
    options: PutOptions & {
      readonly partSizeBytes: number;
      readonly onBytes?: ((uploaded: number) => void) | undefined;
    },
    call?: PortCall,
  ): Promise<UploadedObject>;
  /** The body of an object; destroy it if it is not read to its end (facts G20). */
  get(
    key: string,
    options?: { readonly range?: { readonly from: number; readonly to: number } | undefined },
    call?: PortCall,
  ): Promise<{ readonly body: Readable; readonly description: ObjectDescription }>;
  head(
    key: string,
    call?: PortCall,
  ): Promise<
    | (ObjectDescription & {
        readonly metadata: Readonly<Record<string, string>>;
        readonly crc32?: string | undefined;
      })
    | undefined
  >;
  /** Below a prefix, in UTF-8 order of the keys. */
  list(
    filter: { readonly prefix: string; readonly startAfter?: string | undefined },
    call?: PortCall,
  ): AsyncIterable<ObjectDescription>;
  /** Deletes one object, only if it still is the version of `etag` where one is given; a missing one is deleted already. */
  delete(object: { readonly key: string; readonly etag?: string | undefined }, call?: PortCall): Promise<void>;
  /**
   * Deletes up to 1,000 objects at once, each only if it still is the version that was listed; a missing one is deleted already.
   * What becomes of each is told in their order: only what refuses all of them rejects (facts G15).
   */
  deleteListed(
    objects: readonly Pick<ObjectDescription, 'key' | 'etag'>[],
    call?: PortCall,
  ): Promise<readonly ObjectRemoval[]>;
  listUnfinishedUploads(filter: { readonly prefix: string }, call?: PortCall): AsyncIterable<UnfinishedUpload>;
  abortUpload(upload: { readonly key: string; readonly uploadId: string }, call?: PortCall): Promise<void>;
}
