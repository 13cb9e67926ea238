import { compareKeys } from './compare-keys.js';

/** A set of keys that are read in UTF-8 order (facts G16). */
export interface SortedKeys {
  add(key: string): void;
  remove(key: string): void;
  /** Not to be changed, and only good until the next change. */
  inOrder(): readonly string[];
}

/** Up to so many changes, moving the keys behind each is cheaper than going through all keys once. */
const fewChanges = 64;

/** Makes an empty set. Changes are gathered until the order is asked for: thousands of keys may come or go between two listings. */
export function createSortedKeys(): SortedKeys {
  let keys: string[] = [];
  const changes = new Map<string, 'add' | 'remove'>();

  const applyOne = (key: string, change: 'add' | 'remove'): void => {
    const position = positionOf(keys, key);
    const isThere = keys[position] === key;
    if (change === 'add' && !isThere) keys.splice(position, 0, key);
    if (change === 'remove' && isThere) keys.splice(position, 1);
  };
  const applyAll = (): void => {
    const staying = keys.filter((key) => !changes.has(key));
    const coming = [...changes].flatMap(([key, change]) => (change === 'add' ? [key] : []));
    keys = [...staying, ...coming.sort(compareKeys)].sort(compareKeys);
  };
  return {
    add: (key) => void changes.set(key, 'add'),
    remove: (key) => void changes.set(key, 'remove'),
    inOrder: () => {
      if (changes.size > fewChanges) applyAll();
      else for (const [key, change] of changes) applyOne(key, change);
      changes.clear();
      return keys;
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
