import { afterAll, afterEach, beforeAll } from 'vitest';
import { connectAws } from '../../src/aws/index.js';
import { type LocalRegion, startLocalRegion } from '../../src/local/index.js';
import type { ObjectStorePort } from '../../src/ports/object-store.js';

export const bucket = 'zephyr-test';

/** A local region for one file of tests, with one bucket; faults and the log of calls are cleared after each test. */
export function useRegion(): {
  region(): LocalRegion;
  store(place?: { bucket?: string; prefix?: string; expectedOwner?: string }): ObjectStorePort;
} {
  let region: LocalRegion;
  beforeAll(async () => {
    region = await startLocalRegion();
    region.s3.createBucket(bucket);
  });
  afterEach(() => {
    region.faults.clear();
    region.calls.clear();
  });
  afterAll(async () => {
    await region?.close();
  });
  return {
    region: () => region,
    store: (place) => {
      const { endpoint, credentials } = region;
      return connectAws({ region: region.region, endpoint, credentials }).objectStore({
        bucket,
        prefix: 'backups',
        ...place,
      });
    },
  };
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
