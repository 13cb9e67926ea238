import { join } from 'node:path';
import type { RegionHome } from '../home/region-home.js';
import { type Cluster, clusterFiles, logsFromData, wrongState } from './cluster.js';
import { dropClusterNote, noteCluster } from './cluster-notes.js';
import { copyInto, removeDirectory } from './copy-files.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { startServer } from './postgres-server.js';
import type { ServerCertificate } from './server-certificate.js';
import { followingSettings, serverAccessRules, serverSettings } from './server-configuration.js';

/** A backup that is kept. */
export interface KeptBackup {
  readonly directory: string;
  readonly masterUsername: string;
  /** The first instant that recovery from it can reach. */
  readonly databaseTime: Date;
}

/** What all clusters of a data plane share. */
export interface ClusterStore {
  readonly home: RegionHome;
  readonly binaries: PostgresBinaries;
  readonly certificate: ServerCertificate;
  /** Every cluster, from the moment its making begins. */
  readonly clusters: Map<string, Cluster>;
  /** Every backup, by the id that the control plane chose. */
  readonly backups: Map<string, KeptBackup>;
  /** Aborts when the data plane closes. */
  readonly closing: AbortSignal;
  /** The number given last. */
  lastNumber: number;
}

/** The port in a socket's name while a server listens nowhere else. */
const privatePort = 5432;

/** A number that nothing else in the data plane has: for names that must be short, or that callers chose freely. */
export function nextNumber(store: ClusterStore): number {
  store.lastNumber += 1;
  return store.lastNumber;
}

/** The cluster of an instance; an error if there is none. */
export function clusterOf(store: ClusterStore, resourceId: string): Cluster {
  const cluster = store.clusters.get(resourceId);
  if (cluster === undefined) throw wrongState(resourceId, 'has no cluster');
  return cluster;
}

/** Makes a cluster: `fill` puts the data into its empty data directory. Nothing of it is left if that fails. */
export async function addCluster(
  store: ClusterStore,
  identity: Pick<Cluster, 'resourceId' | 'masterUsername'>,
  fill: (cluster: Cluster) => Promise<void>,
): Promise<Cluster> {
  const { home, clusters } = store;
  const { resourceId } = identity;
  store.closing.throwIfAborted();
  if (!/^[A-Za-z0-9-]{1,64}$/.test(resourceId)) throw wrongState(resourceId, 'is no resource id');
  if (clusters.has(resourceId)) throw wrongState(resourceId, 'has a cluster already');
  const cluster: Cluster = {
    ...identity,
    ...clusterFiles(home.directory, resourceId, nextNumber(store)),
    server: undefined,
    follows: undefined,
  };
  clusters.set(resourceId, cluster);
  // Told apart from the cluster's own: what a failure below would remove.
  await home.makeDirectory(cluster.logs).catch((error: unknown) => {
    clusters.delete(resourceId);
    throw error;
  });
  try {
    for (const directory of [cluster.directory, cluster.data, cluster.socketDirectory]) {
      await home.makeDirectory(directory);
    }
    await fill(cluster);
    await noteCluster(cluster);
    return cluster;
  } catch (error) {
    await removeCluster(store, cluster, { keepLogs: false });
    throw error;
  }
}

/** Fills a cluster with a copy of a data directory and gives it settings of its own. */
export async function fillFrom(store: ClusterStore, cluster: Cluster, source: string): Promise<void> {
  await copyInto(store.home, [`${source}/.`], cluster.data, { signal: store.closing });
  await configure(store, cluster);
}

/** Writes a cluster's settings and access rules over whatever its data directory came with. */
export async function configure(store: ClusterStore, cluster: Cluster): Promise<void> {
  const place = { socketDirectory: cluster.socketDirectory, logDirectory: logsFromData(cluster.resourceId) };
  await store.home.writeFile(join(cluster.data, 'postgresql.conf'), serverSettings(place, store.certificate));
  await store.home.writeFile(join(cluster.data, 'pg_hba.conf'), serverAccessRules());
  await store.home.writeFile(join(cluster.data, 'postgresql.auto.conf'), followingSettings(cluster.follows));
}

/** Starts a cluster's server; it listens on loopback if `settings` say so. */
export async function startCluster(
  store: ClusterStore,
  cluster: Cluster,
  settings: Readonly<Record<string, string>>,
  port: number = privatePort,
): Promise<void> {
  if (cluster.server?.isRunning() === true) throw wrongState(cluster.resourceId, 'is running already');
  cluster.server = await startServer({
    program: join(store.binaries.directory, 'postgres'),
    home: store.home,
    data: cluster.data,
    serverLog: cluster.serverLog,
    port,
    settings,
    signal: store.closing,
  });
}

/** Runs a cluster's server for the data plane alone while `work` lasts. */
export async function runPrivately<Result>(
  store: ClusterStore,
  cluster: Cluster,
  settings: Readonly<Record<string, string>>,
  work: () => Promise<Result>,
): Promise<Result> {
  await startCluster(store, cluster, settings);
  try {
    return await work();
  } finally {
    await cluster.server?.stop('fast');
    cluster.server = undefined;
  }
}

/** Stops a cluster's server if it runs, and removes its files. */
export async function removeCluster(
  store: ClusterStore,
  cluster: Cluster,
  options: { readonly keepLogs: boolean },
): Promise<void> {
  await cluster.server?.stop('immediate');
  await dropClusterNote(cluster.directory);
  const gone = [cluster.directory, cluster.socketDirectory, ...(options.keepLogs ? [] : [cluster.logs])];
  await Promise.all(gone.map((path) => removeDirectory(path)));
  store.clusters.delete(cluster.resourceId);
}
