import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../core/clock.js';
import { BackupError } from '../../core/errors.js';
import { copyInto } from '../data-plane/copy-files.js';
import type { TakenCacheSnapshot } from '../elasticache/cache-plane.js';
import { dumpOf, nextNumber, nodeOf, type RedisStore, serverOf, snapshotFile, wrongState } from './redis-node.js';
import { dropSnapshotNote, noteSnapshot } from './redis-notes.js';
import { redisFailed } from './redis-server.js';

const lookEveryMilliseconds = 10;

/** Where a new snapshot's file goes. */
function newSnapshotFile(store: RedisStore): string {
  return join(store.home.directory, 'snapshots', `${nextNumber(store)}.rdb`);
}

/** Has the server write an RDB file, by a process of its own as ElastiCache does (facts F20), and takes it away. */
export async function saveNode(store: RedisStore, nodeId: string, snapshotId: string): Promise<TakenCacheSnapshot> {
  const node = nodeOf(store, nodeId);
  const [server, dump] = [serverOf(node), dumpOf(node)];
  if (store.snapshots.has(snapshotId)) throw wrongState(snapshotId, 'is a snapshot already');
  const file = newSnapshotFile(store);
  try {
    // What lies there is what the node began with.
    await rm(dump, { force: true });
    await server.command(`BGSAVE${store.secret}`, 'SCHEDULE');
    for (;;) {
      const info = await server.info('persistence');
      const saving = info.get('rdb_bgsave_in_progress') !== '0' || info.get('rdb_bgsave_scheduled') === '1';
      if (!saving && info.get('rdb_last_bgsave_status') !== 'ok') throw new Error('the background save failed');
      if (!saving && (await exists(dump))) break;
      await systemClock.sleep(lookEveryMilliseconds, { signal: store.closing });
    }
    await rename(dump, file);
    await keepSnapshot(store, snapshotId, file);
    return { sizeBytes: (await stat(file)).size };
  } catch (error) {
    store.closing.throwIfAborted();
    throw error instanceof BackupError
      ? error
      : await redisFailed(node.serverLog, `${nodeId}: no snapshot could be taken`, error);
  }
}

/** Keeps a second copy of a snapshot under another id. */
export async function copySnapshotFile(store: RedisStore, snapshotId: string, copyId: string): Promise<void> {
  const file = newSnapshotFile(store);
  await copyInto(store.home, [snapshotFile(store, snapshotId)], file, { signal: store.closing });
  await keepSnapshot(store, copyId, file);
}

/** Makes a file that is there a snapshot. */
async function keepSnapshot(store: RedisStore, snapshotId: string, file: string): Promise<void> {
  if (store.home.keptId !== undefined) await noteSnapshot(file, { snapshotId });
  store.snapshots.set(snapshotId, file);
}

/** Removes a snapshot. One that could not be taken has left nothing. */
export async function removeSnapshotFile(store: RedisStore, snapshotId: string): Promise<void> {
  const file = store.snapshots.get(snapshotId);
  if (file === undefined) return;
  await dropSnapshotNote(file);
  await rm(file, { force: true });
  store.snapshots.delete(snapshotId);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
