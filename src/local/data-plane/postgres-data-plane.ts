import { BackupError } from '../../core/errors.js';
import { layOut } from '../home/lay-out.js';
import { openRegionHome, type RegionHome } from '../home/region-home.js';
import { countCalls } from './calls-under-way.js';
import { logsOf, wrongState } from './cluster.js';
import { measureCluster } from './cluster-measures.js';
import {
  copyBackup,
  createCluster,
  deleteBackup,
  restoreBackup,
  restoreToTime,
  setMasterPassword,
  setParameters,
  startAt,
  stopCluster,
  takeBackup,
} from './cluster-operations.js';
import { type ClusterStore, clusterOf } from './cluster-store.js';
import { makeTemplate } from './cluster-template.js';
import { removeDirectory } from './copy-files.js';
import type { DataPlane } from './data-plane.js';
import { type EndpointPool, reserveEndpoints } from './endpoint-pool.js';
import { loadKept, templateId } from './kept-clusters.js';
import { keptServers } from './kept-servers.js';
import { shipLogs } from './log-shipping.js';
import { findPostgres, type PostgresBinaries } from './postgres-binaries.js';
import { createReplica, destroyCluster, holdReplica, promoteReplica } from './replication.js';
import { makeServerCertificate } from './server-certificate.js';

/** How a PostgreSQL data plane is made. */
export interface PostgresDataPlaneOptions {
  /** Where everything is kept: absent or empty. Default a new directory among the system's temporary files. */
  readonly directory?: string | undefined;
  /**
   * The directory stays on close, with all in it, and may be one that was kept before: its clusters, backups and logs are there
   * again, stopped. Default `false`: it is removed.
   */
  readonly keep?: boolean | undefined;
  /** Default what {@link findPostgres} finds. */
  readonly binaries?: PostgresBinaries | undefined;
  /** Where {@link findPostgres} looks. Default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Stops the making. Later, use {@link DataPlane.close}. */
  readonly signal?: AbortSignal | undefined;
}

/** A data plane of real PostgreSQL servers. */
export interface PostgresDataPlane extends DataPlane {
  /** The authority behind the servers' certificate, in PEM: clients that trust it connect with `verify-full` (facts H17). */
  readonly caCertificate: string;
  /** Where everything is kept. */
  readonly directory: string;
  /** The server's version, such as `15.18`. */
  readonly version: string;
}

/** How long a server may take to stop in order when everything ends anyway. */
const closePatience = 5_000;
/** The same where its data is needed again: what it does not write out now it must recover later. */
const keepPatience = 60_000;

/**
 * Makes a data plane whose DB instances are PostgreSQL servers on loopback. Nothing of it outlives this process: closed or
 * killed, its servers stop and its directory goes, unless it is to be kept.
 *
 * Errors: `postgres-tool-missing`, `data-directory-in-use`, `port-in-use`, `server-failed`, `invalid-input`; the signal's reason.
 *
 * @example
 * ```ts
 * const plane = await createPostgresDataPlane();
 * const endpoint = await plane.endpointFor('zephyr-production-db');
 * await plane.create({ resourceId: 'db-A', masterUsername: 'zephyr', masterPassword: 'secret', databaseName: 'zephyr' });
 * await plane.start('db-A', endpoint);
 * await plane.close();
 * ```
 */
export async function createPostgresDataPlane(options: PostgresDataPlaneOptions = {}): Promise<PostgresDataPlane> {
  const { signal } = options;
  signal?.throwIfAborted();
  const binaries = options.binaries ?? (await findPostgres({ env: options.env }));
  if (binaries === undefined) throw postgresMissing();
  const home = await openRegionHome(options);
  try {
    return await openDataPlane(home, binaries, signal);
  } catch (error) {
    await home.close();
    throw error;
  }
}

async function openDataPlane(
  home: RegionHome,
  binaries: PostgresBinaries,
  signal: AbortSignal | undefined,
): Promise<PostgresDataPlane> {
  await layOut(home, ['clusters', 'logs', 'backups']);
  const endpoints = await reserveEndpoints();
  const certificate = await makeServerCertificate(home, endpoints.addresses, signal);
  const closing = new AbortController();
  const store: ClusterStore = {
    home,
    binaries,
    certificate,
    clusters: new Map(),
    backups: new Map(),
    closing: signal === undefined ? closing.signal : AbortSignal.any([closing.signal, signal]),
    lastNumber: 0,
  };
  await loadKept(store);
  const template = store.clusters.get(templateId)?.data ?? (await makeTemplate(store));
  store.clusters.delete(templateId);
  const opened: ClusterStore = { ...store, closing: closing.signal };
  return dataPlaneOver(opened, { template, endpoints, closing });
}

interface Opened {
  /** The data directory that new clusters are copies of. */
  readonly template: string;
  readonly endpoints: EndpointPool;
  readonly closing: AbortController;
}

function dataPlaneOver(store: ClusterStore, { template, endpoints, closing }: Opened): PostgresDataPlane {
  const { home, binaries } = store;
  const { during, settled } = countCalls();
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    closing.abort(wrongState('the data plane', 'is closed'));
    const patience = home.keptId === undefined ? closePatience : keepPatience;
    await Promise.allSettled([...store.clusters.values()].map((cluster) => cluster.server?.stop('fast', patience)));
    await settled();
    await home.close();
  };
  return {
    caCertificate: store.certificate.caCertificate,
    directory: home.directory,
    version: binaries.version,
    kept: keptServers(store),
    endpointFor: (name) => endpoints.take(name),
    create: (cluster) => during(() => createCluster(store, template, cluster)),
    start: (resourceId, endpoint) => during(() => startAt(store, resourceId, endpoint)),
    stop: (resourceId, mode) => during(() => stopCluster(store, resourceId, mode)),
    setMasterPassword: (resourceId, password) => during(() => setMasterPassword(store, resourceId, password)),
    setParameters: (resourceId, parameters) => during(() => setParameters(store, resourceId, parameters)),
    takeBackup: (resourceId, backupId) => during(() => takeBackup(store, resourceId, backupId)),
    copyBackup: (backupId, copyId) => during(() => copyBackup(store, backupId, copyId)),
    deleteBackup: (backupId) => during(() => deleteBackup(store, backupId)),
    restoreBackup: (backupId, resourceId) => during(() => restoreBackup(store, backupId, resourceId)),
    restoreToTime: (from, resourceId) => during(() => restoreToTime(store, from, resourceId)),
    shipLogs: async (resourceId) => (await during(() => shipLogs(clusterOf(store, resourceId), store.closing))).time,
    createReplica: (source, resourceId) => during(() => createReplica(store, source, resourceId)),
    holdReplica: (resourceId, at) => during(() => holdReplica(store, clusterOf(store, resourceId), at)),
    promote: (resourceId) => during(() => promoteReplica(store, clusterOf(store, resourceId))),
    measure: (resourceId) => during(() => measureCluster(clusterOf(store, resourceId))),
    destroy: (resourceId, options) => during(() => destroyCluster(store, resourceId, options)),
    deleteLogs: (resourceId) => during(() => removeDirectory(logsOf(home.directory, resourceId))),
    close: () => {
      closed ??= close();
      return closed;
    },
  };
}

function postgresMissing(): BackupError {
  return new BackupError({
    code: 'postgres-tool-missing',
    message: 'no PostgreSQL server was found on this machine',
    hint: 'Install the package postgresql, or name the directory of its programs in ZEPHYR_POSTGRES_BIN.',
  });
}
