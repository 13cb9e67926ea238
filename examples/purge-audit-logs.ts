import { BackupClient, carryOutPurge, decidePurge, type System } from '@zephyr/backup';

/** Called once a week: keeps the audit log of the last 90 days in the database, and what was before in a dump. */
export async function purgeAuditLogs(zephyr: System, signal: AbortSignal): Promise<number> {
  const dump = await new BackupClient(zephyr).createDump(
    { tables: ['public.audit_logs'], reason: 'before the purge' },
    { signal },
  );
  const decision = await decidePurge(
    zephyr,
    { table: 'public.audit_logs', column: 'created_at', olderThan: '90d', archivedBy: dump.id },
    { signal },
  );
  console.log(`${decision.rows} rows before ${decision.cutoff}, ${decision.keptRows} stay`);
  const { deletedRows, droppedPartitions } = await carryOutPurge(zephyr, decision, { signal });
  console.log(`${deletedRows} rows deleted, ${droppedPartitions.length} partitions dropped`);
  return deletedRows;
}
