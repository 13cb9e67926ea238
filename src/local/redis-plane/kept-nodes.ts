import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { removeDirectory } from '../data-plane/copy-files.js';
import type { KeptCaches } from '../elasticache/cache-plane.js';
import { type RedisStore, removeNode, resumeNode } from './redis-node.js';
import { readNodeNote, readSnapshotNote } from './redis-notes.js';
import { removeSnapshotFile } from './redis-snapshots.js';

/** Finds the nodes and snapshots that an earlier data plane left. What was being made or removed when that one was killed goes. */
export async function loadKept(store: RedisStore): Promise<void> {
  const { directory } = store.home;
  for (const name of await readdir(join(directory, 'nodes'))) {
    const path = join(directory, 'nodes', name);
    store.lastNumber = Math.max(store.lastNumber, Number(name));
    const note = await readNodeNote(path);
    if (note === undefined) await removeDirectory(path);
    else store.stopped.set(note.nodeId, { directory: path, authToken: note.authToken });
  }
  for (const name of await readdir(join(directory, 'snapshots'))) {
    if (!name.endsWith('.rdb')) continue;
    const file = join(directory, 'snapshots', name);
    store.lastNumber = Math.max(store.lastNumber, Number.parseInt(name, 10));
    const note = await readSnapshotNote(file);
    if (note === undefined) await rm(file);
    else store.snapshots.set(note.snapshotId, file);
  }
}

/** What a data plane in a kept directory says of itself; `undefined` for one whose directory goes. */
export function keptCaches(store: RedisStore): KeptCaches | undefined {
  const { keptId: id } = store.home;
  if (id === undefined) return undefined;
  return {
    id,
    hasNode: (nodeId) => store.stopped.has(nodeId),
    hasSnapshot: (snapshotId) => store.snapshots.has(snapshotId),
    start: (node, endpoint) => resumeNode(store, node, endpoint),
    retain: async ({ nodes, snapshots }) => {
      for (const nodeId of [...store.stopped.keys()]) if (!nodes.has(nodeId)) await removeNode(store, nodeId);
      for (const snapshotId of [...store.snapshots.keys()])
        if (!snapshots.has(snapshotId)) await removeSnapshotFile(store, snapshotId);
    },
  };
}
