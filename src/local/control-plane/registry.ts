import { byPlace, type Listed } from './paging.js';

/** Things by their key, and all of them in the order of their places. */
export interface Registry<T extends Listed> {
  readonly size: number;
  get(key: string): T | undefined;
  add(item: T): void;
  remove(key: string): void;
  /** How many are of a kind; needs no order. */
  count(isCounted: (item: T) => boolean): number;
  /** Sorted once for as long as nothing comes or goes: paging through ten thousand asks a hundred times. */
  sorted(): readonly T[];
}

/** What is in every registry of a state, by the registries' names: plain data to be saved, which must leave none out. */
export type SavedRegistries<State> = {
  readonly [Name in keyof State as State[Name] extends Registry<infer _> ? Name : never]: State[Name] extends Registry<
    infer Item
  >
    ? readonly Item[]
    : never;
};

/** Makes an empty registry. */
export function createRegistry<T extends Listed>(): Registry<T> {
  const items = new Map<string, T>();
  let sorted: readonly T[] | undefined;
  return {
    get size() {
      return items.size;
    },
    get: (key) => items.get(key),
    add: (item) => {
      items.set(item.key, item);
      sorted = undefined;
    },
    remove: (key) => {
      if (items.delete(key)) sorted = undefined;
    },
    count: (isCounted) => {
      let count = 0;
      for (const item of items.values()) if (isCounted(item)) count += 1;
      return count;
    },
    sorted: () => {
      sorted ??= [...items.values()].sort(byPlace);
      return sorted;
    },
  };
}
