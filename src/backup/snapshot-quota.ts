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
