import type { StoredObject, StoredVersion } from './s3-state.js';
import { createSortedKeys } from './sorted-keys.js';

/** Watches one key while a conditional write is on its way. */
export interface KeyWatch {
  /** Whether another write or delete of the key has gone through since the watch began. */
  readonly disturbed: boolean;
  end(): void;
}

/** The versions in a bucket by key, in the order in which S3 lists them. The only place where they appear and vanish. */
export interface ObjectIndex {
  /** The current object of a key; none if the newest version is a delete marker. */
  get(key: string): StoredObject | undefined;
  /** The newest first. */
  versions(key: string): readonly StoredVersion[];
  /** Makes a version the newest of its key, in the place of the one of the same id, which is returned. */
  add(version: StoredVersion): StoredVersion | undefined;
  remove(version: StoredVersion): void;
  /** Gives an object other tags or another lock; no write of the key in the sense of a condition. */
  amend(object: StoredObject, changes: Partial<Pick<StoredObject, 'tags' | 'lock'>>): void;
  /** The keys that have a current object, in UTF-8 order (facts G16). Not to be changed. */
  keys(): readonly string[];
  /** All keys that have any version, in the same order. */
  allKeys(): readonly string[];
  watch(key: string): KeyWatch;
}

/** Makes an empty index. */
export function createObjectIndex(): ObjectIndex {
  const rows = new Map<string, readonly StoredVersion[]>();
  const current = createSortedKeys();
  const all = createSortedKeys();
  const watches = new Map<string, Set<{ disturbed: boolean }>>();

  const setRow = (key: string, row: readonly StoredVersion[]): void => {
    if (currentOf(row) === undefined) current.remove(key);
    else current.add(key);
    if (row.length > 0) {
      rows.set(key, row);
      all.add(key);
    } else {
      rows.delete(key);
      all.remove(key);
    }
  };
  const disturb = (key: string): void => {
    for (const watch of watches.get(key) ?? []) watch.disturbed = true;
  };
  return {
    get: (key) => currentOf(rows.get(key)),
    versions: (key) => rows.get(key) ?? [],
    add: (version) => {
      const { key, versionId } = version;
      const row = rows.get(key) ?? [];
      const before = row.find((other) => other.versionId === versionId);
      setRow(key, [version, ...row.filter((other) => other !== before)]);
      disturb(key);
      return before;
    },
    remove: (version) => {
      const { key } = version;
      setRow(
        key,
        (rows.get(key) ?? []).filter((other) => other.versionId !== version.versionId),
      );
      disturb(key);
    },
    amend: (object, changes) => {
      const row = rows.get(object.key) ?? [];
      setRow(
        object.key,
        row.map((other) => (other.versionId === object.versionId ? { ...object, ...changes } : other)),
      );
    },
    keys: current.inOrder,
    allKeys: all.inOrder,
    watch: (key) => {
      const watch = { disturbed: false, end: (): void => endWatch(watches, key, watch) };
      const others = watches.get(key) ?? new Set();
      watches.set(key, others.add(watch));
      return watch;
    },
  };
}

function currentOf(row: readonly StoredVersion[] | undefined): StoredObject | undefined {
  const newest = row?.[0];
  return newest?.kind === 'object' ? newest : undefined;
}

function endWatch<Watch>(watches: Map<string, Set<Watch>>, key: string, watch: Watch): void {
  const all = watches.get(key);
  all?.delete(watch);
  if (all?.size === 0) watches.delete(key);
}
