import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../core/clock.js';
import { asAdmin } from './admin-session.js';
import { type Cluster, clusterFailed } from './cluster.js';

/** What shipping showed. */
export interface ShippedLogs {
  /** The instant up to which a cluster can be recovered with the logs shipped. */
  readonly time: Date;
  /** The last log file that was shipped. */
  readonly lastFile: string;
}

/** How long a server may take to hand over a log file. */
const patienceMilliseconds = 60_000;
/** Failures of the archive command that are no accident any more. The server repeats it after a second. */
const toleratedFailures = 2;
const lookEveryMilliseconds = 10;

/**
 * Commits a heartbeat, closes the current log file and waits until it is archived. The heartbeat is what recovery to the
 * returned instant stops at: PostgreSQL fails a recovery that never sees a transaction after its target.
 */
export async function shipLogs(cluster: Cluster, signal?: AbortSignal | undefined): Promise<ShippedLogs> {
  return asAdmin(cluster, async (client) => {
    const failuresBefore = await archiveFailures();
    const beat = await client.query<{ milliseconds: string }>(
      'UPDATE rds_heartbeat2 SET value = value + 1 RETURNING floor(extract(epoch FROM clock_timestamp()) * 1000)::text AS milliseconds',
    );
    const closed = await client.query<{ file: string }>('SELECT pg_walfile_name(pg_switch_wal()) AS file');
    const milliseconds = Number(beat.rows[0]?.milliseconds);
    const lastFile = closed.rows[0]?.file ?? '';
    const started = systemClock.now().getTime();
    for (let looks = 1; !(await exists(join(cluster.logs, lastFile))); looks += 1) {
      await systemClock.sleep(lookEveryMilliseconds, { signal });
      if (cluster.server?.isRunning() !== true)
        throw await clusterFailed(cluster, 'the server stopped while its logs were shipped');
      const failures = looks % 20 === 0 ? (await archiveFailures()) - failuresBefore : 0;
      if (failures > toleratedFailures) throw await clusterFailed(cluster, 'the server cannot archive its logs');
      if (systemClock.now().getTime() - started > patienceMilliseconds)
        throw await clusterFailed(cluster, 'the server did not archive its logs in time');
    }
    return { time: new Date(milliseconds), lastFile };

    async function archiveFailures(): Promise<number> {
      const { rows } = await client.query<{ failed: string }>(
        'SELECT failed_count::text AS failed FROM pg_stat_archiver',
      );
      return Number(rows[0]?.failed);
    }
  });
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
