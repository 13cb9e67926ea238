import type { DatabaseInstance } from '../../ports/database-instance.js';
import type { PortCall } from '../../ports/port-call.js';
import type { RdsPort } from '../../ports/rds.js';
import type { System } from '../../system/define-system.js';
import { archiveNames } from '../dump/archive-name.js';
import type { ClassOffers } from '../instance-class/class-offers.js';
import type { CheckedCandidateRequest } from './candidate-request.js';
import type { EngineSupport } from './engine-support.js';

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
  /** Absent where nobody says what version the data is of. */
  readonly engine?: EngineSupport | undefined;
  /** What RDS says of the classes that were asked for. Absent there too, and where there is no class to ask for. */
  readonly offers?: ClassOffers | undefined;
}

/** Of the names that a plan to restore an instance may want to give, those that are taken. */
export async function takenNames(
  { aws, database }: System,
  request: Pick<CheckedCandidateRequest, 'target' | 'promote' | 'archiveIdentifier'>,
  now: Date,
  call: PortCall,
): Promise<readonly string[]> {
  const archives = request.promote === 'rename' ? archiveNames(database.instance, request, now) : [];
  return namesTaken(aws.rds, [request.target, ...archives], call);
}

/** Of some names, those that are taken. */
export async function namesTaken(rds: RdsPort, names: readonly string[], call: PortCall): Promise<readonly string[]> {
  const taken: string[] = [];
  for (const name of names) if ((await rds.describeInstance(name, call)) !== undefined) taken.push(name);
  return taken;
}
