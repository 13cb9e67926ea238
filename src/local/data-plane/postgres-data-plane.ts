import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BackupError } from '../../core/errors.js';
import { asAdmin } from './admin-session.js';
import { takeBaseBackup } from './base-backup.js';
import { logsFromData, wrongState } from './cluster.js';
import {
  addCluster,
  type ClusterStore,
  clusterOf,
  fillFrom,
  nextNumber,
  removeCluster,
  runPrivately,
  startCluster,
} from './cluster-store.js';
import { addMaster, changePassword, makeTemplate } from './cluster-template.js';
import type { DataPlane } from './data-plane.js';
import { type EndpointPool, reserveEndpoints } from './endpoint-pool.js';
import { shipLogs } from './log-shipping.js';
import { findPostgres, type PostgresBinaries } from './postgres-binaries.js';
import { openRegionHome, type RegionHome, sweepAbandoned } from './region-home.js';
import { makeServerCertificate } from './server-certificate.js';
import { recoverySettings } from './server-configuration.js';

/** How a PostgreSQL data plane is made. */
export interface PostgresDataPlaneOptions {
  /** Where everything is kept: absent or empty. Default a new directory among the system's temporary files. Removed on close. */
  readonly directory?: string | undefined;
  /** Default what {@link findPostgres} finds. */
  readonly binaries?: PostgresBinaries | undefined;
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

/** A backup that is kept. */
interface KeptBackup {
  readonly directory: string;
  readonly masterUsername: string;
}

/**
 * Makes a data plane whose DB instances are PostgreSQL servers on loopback. Nothing of it outlives this process: closed or
 * killed, its servers stop and its directory goes.
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
  const binaries = options.binaries ?? (await findPostgres());
  if (binaries === undefined) throw postgresMissing();
  await sweepAbandoned();
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
  for (const name of ['clusters', 's', 'logs', 'backups']) await home.makeDirectory(name);
  const endpoints = await reserveEndpoints();
  const certificate = await makeServerCertificate(home, endpoints.addresses, signal);
  const closing = new AbortController();
  const store: ClusterStore = {
    home,
    binaries,
    certificate,
    clusters: new Map(),
    closing: signal === undefined ? closing.signal : AbortSignal.any([closing.signal, signal]),
    lastNumber: 0,
  };
  const template = await makeTemplate(store);
  const opened: ClusterStore = { ...store, closing: closing.signal, clusters: new Map() };
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
  const backups = new Map<string, KeptBackup>();
  const backupOf = (backupId: string): KeptBackup => {
    const backup = backups.get(backupId);
    if (backup === undefined) throw wrongState(backupId, 'is no backup');
    return backup;
  };
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    closing.abort(wrongState('the data plane', 'was closed'));
    await Promise.allSettled(
      [...store.clusters.values()].map((cluster) => cluster.server?.stop('fast', closePatience)),
    );
    await home.close();
  };
  return {
    caCertificate: store.certificate.caCertificate,
    directory: home.directory,
    version: binaries.version,
    endpointFor: (name) => endpoints.take(name),
    create: async ({ resourceId, masterUsername, masterPassword, databaseName }) => {
      await addCluster(store, { resourceId, masterUsername }, async (cluster) => {
        await fillFrom(store, cluster, template);
        const master = { username: masterUsername, password: masterPassword, databaseName };
        await runPrivately(store, cluster, {}, () =>
          asAdmin(cluster, (client) => addMaster(client, master), 'postgres'),
        );
      });
    },
    start: async (resourceId, { address, port }) => {
      await startCluster(store, clusterOf(store, resourceId), { listen_addresses: address }, port);
    },
    stop: async (resourceId, mode) => {
      const cluster = clusterOf(store, resourceId);
      await cluster.server?.stop(mode);
      cluster.server = undefined;
    },
    setMasterPassword: async (resourceId, password) => {
      const cluster = clusterOf(store, resourceId);
      const change = (): Promise<void> =>
        asAdmin(cluster, (client) => changePassword(client, cluster.masterUsername, password));
      await (cluster.server?.isRunning() === true ? change() : runPrivately(store, cluster, {}, change));
    },
    takeBackup: async (resourceId, backupId) => {
      const cluster = clusterOf(store, resourceId);
      if (backups.has(backupId)) throw wrongState(backupId, 'is a backup already');
      const directory = await home.makeDirectory(join('backups', String(nextNumber(store))));
      try {
        const taken = await takeBaseBackup(cluster, directory, {
          home,
          majorVersion: binaries.majorVersion,
          signal: store.closing,
        });
        backups.set(backupId, { directory, masterUsername: cluster.masterUsername });
        return taken;
      } catch (error) {
        await rm(directory, { recursive: true, force: true });
        throw error;
      }
    },
    deleteBackup: async (backupId) => {
      const { directory } = backupOf(backupId);
      backups.delete(backupId);
      await rm(directory, { recursive: true, force: true });
    },
    restoreBackup: async (backupId, resourceId) => {
      const { directory, masterUsername } = backupOf(backupId);
      await addCluster(store, { resourceId, masterUsername }, (cluster) => fillFrom(store, cluster, directory));
    },
    restoreToTime: async ({ source, backupId, time }, resourceId) => {
      const { directory, masterUsername } = backupOf(backupId);
      await addCluster(store, { resourceId, masterUsername }, async (cluster) => {
        await fillFrom(store, cluster, directory);
        await home.writeFile(join(cluster.data, 'recovery.signal'), '');
        // Ready means recovered and promoted: nothing else is there to do.
        await runPrivately(store, cluster, recoverySettings(logsFromData(source), time), async () => undefined);
      });
    },
    shipLogs: async (resourceId) => (await shipLogs(clusterOf(store, resourceId), store.closing)).time,
    destroy: async (resourceId, options) => removeCluster(store, clusterOf(store, resourceId), options),
    deleteLogs: async (resourceId) => rm(join(home.directory, 'logs', resourceId), { recursive: true, force: true }),
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
