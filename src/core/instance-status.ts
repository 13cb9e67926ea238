/**
 * What a DB instance's status means for whoever waits for it (facts B15). `operational`: the database serves, but RDS is
 * still at work and refuses most modifications. `failed`: waiting will not make it better.
 */
export type StatusClass = 'ready' | 'operational' | 'transient' | 'failed';

/** Classes of the known statuses. What AWS adds counts as transient: a wait for it ends at its deadline. */
export function classifyStatus(status: string): StatusClass {
  switch (status) {
    case 'available':
    case 'storage-optimization':
      return 'ready';
    case 'backing-up':
    case 'configuring-enhanced-monitoring':
    case 'configuring-iam-database-auth':
    case 'configuring-log-exports':
    case 'configuring-associated-roles':
    case 'storage-initialization':
    case 'storage-config-upgrade':
    case 'delete-precheck':
      return 'operational';
    case 'failed':
    case 'restore-error':
    case 'incompatible-restore':
    case 'incompatible-network':
    case 'incompatible-option-group':
    case 'incompatible-parameters':
    case 'incompatible-create':
    case 'incompatible-credentials':
    case 'inaccessible-encryption-credentials':
    case 'inaccessible-encryption-credentials-recoverable':
    case 'insufficient-capacity':
    case 'modify-failed':
    case 'upgrade-failed':
    case 'deleting':
    case 'deleted':
    // Not broken, but nobody will get it out of these by waiting.
    case 'storage-full':
    case 'stopped':
      return 'failed';
    default:
      return 'transient';
  }
}
