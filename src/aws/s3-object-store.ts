import type { ObjectStorePort } from '../ports/object-store.js';
import type { S3Connection } from './s3-connection.js';
import { listObjects, listUnfinishedUploads } from './s3-listings.js';
import { type S3Place, s3Keys } from './s3-place.js';
import { putObject } from './s3-put.js';
import { getObject, headObject } from './s3-read.js';
import { abortUpload, deleteListedObjects, deleteObject } from './s3-remove.js';
import { uploadObject } from './s3-upload.js';

/** One bucket below one prefix through the SDK. The SDK is loaded with the first request. */
export function s3ObjectStore(connect: () => Promise<S3Connection>, place: S3Place): ObjectStorePort {
  const keys = s3Keys(place);
  const store = { connect, keys };
  return {
    location: keys.location,
    put: (key, body, options, call) => putObject(store, key, body, options ?? {}, call),
    upload: (key, body, options, call) => uploadObject(store, key, body, options, call),
    get: (key, options, call) => getObject(store, key, options?.range, call),
    head: (key, call) => headObject(store, key, call),
    list: (filter, call) => listObjects(store, filter, call),
    delete: (object, call) => deleteObject(store, object, call),
    deleteListed: (objects, call) => deleteListedObjects(store, objects, call),
    listUnfinishedUploads: (filter, call) => listUnfinishedUploads(store, filter, call),
    abortUpload: (upload, call) => abortUpload(store, upload, call),
  };
}
