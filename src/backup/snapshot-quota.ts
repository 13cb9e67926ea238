import { isBackupError } from '../core/errors.js';
import type { PortCall } from '../ports/port-call.js';
import type { RdsPort } from '../ports/rds.js';

/** Manual snapshots of the account in the region, all instances together (facts A12). */
export interface SnapshotQuota {
  readonly used: number;
  readonly max: number;
}

/**
 * What RDS says of the quota; `undefined` where it does not tell, or not us: a backup is not given up for want of a look at the
 * quota, which RDS itself enforces.
 */
export async function readSnapshotQuota(rds: RdsPort, call?: PortCall): Promise<SnapshotQuota | undefined> {
  try {
    return (await rds.accountQuotas(call)).get('ManualSnapshots');
  } catch (error) {
    if (isBackupError(error, 'access-denied')) return undefined;
    throw error;
  }
}
