import { compareKeys } from './compare-keys.js';
import type { StoredObject } from './s3-state.js';

/** Watches one key while a conditional write is on its way. */
export interface KeyWatch {
  /** Whether another write or delete of the key has gone through since the watch began. */
  readonly disturbed: boolean;
  end(): void;
}

/** The objects of a bucket by key, in the order in which S3 lists them. The only place where objects appear and vanish. */
export interface ObjectIndex {
  get(key: string): StoredObject | undefined;
  /** Makes the object the current one of its key; returns the one it replaced. */
  put(object: StoredObject): StoredObject | undefined;
  remove(key: string): StoredObject | undefined;
  /** Gives the object other tags; no write of the key in the sense of a condition. */
  retag(key: string, tags: StoredObject['tags']): void;
  /** All keys in UTF-8 order (facts G16). Not to be changed. */
  keys(): readonly string[];
  watch(key: string): KeyWatch;
}

/** Makes an empty index. */
export function createObjectIndex(): ObjectIndex {
  const objects = new Map<string, StoredObject>();
  const sorted: string[] = [];
  const watches = new Map<string, Set<{ disturbed: boolean }>>();

  const disturb = (key: string): void => {
    for (const watch of watches.get(key) ?? []) watch.disturbed = true;
  };
  return {
    get: (key) => objects.get(key),
    put: (object) => {
      const before = objects.get(object.key);
      if (before === undefined) sorted.splice(positionOf(sorted, object.key), 0, object.key);
      objects.set(object.key, object);
      disturb(object.key);
      return before;
    },
    remove: (key) => {
      const before = objects.get(key);
      if (before === undefined) return undefined;
      sorted.splice(positionOf(sorted, key), 1);
      objects.delete(key);
      disturb(key);
      return before;
    },
    retag: (key, tags) => {
      const object = objects.get(key);
      if (object !== undefined) objects.set(key, { ...object, tags });
    },
    keys: () => sorted,
    watch: (key) => {
      const watch = { disturbed: false, end: (): void => endWatch(watches, key, watch) };
      const all = watches.get(key) ?? new Set();
      watches.set(key, all.add(watch));
      return watch;
    },
  };
}

/** Where `key` is, or would go, in `keys`. */
export function positionOf(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareKeys(keys[middle] ?? '', key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function endWatch<Watch>(watches: Map<string, Set<Watch>>, key: string, watch: Watch): void {
  const all = watches.get(key);
  all?.delete(watch);
  if (all?.size === 0) watches.delete(key);
}
