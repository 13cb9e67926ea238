import type { BackupStatus } from './backups.js';

/** AWS's word for a database snapshot's status, of which there is no closed list, as one of three (facts A7). */
export function snapshotStatus(status: string): BackupStatus {
  if (status === 'available') return 'available';
  return /^(?:failed|deleted|deleting|incompatible-.*)$/.test(status) ? 'failed' : 'in-progress';
}

/** The same of an automated backup (facts B11): one without a window restores nothing yet. */
export function automatedBackupStatus(status: string, hasWindow: boolean): BackupStatus {
  if (/^(?:failed|delet(?:ed|ing)|error)$/.test(status)) return 'failed';
  return hasWindow && /^(?:active|retained|replicating)$/.test(status) ? 'available' : 'in-progress';
}

/** The same of a cache snapshot (facts F3). One that is being read is as good as before. */
export function cacheSnapshotStatus(status: string): BackupStatus {
  if (/^(?:available|restoring|copying|exporting)$/.test(status)) return 'available';
  return /^(?:failed|deleting|deleted)$/.test(status) ? 'failed' : 'in-progress';
}
