import { join } from 'node:path';
import { asAdmin } from './admin-session.js';
import { takeBaseBackup, takeReplicaBackup } from './base-backup.js';
import { logsFromData, wrongState } from './cluster.js';
import { dropBackupNote, noteBackup } from './cluster-notes.js';
import {
  addCluster,
  type ClusterStore,
  clusterOf,
  fillFrom,
  type KeptBackup,
  nextNumber,
  runPrivately,
  startCluster,
} from './cluster-store.js';
import { addMaster, changePassword } from './cluster-template.js';
import { copyInto, removeDirectory } from './copy-files.js';
import type { Endpoint, NewCluster, TakenBackup } from './data-plane.js';
import { dropIdleSlots, holdReplica, showFollowers } from './replication.js';
import { parametersFile, recoverySettings, settingsText } from './server-configuration.js';

/** A new cluster with its master user, as a copy of `template`. */
export async function createCluster(store: ClusterStore, template: string, wanted: NewCluster): Promise<void> {
  const { resourceId, masterUsername, masterPassword, databaseName } = wanted;
  await addCluster(store, { resourceId, masterUsername }, async (cluster) => {
    await fillFrom(store, cluster, template);
    const master = { username: masterUsername, password: masterPassword, databaseName };
    await runPrivately(store, cluster, {}, () => asAdmin(cluster, (client) => addMaster(client, master), 'postgres'));
  });
}

/** Starts a cluster where clients can reach it. */
export async function startAt(store: ClusterStore, resourceId: string, endpoint: Endpoint): Promise<void> {
  const cluster = clusterOf(store, resourceId);
  await startCluster(store, cluster, { listen_addresses: endpoint.address }, endpoint.port);
  if (cluster.follows?.held !== undefined) await holdReplica(store, cluster, cluster.follows.held.at);
  await showFollowers(store, cluster, endpoint.port);
  await dropIdleSlots(store, cluster);
}

/** Stops a cluster; one that crashed has nothing to stop. */
export async function stopCluster(store: ClusterStore, resourceId: string, mode: 'fast' | 'immediate'): Promise<void> {
  const cluster = clusterOf(store, resourceId);
  await cluster.server?.stop(mode);
  cluster.server = undefined;
}

/** Changes the master's password, running or not. */
export async function setMasterPassword(store: ClusterStore, resourceId: string, password: string): Promise<void> {
  const cluster = clusterOf(store, resourceId);
  const change = (): Promise<void> =>
    asAdmin(cluster, (client) => changePassword(client, cluster.masterUsername, password));
  await (cluster.server?.isRunning() === true ? change() : runPrivately(store, cluster, {}, change));
}

/** Writes the parameters that a cluster's users set, and has a running server read them. */
export async function setParameters(
  store: ClusterStore,
  resourceId: string,
  parameters: Readonly<Record<string, string>>,
): Promise<void> {
  const cluster = clusterOf(store, resourceId);
  await store.home.writeFile(join(cluster.data, parametersFile), settingsText(parameters));
  if (cluster.server?.isRunning() !== true) return;
  await asAdmin(cluster, (client) => client.query('SELECT pg_reload_conf()'));
}

/** Takes a base backup and keeps it under an id. */
export async function takeBackup(store: ClusterStore, resourceId: string, backupId: string): Promise<TakenBackup> {
  const { home, binaries, backups } = store;
  const cluster = clusterOf(store, resourceId);
  if (backups.has(backupId)) throw wrongState(backupId, 'is a backup already');
  const directory = await home.makeDirectory(join('backups', String(nextNumber(store))));
  try {
    const how = { home, majorVersion: binaries.majorVersion, signal: store.closing };
    const take = cluster.follows === undefined ? takeBaseBackup : takeReplicaBackup;
    const taken = await take(cluster, directory, how);
    const { masterUsername } = cluster;
    const { databaseTime } = taken;
    await noteBackup(directory, { backupId, masterUsername, databaseTime });
    backups.set(backupId, { directory, masterUsername, databaseTime });
    return taken;
  } catch (error) {
    await removeDirectory(directory);
    throw error;
  }
}

/** Copies a backup whole, so that each can go without the other. */
export async function copyBackup(store: ClusterStore, backupId: string, copyId: string): Promise<void> {
  const { home, backups } = store;
  const backup = backupOf(store, backupId);
  if (backups.has(copyId)) throw wrongState(copyId, 'is a backup already');
  const directory = await home.makeDirectory(join('backups', String(nextNumber(store))));
  try {
    await copyInto(home, [`${backup.directory}/.`], directory, { signal: store.closing });
    const { masterUsername, databaseTime } = backup;
    await noteBackup(directory, { backupId: copyId, masterUsername, databaseTime });
  } catch (error) {
    await removeDirectory(directory);
    throw error;
  }
  backups.set(copyId, { ...backup, directory });
}

/** Forgets a backup and removes it. */
export async function deleteBackup(store: ClusterStore, backupId: string): Promise<void> {
  const { directory } = backupOf(store, backupId);
  store.backups.delete(backupId);
  await dropBackupNote(directory);
  await removeDirectory(directory);
}

/** A new cluster as a backup holds it. The logs in the backup are replayed when it first starts. */
export async function restoreBackup(store: ClusterStore, backupId: string, resourceId: string): Promise<void> {
  const { directory, masterUsername } = backupOf(store, backupId);
  await addCluster(store, { resourceId, masterUsername }, (cluster) => fillFrom(store, cluster, directory));
}

/** A new cluster from a backup and its source's logs, replayed to an instant. */
export async function restoreToTime(
  store: ClusterStore,
  { source, backupId, time }: { readonly source: string; readonly backupId: string; readonly time: Date },
  resourceId: string,
): Promise<void> {
  const { directory, masterUsername, databaseTime } = backupOf(store, backupId);
  // PostgreSQL would not notice: it would come up with all that the backup holds, later transactions included.
  if (time < databaseTime) throw wrongState(backupId, `holds transactions later than ${time.toISOString()}`);
  await addCluster(store, { resourceId, masterUsername }, async (cluster) => {
    await fillFrom(store, cluster, directory);
    await store.home.writeFile(join(cluster.data, 'recovery.signal'), '');
    // Once it is ready, it has recovered and was promoted: there is nothing else to do.
    await runPrivately(store, cluster, recoverySettings(logsFromData(source), time), async () => undefined);
  });
}

function backupOf(store: ClusterStore, backupId: string): KeptBackup {
  const backup = store.backups.get(backupId);
  if (backup === undefined) throw wrongState(backupId, 'is no backup');
  return backup;
}
