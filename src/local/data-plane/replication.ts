import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../core/clock.js';
import { asAdmin } from './admin-session.js';
import { copyReplica, copyRunning } from './base-backup.js';
import { type Cluster, clusterFailed, wrongState } from './cluster.js';
import { noteCluster } from './cluster-notes.js';
import { addCluster, type ClusterStore, clusterOf, configure, removeCluster } from './cluster-store.js';
import type { HeldAt } from './data-plane.js';

const lookEveryMilliseconds = 10;
/** How long a replica may take to do as it is told. */
const patienceMilliseconds = 60_000;

/** A new cluster that follows another one. A slot keeps the source's logs from the first that the replica needs. */
export async function createReplica(store: ClusterStore, source: string, resourceId: string): Promise<void> {
  const { home, binaries, closing: signal } = store;
  const origin = clusterOf(store, source);
  const slot = `rds_${resourceId.toLowerCase().replaceAll('-', '_')}`;
  await asAdmin(origin, (client) => client.query('SELECT pg_create_physical_replication_slot($1, true)', [slot]));
  try {
    await addCluster(store, { resourceId, masterUsername: origin.masterUsername }, async (cluster) => {
      const how = { home, majorVersion: binaries.majorVersion, signal };
      await (origin.follows === undefined ? copyRunning : copyReplica)(origin, cluster.data, how);
      const { socketDirectory } = origin;
      cluster.follows = { source, slot, socketDirectory, port: origin.server?.port ?? 0, held: undefined };
      await configure(store, cluster);
      await home.writeFile(join(cluster.data, 'standby.signal'), '');
    });
  } catch (error) {
    await dropSlot(origin, slot);
    throw error;
  }
}

/** Holds a replica back, or lets it follow again. */
export async function holdReplica(store: ClusterStore, cluster: Cluster, at?: HeldAt | undefined): Promise<void> {
  const { follows } = cluster;
  if (follows === undefined) throw wrongState(cluster.resourceId, 'is no replica');
  follows.held = at === undefined ? undefined : { at, since: follows.held?.since ?? systemClock.now() };
  await configure(store, cluster);
  await noteCluster(cluster);
  if (cluster.server?.isRunning() !== true) return;
  const replays = at !== 'replay';
  await asAdmin(cluster, async (client) => {
    await client.query('SELECT pg_reload_conf()');
    await client.query(replays ? 'SELECT pg_wal_replay_resume()' : 'SELECT pg_wal_replay_pause()');
    await untilTrue(store, cluster, async () => {
      const { rows } = await client.query<{ done: boolean }>(
        `SELECT pg_get_wal_replay_pause_state() = $1
          AND (NOT $2 OR NOT EXISTS (SELECT FROM pg_stat_wal_receiver)) AS done`,
        [replays ? 'not paused' : 'paused', at === 'receive'],
      );
      return rows[0]?.done === true;
    });
  });
}

/** Makes a replica a cluster of its own. */
export async function promoteReplica(store: ClusterStore, cluster: Cluster): Promise<void> {
  const { follows } = cluster;
  if (follows === undefined) throw wrongState(cluster.resourceId, 'is no replica');
  await asAdmin(cluster, async (client) => {
    const { rows } = await client.query<{ promoted: boolean }>('SELECT pg_promote(true, 60) AS promoted');
    if (rows[0]?.promoted !== true) throw await clusterFailed(cluster, 'the replica could not be promoted');
  });
  cluster.follows = undefined;
  await configure(store, cluster);
  await noteCluster(cluster);
  await forgetReplica(store, follows.source, follows.slot);
}

/** Stops and removes a cluster; its source keeps no logs for it any more. */
export async function destroyCluster(
  store: ClusterStore,
  resourceId: string,
  options: { readonly keepLogs: boolean },
): Promise<void> {
  const cluster = clusterOf(store, resourceId);
  await removeCluster(store, cluster, options);
  if (cluster.follows !== undefined) await forgetReplica(store, cluster.follows.source, cluster.follows.slot);
}

/** Tells the replicas of a cluster where it is, should it have another port than before. */
export async function showFollowers(store: ClusterStore, source: Cluster, port: number): Promise<void> {
  for (const cluster of store.clusters.values()) {
    const { follows } = cluster;
    if (follows?.source !== source.resourceId || follows.port === port) continue;
    follows.port = port;
    await configure(store, cluster);
    if (cluster.server?.isRunning() === true)
      await asAdmin(cluster, (client) => client.query('SELECT pg_reload_conf()'));
  }
}

/** Drops the slots of replicas that went while the cluster did not run: they would keep its logs for ever. */
export async function dropIdleSlots(store: ClusterStore, cluster: Cluster): Promise<void> {
  const slots = new Set((await readdir(join(cluster.data, 'pg_replslot'))).filter((name) => name.startsWith('rds_')));
  for (const { follows } of store.clusters.values()) slots.delete(follows?.slot ?? '');
  for (const slot of slots) await dropSlot(cluster, slot);
}

async function forgetReplica(store: ClusterStore, source: string, slot: string): Promise<void> {
  const origin = store.clusters.get(source);
  if (origin?.server?.isRunning() !== true) return;
  await untilTrue(store, origin, () => dropSlot(origin, slot));
}

/** A slot in use cannot be dropped: the replica's connection takes a moment to go. Returns whether it is gone. */
async function dropSlot(origin: Cluster, slot: string): Promise<boolean> {
  if (origin.server?.isRunning() !== true) return true;
  return asAdmin(origin, async (client) => {
    const named = 'FROM pg_replication_slots WHERE slot_name = $1';
    await client.query(`SELECT pg_drop_replication_slot(slot_name) ${named} AND NOT active`, [slot]);
    const { rowCount } = await client.query(`SELECT ${named}`, [slot]);
    return rowCount === 0;
  });
}

async function untilTrue(store: ClusterStore, cluster: Cluster, isSo: () => Promise<boolean>): Promise<void> {
  const started = systemClock.now().getTime();
  while (!(await isSo())) {
    if (systemClock.now().getTime() - started > patienceMilliseconds) {
      throw await clusterFailed(cluster, 'replication did not come to the state it was told to');
    }
    await systemClock.sleep(lookEveryMilliseconds, { signal: store.closing });
  }
}
