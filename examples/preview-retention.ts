import {
  type Backup,
  BackupClient,
  RetentionPolicy,
  renderRetention,
  type System,
  zephyrRetention,
} from '@zephyr/backup';

/** What the runbook's policy would keep and expire, with reasons. It deletes nothing. */
export async function previewRetention(zephyr: System, now: Date): Promise<string> {
  const backups: Backup[] = [];
  for await (const backup of new BackupClient(zephyr).list()) backups.push(backup);
  return renderRetention(new RetentionPolicy(zephyrRetention).evaluate(backups, { now }));
}
