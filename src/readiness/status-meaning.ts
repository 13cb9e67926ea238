import { classifyStatus } from '../core/instance-status.js';

/** What an instance's status says about its backups; what is not well comes with what to do. */
export type StatusMeaning =
  | { readonly grade: 'ok'; readonly meaning: string }
  | { readonly grade: 'warning' | 'critical'; readonly meaning: string; readonly next: string };

/**
 * What a status means for whoever relies on backups of the instance. How bad it is follows from the catalogue of statuses
 * (facts B15): one that is not known there counts as passing by itself.
 */
export function explainStatus(status: string): StatusMeaning {
  switch (classifyStatus(status)) {
    case 'ready':
    case 'operational':
      return explainOperational(status);
    case 'transient':
      return status === 'stopping' ? explainFailed('stopped') : passing(status);
    case 'failed':
      return explainFailed(status);
  }
}

function explainOperational(status: string): StatusMeaning {
  switch (status) {
    case 'available':
      return { grade: 'ok', meaning: 'RDS backs it up and ships its logs.' };
    case 'backing-up':
      return { grade: 'ok', meaning: 'A backup is being made; until it is finished no manual snapshot can begin.' };
    case 'delete-precheck':
      return {
        grade: 'warning',
        meaning: 'Somebody asked for its deletion: RDS is checking whether it can be deleted.',
        next: 'Find out who it was, and turn deletion protection on.',
      };
    default:
      return { grade: 'ok', meaning: 'It is fully operational while RDS works on it.' };
  }
}

function passing(status: string): StatusMeaning {
  return {
    grade: 'warning',
    meaning: `While it is ${status} it takes no manual snapshot, and the daily backup waits.`,
    next: 'Wait until it is available; if it stays so, read its events.',
  };
}

function explainFailed(status: string): StatusMeaning {
  switch (status) {
    case 'storage-full':
      return failing(
        'Its storage is full: it takes no writes, no automated backup is made, and the shipping of logs stops.',
        'Allocate more storage now, and turn storage autoscaling on.',
      );
    case 'stopped':
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
    case 'deleting':
    case 'deleted':
      return failing(
        'It is being deleted, and its automated backups go with it unless they were to be retained.',
        'Look at its retained automated backups and manual snapshots: they are what is left.',
      );
    // failed, and what could not be created, changed or upgraded.
    default:
      return failing(
        'RDS has given it up; its backups of earlier days remain.',
        'Read its events, and recover to the latest restorable time under another name.',
      );
  }
}

function failing(meaning: string, next: string): StatusMeaning {
  return { grade: 'critical', meaning, next };
}
