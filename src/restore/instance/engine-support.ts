import type { PortCall } from '../../ports/port-call.js';
import type { RdsPort } from '../../ports/rds.js';
import { knownOrReason } from '../plan/known-or-reason.js';
import type { PlanWarning } from '../plan/restore-plan.js';

/** The version of an engine that data is of. */
export interface EngineVersion {
  readonly engine: string;
  readonly engineVersion: string;
}

/** Whether RDS still makes instances of the version that data is of (facts A22). */
export type EngineSupport = EngineVersion &
  (
    | { readonly offered: 'yes' }
    /** `status`: what RDS calls it; absent where RDS knows no such version any more. */
    | { readonly offered: 'no'; readonly status?: string | undefined }
    | { readonly offered: 'unknown'; readonly reason: string }
  );

/** Asks RDS. Who may not ask is not kept from recovering: the plan says that it is not known. */
export async function findEngineSupport(
  rds: RdsPort,
  { engine, engineVersion }: EngineVersion,
  call: PortCall,
): Promise<EngineSupport> {
  const version = { engine, engineVersion };
  const answer = await knownOrReason(call, () => rds.engineVersionStatus(version, call));
  if (!answer.known) return { ...version, offered: 'unknown', reason: answer.reason };
  const status = answer.value;
  return status === 'available' ? { ...version, offered: 'yes' } : { ...version, offered: 'no', status };
}

/** What a person should know of it; `wayOut` is what helps where the version is offered no more. */
export function engineWarnings(support: EngineSupport | undefined, wayOut: string): readonly PlanWarning[] {
  if (support === undefined || support.offered === 'yes') return [];
  const version = `${support.engine} ${support.engineVersion}`;
  if (support.offered === 'unknown') {
    const message = `whether RDS still offers ${version} is not known: ${support.reason}`;
    return [{ code: 'engine-version-not-offered', message }];
  }
  const state = support.status === undefined ? 'not among the versions of RDS any more' : `${support.status} in RDS`;
  const message = `${version} is ${state}: the restore may be refused, or come out as a newer version; ${wayOut}`;
  return [{ code: 'engine-version-not-offered', message }];
}
