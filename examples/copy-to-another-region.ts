import { BackupClient, type System } from '@zephyr/backup';

/** Keeps a copy of the newest snapshot where a lost region does not take it along. Returns its identifier there. */
export async function copyNewestSnapshot(zephyr: System, region: string, kmsKey: string): Promise<string | undefined> {
  const backups = new BackupClient(zephyr);
  const newest = await backups.latest({ kind: 'database-snapshot' });
  if (newest === undefined) return undefined;
  const copy = await backups.copyDatabaseSnapshot({ snapshot: newest.id, to: region, kmsKey });
  const { grade, shared } = await backups.auditSharing();
  if (grade !== 'ok') console.error(shared.map(({ id, meaning, next }) => `${id}: ${meaning} ${next}`).join('\n'));
  return copy.id;
}
