import { BackupClient, type System } from '@zephyr/backup';

/** Every backup there is, a line each: which of them are proven, and up to when they hold the data. Returns the proven ones. */
export async function listWhatThereIs(zephyr: System): Promise<readonly string[]> {
  const proven: string[] = [];
  for await (const { kind, region, id, status, dataTime, verified } of new BackupClient(zephyr).list()) {
    console.log([kind, region, id, status, dataTime?.toISOString(), verified?.at.toISOString()].join('\t'));
    if (verified !== undefined) proven.push(id);
  }
  return proven;
}
