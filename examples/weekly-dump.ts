import { BackupClient, type System } from '@zephyr/backup';

/** A portable copy in S3, with a manifest that says what a restored copy must equal. Returns its key. */
export async function dumpToS3(zephyr: System, signal?: AbortSignal): Promise<string> {
  const dump = await new BackupClient(zephyr).createDump({ reason: 'weekly' }, { signal });
  console.log(`${dump.location}: ${dump.manifest.sizeBytes} bytes, ${dump.manifest.fingerprint?.tables.length} tables`);
  return dump.id;
}
