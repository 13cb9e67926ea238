import { BackupClient, type System } from '@zephyr/backup';

/** "Every six hours", from any scheduler at any rate: the first call in each interval takes a snapshot, the others find it. */
export async function keepCacheSnapshots(zephyr: System): Promise<{ readonly id: string; readonly created: boolean }> {
  const { backup, created } = await new BackupClient(zephyr).ensureCacheSnapshot({ every: '6h' });
  return { id: backup.id, created };
}
