import { link, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { systemClock } from '../../core/clock.js';
import type { RegionHome } from '../home/region-home.js';
import { asAdmin } from './admin-session.js';
import type { Cluster } from './cluster.js';
import { copyInto } from './copy-files.js';
import type { TakenBackup } from './data-plane.js';
import { shipLogs } from './log-shipping.js';

/** What a running server keeps in its data directory that a copy must not have, and what of it must be there empty. */
const leftOut = ['postmaster.pid', 'postmaster.opts', 'pg_wal', 'standby.signal'] as const;
const emptied = [
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
] as const;

/** What copying a running cluster takes. */
export interface CopyOptions {
  readonly home: RegionHome;
  readonly majorVersion: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Takes a physical base backup of a running cluster with PostgreSQL's own backup functions: `pg_backup_start`, a plain copy
 * of the files, `pg_backup_stop`. It holds the logs that it needs, so it outlives its source and the source's logs.
 *
 * Those logs reach past a heartbeat that is committed after the copy. The backup therefore holds every transaction up to the
 * returned instant, and recovery can start from it to any instant after.
 */
export async function takeBaseBackup(cluster: Cluster, target: string, options: CopyOptions): Promise<TakenBackup> {
  const { signal } = options;
  const { firstFile } = await copyRunning(cluster, target, options);
  const shipped = await shipLogs(cluster, signal);
  for (const file of await readdir(cluster.logs)) {
    // Archived logs are never written again: a second name for each is as good as a copy.
    if (/^[0-9A-F]{24}$/.test(file) && file >= firstFile && file <= shipped.lastFile) {
      await link(join(cluster.logs, file), join(target, 'pg_wal', file));
    }
  }
  return { databaseTime: shipped.time, sizeBytes: await directorySize(target) };
}

/**
 * Copies a running cluster as it is in recovery when it starts from the copy: without the logs that it takes to recover, of
 * which `firstFile` is the first.
 */
export async function copyRunning(
  cluster: Cluster,
  target: string,
  { home, majorVersion, signal }: CopyOptions,
): Promise<{ readonly firstFile: string }> {
  const { label, firstFile } = await asAdmin(cluster, async (client) => {
    const firstFile = await startBackup(client, majorVersion);
    await copyDataFiles(cluster.data, target, home, signal);
    return { firstFile, label: await stopBackup(client, majorVersion) };
  });
  await home.writeFile(join(target, 'backup_label'), label);
  return { firstFile };
}

/**
 * Takes a backup of a running replica, which can neither commit a heartbeat nor archive logs: it takes those that it has
 * received along.
 */
export async function takeReplicaBackup(cluster: Cluster, target: string, options: CopyOptions): Promise<TakenBackup> {
  const { home, signal } = options;
  const time = await asAdmin(cluster, async (client) => {
    // Ends with the session; until then no log goes that the copy needs.
    await client.query("SELECT pg_create_physical_replication_slot('base_backup', true, true)");
    const { rows } = await client.query<{ time: Date | null }>('SELECT pg_last_xact_replay_timestamp() AS time');
    await copyReplica(cluster, target, options);
    const logs = (await readdir(join(cluster.data, 'pg_wal'))).filter((name) => /^[0-9A-F]{8}/.test(name));
    const sources = logs.map((name) => join(cluster.data, 'pg_wal', name));
    await copyInto(home, sources, join(target, 'pg_wal'), { mayVanish: true, signal });
    return rows[0]?.time ?? undefined;
  });
  return { databaseTime: time ?? systemClock.now(), sizeBytes: await directorySize(target) };
}

/**
 * Copies a running replica, without the logs that it takes to recover: they reach as far as its control file says, which is
 * therefore copied last.
 */
export async function copyReplica(
  cluster: Cluster,
  target: string,
  { home, majorVersion, signal }: CopyOptions,
): Promise<void> {
  const label = await asAdmin(cluster, async (client) => {
    await client.query(backupStart(majorVersion));
    await copyDataFiles(cluster.data, target, home, signal);
    await copyInto(home, [join(cluster.data, 'global', 'pg_control')], join(target, 'global'), { signal });
    return stopBackup(client, majorVersion);
  });
  await home.writeFile(join(target, 'backup_label'), label);
}

async function copyDataFiles(
  data: string,
  target: string,
  home: RegionHome,
  signal: AbortSignal | undefined,
): Promise<void> {
  const without = new Set<string>([...leftOut, ...emptied]);
  const entries = (await readdir(data)).filter((name) => !without.has(name));
  await copyInto(
    home,
    entries.map((name) => join(data, name)),
    target,
    { mayVanish: true, signal },
  );
  for (const name of [...emptied, 'pg_wal', 'pg_wal/archive_status']) {
    await home.makeDirectory(join(target, name));
  }
}

async function startBackup(client: Client, majorVersion: number): Promise<string> {
  const { rows } = await client.query<{ file: string }>(
    `SELECT pg_walfile_name((${backupStart(majorVersion)})) AS file`,
  );
  return rows[0]?.file ?? '';
}

function backupStart(majorVersion: number): string {
  return majorVersion >= 15 ? "SELECT pg_backup_start('base', true)" : "SELECT pg_start_backup('base', true, false)";
}

async function stopBackup(client: Client, majorVersion: number): Promise<string> {
  const stop = majorVersion >= 15 ? 'pg_backup_stop(false)' : 'pg_stop_backup(false, false)';
  const { rows } = await client.query<{ labelfile: string }>(`SELECT labelfile FROM ${stop}`);
  return rows[0]?.labelfile ?? '';
}

/** Bytes in the files of a directory and of all below it. */
export async function directorySize(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
