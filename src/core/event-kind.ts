/** What an event of RDS is about, as far as backups and restores are concerned. */
export type EventKind =
  | 'backup-started'
  | 'backup-finished'
  | 'backups-disabled'
  | 'backups-enabled'
  | 'snapshot-delayed'
  | 'storage-full'
  | 'storage-low'
  | 'logs-stuck'
  | 'failover'
  | 'shutdown'
  | 'restart'
  | 'recovery'
  | 'maintenance'
  | 'failure'
  | 'restored'
  | 'other';

/**
 * Tells an event by category and text. There is no id in it (facts D2), and the wording varies between documentation and
 * service: in case, in a full stop, in a reason at the end. What matches nothing is `other`, never an error.
 */
export function kindOfEvent({
  message,
  categories,
}: {
  readonly message: string;
  readonly categories: readonly string[];
}): EventKind {
  if (/backing up db instance|creating automated snapshot/i.test(message)) return 'backup-started';
  if (/finished db instance backup|automated snapshot created/i.test(message)) return 'backup-finished';
  if (/disabled automated backups/i.test(message)) return 'backups-disabled';
  if (/enabled automated backups/i.test(message)) return 'backups-enabled';
  if (/emergent snapshot request/i.test(message)) return 'snapshot-delayed';
  if (/storage-full|storage has been exhausted/i.test(message)) return 'storage-full';
  if (categories.includes('low storage') || /free storage capacity.* is low/i.test(message)) return 'storage-low';
  if (/logs could not be shipped/i.test(message)) return 'logs-stuck';
  if (/restored from (?:db instance|snapshot)/i.test(message) || categories.includes('restoration')) return 'restored';
  if (/put into|creation failed|instance in .*state/i.test(message) || categories.includes('failure')) return 'failure';
  if (/multi-az (?:instance )?(?:failover|activation)/i.test(message) || categories.includes('failover')) {
    return 'failover';
  }
  if (/recovery of the db instance|instance recovery/i.test(message)) return 'recovery';
  if (/db instance (?:shutdown|stopped)/i.test(message)) return 'shutdown';
  if (/db instance restarted/i.test(message)) return 'restart';
  if (categories.includes('maintenance')) return 'maintenance';
  return 'other';
}
