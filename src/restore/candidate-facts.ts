import type { PortCall } from '../ports/port-call.js';
import type { DatabaseInstance } from '../ports/rds.js';
import type { System } from '../system/define-system.js';
import { archiveNames } from './archive-name.js';
import type { CheckedCandidateRequest } from './candidate-request.js';

/** What every plan that restores an instance rests on, as seen at one moment. */
export interface CandidateFacts {
  /** Who has the production name; `undefined`: nobody. */
  readonly production: DatabaseInstance | undefined;
  readonly source: {
    readonly resourceId: string;
    /** `undefined`: deleted, or in another region. */
    readonly instance: DatabaseInstance | undefined;
  };
  /** Of the names that the plan may want to give, those that are taken. */
  readonly taken: readonly string[];
}

/** Of the names that a plan may want to give, those that are taken. */
export async function takenNames(
  { aws, database }: System,
  request: Pick<CheckedCandidateRequest, 'target' | 'promote' | 'archiveIdentifier'>,
  now: Date,
  call: PortCall,
): Promise<readonly string[]> {
  const archives = request.promote === 'rename' ? archiveNames(database.instance, request, now) : [];
  const taken: string[] = [];
  for (const name of [request.target, ...archives]) {
    if ((await aws.rds.describeInstance(name, call)) !== undefined) taken.push(name);
  }
  return taken;
}
