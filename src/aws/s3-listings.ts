import type { ObjectDescription, UnfinishedUpload } from '../ports/object-store.js';
import type { PortCall } from '../ports/port-call.js';
import { callAws } from './call-aws.js';
import { type S3Store, s3Request } from './s3-store.js';
import { sendOptions } from './send-options.js';

/** Objects below a prefix, in UTF-8 order of their keys (facts G16). */
export async function* listObjects(
  store: S3Store,
  { prefix, startAfter }: { readonly prefix: string; readonly startAfter?: string | undefined },
  call: PortCall | undefined,
): AsyncGenerator<ObjectDescription, void, undefined> {
  const input = {
    ...store.keys.base,
    Prefix: store.keys.full(prefix),
    ...(startAfter === undefined ? {} : { StartAfter: store.keys.full(startAfter) }),
  };
  let token: string | undefined;
  do {
    const page = await callAws(s3Request(store, 'ListObjectsV2', prefix), call, async () => {
      const { sdk, client } = await store.connect();
      return client.send(new sdk.ListObjectsV2Command({ ...input, ContinuationToken: token }), sendOptions(call));
    });
    for (const { Key, ETag, Size, LastModified, StorageClass } of page.Contents ?? []) {
      if (Key === undefined) continue;
      yield {
        key: store.keys.bare(Key),
        etag: ETag ?? '',
        sizeBytes: Size ?? 0,
        lastModified: LastModified ?? new Date(0),
        storageClass: StorageClass ?? 'STANDARD',
      };
    }
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
}

/** Uploads below a prefix that were begun and never finished. Pages by two tokens; the SDK has no paginator for it (facts 0.9). */
export async function* listUnfinishedUploads(
  store: S3Store,
  { prefix }: { readonly prefix: string },
  call: PortCall | undefined,
): AsyncGenerator<UnfinishedUpload, void, undefined> {
  const input = { ...store.keys.base, Prefix: store.keys.full(prefix) };
  let markers: { readonly KeyMarker?: string; readonly UploadIdMarker?: string } | undefined = {};
  while (markers !== undefined) {
    const after: object = markers;
    const page = await callAws(s3Request(store, 'ListMultipartUploads', prefix), call, async () => {
      const { sdk, client } = await store.connect();
      return client.send(new sdk.ListMultipartUploadsCommand({ ...input, ...after }), sendOptions(call));
    });
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      if (Key === undefined || UploadId === undefined) continue;
      yield { key: store.keys.bare(Key), uploadId: UploadId, startedAt: Initiated ?? new Date(0) };
    }
    const { NextKeyMarker, NextUploadIdMarker } = page;
    markers =
      page.IsTruncated === true && NextKeyMarker !== undefined
        ? {
            KeyMarker: NextKeyMarker,
            ...(NextUploadIdMarker === undefined ? {} : { UploadIdMarker: NextUploadIdMarker }),
          }
        : undefined;
  }
}
