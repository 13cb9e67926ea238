import { link, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import type { RegionHome } from '../home/region-home.js';
import { asAdmin } from './admin-session.js';
import type { Cluster } from './cluster.js';
import { copyInto } from './copy-files.js';
import type { TakenBackup } from './data-plane.js';
import { shipLogs } from './log-shipping.js';

/** What a running server keeps in its data directory that a copy must not have, and what of it must be there empty. */
const leftOut = ['postmaster.pid', 'postmaster.opts', 'pg_wal'] as const;
const emptied = [
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
] as const;

/**
 * Takes a physical base backup of a running cluster with PostgreSQL's own backup functions: `pg_backup_start`, a plain copy
 * of the files, `pg_backup_stop`. It holds the logs that it needs, so it outlives its source and the source's logs.
 *
 * Those logs reach past a heartbeat that is committed after the copy. The backup therefore holds every transaction up to the
 * returned instant, and recovery can start from it to any instant after.
 */
export async function takeBaseBackup(
  cluster: Cluster,
  target: string,
  options: { readonly home: RegionHome; readonly majorVersion: number; readonly signal?: AbortSignal | undefined },
): Promise<TakenBackup> {
  const { home, majorVersion, signal } = options;
  const { label, firstFile } = await asAdmin(cluster, async (client) => {
    const firstFile = await startBackup(client, majorVersion);
    await copyDataFiles(cluster.data, target, home, signal);
    return { firstFile, label: await stopBackup(client, majorVersion) };
  });
  await home.writeFile(join(target, 'backup_label'), label);
  const shipped = await shipLogs(cluster, signal);
  for (const file of await readdir(cluster.logs)) {
    // Archived logs are never written again: a second name for each is as good as a copy.
    if (/^[0-9A-F]{24}$/.test(file) && file >= firstFile && file <= shipped.lastFile) {
      await link(join(cluster.logs, file), join(target, 'pg_wal', file));
    }
  }
  return { databaseTime: shipped.time, sizeBytes: await directorySize(target) };
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
  const start = majorVersion >= 15 ? "pg_backup_start('base', true)" : "pg_start_backup('base', true, false)";
  const { rows } = await client.query<{ file: string }>(`SELECT pg_walfile_name(${start}) AS file`);
  return rows[0]?.file ?? '';
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
