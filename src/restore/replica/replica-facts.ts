import { BackupError, isBackupError } from '../../core/errors.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';
import type { PortCall } from '../../ports/port-call.js';
import type { RdsPort } from '../../ports/rds.js';
import type { System } from '../../system/define-system.js';
import { instanceNotFound } from '../../system/instance-not-found.js';
import { regionOf } from '../../system/region-of.js';
import { type EngineSupport, findEngineSupport } from '../instance/engine-support.js';
import type { CheckedReplicaRequest } from './replica-request.js';

/** How much of something the account has and may have. */
export interface QuotaUse {
  readonly used: number;
  readonly max: number;
}

/** All that a plan to make a replica rests on, as seen at one moment. */
export interface ReplicaFacts {
  readonly source: DatabaseInstance;
  /** Whether the replica's name is another's. */
  readonly taken: boolean;
  /** Of the region that it is made in. */
  readonly engine: EngineSupport;
  /** By RDS's names, `DBInstances` and `AllocatedStorage`, in that region; absent where this identity may not look. */
  readonly quotas?: ReadonlyMap<string, QuotaUse> | undefined;
}

/** Reads what a plan needs to know; changes nothing. Errors: `instance-not-found`, and AWS's own. */
export async function gatherReplicaFacts(
  system: System,
  { target, region }: CheckedReplicaRequest,
  call: PortCall,
): Promise<ReplicaFacts> {
  const { aws, database } = system;
  const source = await aws.rds.describeInstance(database.instance, call);
  if (source === undefined) throw instanceNotFound(database.instance, aws.region);
  const { rds } = regionOf(system, region, 'region');
  return {
    source,
    taken: (await rds.describeInstance(target, call)) !== undefined,
    engine: await findEngineSupport(rds, source, call),
    quotas: await findQuotas(rds, call),
  };
}

/** Whoever may not look is not kept from it: RDS refuses what is too much. */
async function findQuotas(rds: RdsPort, call: PortCall): Promise<ReplicaFacts['quotas']> {
  try {
    return await rds.accountQuotas(call);
  } catch (error) {
    if (isBackupError(error, 'access-denied')) return undefined;
    throw error;
  }
}

/** The error for what the account has no room for. */
export function noRoom(name: string, { used, max }: QuotaUse, needed: number, region: string): BackupError {
  return new BackupError({
    code: 'quota-exceeded',
    message: `${needed} more of ${name} are beyond the quota of ${region}: ${used} of ${max} are used`,
    hint: 'Ask for a higher quota in Service Quotas, or delete what is not needed.',
    details: { quota: name, used, max, needed, region },
  });
}
