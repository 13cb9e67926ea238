import { join } from 'node:path';
import { BackupError } from '../../core/errors.js';
import type { HeldAt } from './data-plane.js';
import type { PostgresServer } from './postgres-server.js';
import { serverLogTail } from './server-log.js';

/** A PostgreSQL cluster of the data plane: its files, and its server while one runs. */
export interface Cluster {
  readonly resourceId: string;
  readonly masterUsername: string;
  readonly directory: string;
  /** What PostgreSQL calls the data directory. */
  readonly data: string;
  readonly socketDirectory: string;
  /** What its server wrote. */
  readonly serverLog: string;
  /** Its archived transaction logs. They outlive it when asked (facts B11). */
  readonly logs: string;
  server: PostgresServer | undefined;
  /** What it follows, if it is a replica. */
  follows: Following | undefined;
}

/** How a replica follows its source. */
export interface Following {
  /** The cluster that it follows. */
  readonly source: string;
  /** Keeps the source's logs until the replica has them. */
  readonly slot: string;
  /** Where its logs come from. */
  readonly socketDirectory: string;
  port: number;
  /** Where it is held back, and since when. */
  held: { readonly at: HeldAt; readonly since: Date } | undefined;
}

/** Where the archived logs of a cluster lie. */
export function logsOf(region: string, resourceId: string): string {
  return join(region, 'logs', resourceId);
}

/** The same, seen from the data directory of any cluster. */
export function logsFromData(resourceId: string): string {
  return `../../../logs/${resourceId}`;
}

/** The error for a server that did not do what it should, with the end of its log. */
export async function clusterFailed(cluster: Cluster, message: string, cause?: unknown): Promise<BackupError> {
  return new BackupError({
    code: 'server-failed',
    message: `${cluster.resourceId}: ${message}`,
    hint: 'The end of the server log is in details.serverLog; a full disk is the usual reason.',
    details: {
      resourceId: cluster.resourceId,
      ...(cause instanceof Error ? { reason: cause.message } : {}),
      serverLog: await serverLogTail(cluster.serverLog),
    },
    cause,
  });
}

/** The error for a call that the cluster's state does not allow. */
export function wrongState(resourceId: string, message: string): BackupError {
  return new BackupError({
    code: 'server-failed',
    message: `${resourceId} ${message}`,
    hint: 'Make calls of the data plane in the order that their comments say.',
    details: { resourceId },
  });
}

/** The files of a cluster below a region's directory. */
export function clusterFiles(
  region: string,
  resourceId: string,
  number: number,
): Omit<Cluster, 'masterUsername' | 'server' | 'follows'> {
  const directory = join(region, 'clusters', resourceId);
  return {
    resourceId,
    directory,
    data: join(directory, 'data'),
    serverLog: join(directory, 'server.log'),
    // Numbered, because a socket's path must be short.
    socketDirectory: join(region, 's', String(number)),
    logs: logsOf(region, resourceId),
  };
}
