import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { logsOf } from './cluster.js';
import { deleteBackup } from './cluster-operations.js';
import { type ClusterStore, removeCluster } from './cluster-store.js';
import { removeDirectory } from './copy-files.js';
import type { KeptServers } from './data-plane.js';
import { templateId } from './kept-clusters.js';

/** What a data plane in a kept directory says of itself; `undefined` for one whose directory goes. */
export function keptServers(store: ClusterStore): KeptServers | undefined {
  const { keptId: id, directory } = store.home;
  if (id === undefined) return undefined;
  return {
    id,
    hasCluster: (resourceId) => store.clusters.has(resourceId),
    isReplica: (resourceId) => store.clusters.get(resourceId)?.follows !== undefined,
    hasBackup: (backupId) => store.backups.has(backupId),
    retain: async ({ clusters, backups, logs }) => {
      for (const cluster of [...store.clusters.values()])
        if (!clusters.has(cluster.resourceId)) await removeCluster(store, cluster, { keepLogs: true });
      for (const backupId of [...store.backups.keys()]) if (!backups.has(backupId)) await deleteBackup(store, backupId);
      for (const resourceId of await readdir(join(directory, 'logs')))
        if (!logs.has(resourceId) && resourceId !== templateId) await removeDirectory(logsOf(directory, resourceId));
    },
  };
}
