import { BackupError } from '../core/errors.js';
import type { PortCall } from '../ports/port-call.js';
import type { RdsPort } from '../ports/rds.js';

/** Manual snapshots of the account in the region, all instances together (facts A12). */
export interface SnapshotQuota {
  readonly used: number;
  readonly max: number;
}

/** What RDS says of the quota; `undefined` where it does not tell. */
export async function readSnapshotQuota(rds: RdsPort, call?: PortCall): Promise<SnapshotQuota | undefined> {
  const quotas = await rds.accountQuotas(call);
  return quotas.get('ManualSnapshots');
}

/** The error for a used-up quota. Manual snapshots never expire by themselves (facts A11). */
export function quotaExceeded(quota: SnapshotQuota | undefined, region: string, cause?: unknown): BackupError {
  const count = quota === undefined ? '' : `: ${quota.used} of ${quota.max} are used`;
  return new BackupError({
    code: 'quota-exceeded',
    message: `the quota of manual snapshots in ${region} is used up${count}`,
    hint: 'Delete manual snapshots that the retention policy lets go (they never expire by themselves), or ask AWS for a higher quota.',
    details: { region, ...quota },
    cause,
  });
}
