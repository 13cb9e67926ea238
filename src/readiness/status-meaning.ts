/** What an instance's status says about its backups; what is not well comes with what to do. */
export type StatusMeaning =
  | { readonly grade: 'ok'; readonly meaning: string }
  | { readonly grade: 'warning' | 'critical'; readonly meaning: string; readonly next: string };

/**
 * What a status means for whoever relies on backups of the instance (facts B15). A status that is not known here counts as
 * passing by itself: AWS adds new ones.
 */
export function explainStatus(status: string): StatusMeaning {
  switch (status) {
    case 'available':
      return { grade: 'ok', meaning: 'RDS backs it up and ships its logs.' };
    case 'backing-up':
      return { grade: 'ok', meaning: 'A backup is being made; until it is finished no manual snapshot can begin.' };
    case 'storage-optimization':
    case 'storage-initialization':
    case 'storage-config-upgrade':
    case 'configuring-enhanced-monitoring':
    case 'configuring-iam-database-auth':
    case 'configuring-log-exports':
    case 'configuring-associated-roles':
      return { grade: 'ok', meaning: 'It is fully operational while RDS works on it.' };
    case 'storage-full':
      return failing(
        'Its storage is full: it takes no writes, no automated backup is made, and the shipping of logs stops.',
        'Allocate more storage now, and turn storage autoscaling on.',
      );
    case 'stopped':
    case 'stopping':
      return failing(
        'A stopped instance is neither backed up nor recoverable to any newer instant.',
        'Start it; RDS starts it by itself after seven days.',
      );
    case 'inaccessible-encryption-credentials':
    case 'inaccessible-encryption-credentials-recoverable':
      return failing(
        'RDS cannot use its KMS key: neither the instance nor its snapshots can be read without it.',
        'Enable the key again, or restore its deletion and its grants.',
      );
    case 'incompatible-network':
      return failing(
        'RDS cannot place it in its subnets: missing addresses, subnets or availability zones.',
        'Repair the subnet group: at least two zones, with free addresses.',
      );
    case 'incompatible-parameters':
      return failing(
        'It cannot start with the parameters of its group, often because they do not fit its class.',
        'Reset the parameters that do not fit, or choose a class they fit.',
      );
    case 'incompatible-option-group':
      return failing(
        'Its option group does not go with its engine version.',
        'Give it an option group of its engine version.',
      );
    case 'incompatible-restore':
    case 'restore-error':
      return failing(
        'It could not be restored from what it was asked for.',
        'Delete it without a final snapshot, and restore anew from a newer point or another snapshot.',
      );
    case 'insufficient-capacity':
      return failing(
        'AWS has no room for its class in that zone.',
        'Restore with another class, or without naming a zone.',
      );
    case 'failed':
    case 'incompatible-create':
    case 'incompatible-credentials':
    case 'modify-failed':
    case 'upgrade-failed':
      return failing(
        'RDS has given it up; its backups of earlier days remain.',
        'Read its events, and recover to the latest restorable time under another name.',
      );
    case 'deleting':
    case 'deleted':
      return failing(
        'It is being deleted, and its automated backups go with it unless they were to be retained.',
        'Look at its retained automated backups and manual snapshots: they are what is left.',
      );
    default:
      return {
        grade: 'warning',
        meaning: `While it is ${status} it takes no manual snapshot, and the daily backup waits.`,
        next: 'Wait until it is available; if it stays so, read its events.',
      };
  }
}

function failing(meaning: string, next: string): StatusMeaning {
  return { grade: 'critical', meaning, next };
}
