import { asAdmin } from './admin-session.js';
import { directorySize } from './base-backup.js';
import type { Cluster } from './cluster.js';
import type { ClusterMeasures } from './data-plane.js';

/**
 * The formula of RDS, with what it is known for: it climbs while the source has nothing to do (facts E5). A replica that is
 * held back, since $1, counts as following.
 */
const replicaLag = `CASE
    WHEN NOT pg_is_in_recovery() THEN NULL
    WHEN $1::timestamptz IS NULL AND NOT EXISTS (SELECT FROM pg_stat_wal_receiver) THEN -1
    ELSE coalesce(extract(epoch FROM now() - coalesce(pg_last_xact_replay_timestamp(), $1)), 0)
  END`;

const slotLag = `(SELECT max(pg_wal_lsn_diff(
      CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END, restart_lsn))
    FROM pg_replication_slots)`;

/** What a running cluster shows of itself; `undefined` while none runs. */
export async function measureCluster(cluster: Cluster): Promise<ClusterMeasures | undefined> {
  if (cluster.server?.isRunning() !== true) return undefined;
  return asAdmin(cluster, async (client) => {
    const { rows } = await client.query<{ logs: number; slot: number | null; replica: number | null }>(
      `SELECT (SELECT coalesce(sum(size), 0) FROM pg_ls_waldir())::float8 AS logs,
        ${slotLag}::float8 AS slot,
        (${replicaLag})::float8 AS replica`,
      [cluster.follows?.held?.since],
    );
    return {
      usedBytes: await directorySize(cluster.data),
      logBytes: rows[0]?.logs ?? 0,
      slotLagBytes: rows[0]?.slot ?? undefined,
      replicaLagSeconds: rows[0]?.replica ?? undefined,
    };
  });
}
