import type { DatabaseInstance } from '../../ports/database-instance.js';
import type { PortCall } from '../../ports/port-call.js';
import type { System } from '../../system/define-system.js';
import { instanceNotFound } from '../../system/instance-not-found.js';
import { archiveNames } from '../dump/archive-name.js';
import { namesTaken } from '../instance/candidate-facts.js';
import type { CheckedRollbackRequest } from './rollback-request.js';

/** All that a plan to undo a promotion rests on, as seen at one moment. */
export interface RollbackFacts {
  /** Who has the production name; `undefined`: nobody, where a promotion was cut off between its renames. */
  readonly production: DatabaseInstance | undefined;
  /** The old instance, which shall have it again. */
  readonly old: DatabaseInstance;
  /** Of the names that the plan may want to give, those that are taken. */
  readonly taken: readonly string[];
}

/** Reads what a plan needs to know; changes nothing. Errors: `instance-not-found`, and AWS's own. */
export async function gatherRollbackFacts(
  { aws: { rds }, database }: System,
  request: CheckedRollbackRequest,
  now: Date,
  call: PortCall,
): Promise<RollbackFacts> {
  const old = await rds.describeInstance(request.to, call);
  if (old === undefined) {
    throw instanceNotFound(request.to, rds.region, {
      field: 'to',
      hint: 'Name the old instance as the promotion has left it. Where it was deleted, recover from its automated backups instead.',
    });
  }
  return {
    production: await rds.describeInstance(database.instance, call),
    old,
    taken: await namesTaken(rds, archiveNames(database.instance, request, now), call),
  };
}
