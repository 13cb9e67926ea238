import type { Bucket, S3State, StoredObject } from './s3-state.js';

/** Puts an object in the place of its key's current one, whose body goes once nobody reads it. Readers see one or the other. */
export function publish(state: Pick<S3State, 'bodies'>, bucket: Bucket, object: StoredObject): void {
  const before = bucket.objects.put(object);
  if (before !== undefined) state.bodies.release(before.body);
}

/** Takes an object away, if it is there. */
export function unpublish(state: Pick<S3State, 'bodies'>, bucket: Bucket, key: string): void {
  const before = bucket.objects.remove(key);
  if (before !== undefined) state.bodies.release(before.body);
}
