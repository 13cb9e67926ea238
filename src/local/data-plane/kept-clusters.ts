import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { invalidInput } from '../../core/errors.js';
import { type Cluster, clusterFiles, logsOf } from './cluster.js';
import { type ClusterNote, readBackupNote, readClusterNote } from './cluster-notes.js';
import { type ClusterStore, configure, nextNumber } from './cluster-store.js';
import { removeDirectory } from './copy-files.js';

/** The cluster that new ones are copies of. */
export const templateId = 'template';

/**
 * Finds the clusters and backups that an earlier data plane left, and gives the clusters their settings anew: they lie where
 * they did not, perhaps, and another certificate belongs to them. What was being made or removed when that one was killed goes.
 *
 * Errors: `invalid-input` for files of another major version of PostgreSQL.
 */
export async function loadKept(store: ClusterStore): Promise<void> {
  await loadBackups(store);
  await loadClusters(store);
  if (!store.clusters.has(templateId)) await removeDirectory(logsOf(store.home.directory, templateId));
  for (const cluster of store.clusters.values()) {
    // Whatever wrote it is gone, and its process id may be someone else's by now.
    await rm(join(cluster.data, 'postmaster.pid'), { force: true });
    const source = store.clusters.get(cluster.follows?.source ?? '');
    if (cluster.follows !== undefined && source !== undefined)
      cluster.follows = { ...cluster.follows, socketDirectory: source.socketDirectory };
    await configure(store, cluster);
  }
}

async function loadClusters(store: ClusterStore): Promise<void> {
  const root = join(store.home.directory, 'clusters');
  for (const resourceId of await readdir(root)) {
    const directory = join(root, resourceId);
    const note = await readClusterNote(directory);
    if (note === undefined) await removeDirectory(directory);
    else store.clusters.set(resourceId, await loadCluster(store, resourceId, note));
  }
}

async function loadCluster(store: ClusterStore, resourceId: string, note: ClusterNote): Promise<Cluster> {
  const { home, binaries } = store;
  const files = clusterFiles(home.directory, resourceId, nextNumber(store));
  const version = (await readFile(join(files.data, 'PG_VERSION'), 'utf8')).trim();
  if (Number(version) !== binaries.majorVersion) {
    const hint = `Run PostgreSQL ${version}, whose programs ZEPHYR_POSTGRES_BIN can name, or name another directory.`;
    throw invalidInput('directory', `was made by PostgreSQL ${version}, and this is ${binaries.version}`, hint);
  }
  await home.makeDirectory(files.socketDirectory);
  // Where its source listens is known once that has started.
  const follows = note.follows && { ...note.follows, socketDirectory: files.socketDirectory, port: 0 };
  return { ...files, masterUsername: note.masterUsername, server: undefined, follows };
}

async function loadBackups(store: ClusterStore): Promise<void> {
  const root = join(store.home.directory, 'backups');
  for (const name of await readdir(root)) {
    if (!/^\d+$/.test(name)) continue;
    const directory = join(root, name);
    store.lastNumber = Math.max(store.lastNumber, Number(name));
    const note = await readBackupNote(directory);
    if (note === undefined) {
      await removeDirectory(directory);
      continue;
    }
    const { backupId, masterUsername, databaseTime } = note;
    store.backups.set(backupId, { directory, masterUsername, databaseTime });
  }
}
