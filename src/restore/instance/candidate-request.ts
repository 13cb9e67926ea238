import type { DatabaseExpectation } from '../../checks/expectation.js';
import { invalidInput } from '../../core/errors.js';
import { checkInstanceIdentifier } from '../../core/names.js';
import { checkArchiveIdentifier } from '../dump/archive-name.js';
import {
  type CheckedClassChoice,
  checkClassChoice,
  type InstanceClassChoice,
} from '../instance-class/instance-class-choice.js';
import { checkDate } from '../plan/check-date.js';
import type { ConfigurationProfile } from './configuration-profile.js';
import {
  type CheckedTemporaryCandidate,
  checkTemporaryCandidate,
  type TemporaryCandidate,
} from './temporary-candidate.js';

/**
 * What becomes of the candidate. `rename`: it takes the production name, the old instance gets an archive name. `endpoint`: it keeps its
 * name, and `switchEndpoint` of the execution points the application at it. `none`: it stays beside.
 */
export type Promotion = 'rename' | 'endpoint' | 'none';

/** What is asked of every instance that is restored, whatever from: what to call it, how it is to be, what becomes of it. */
export interface CandidateRequest {
  /** Identifier for the candidate; it must be free. */
  readonly target: string;
  /**
   * Its class, or several by preference: the first that RDS can make is taken, and the others stand by for a restore that it has no
   * capacity for. The plan says which. Default `configuration.instanceClass`, else that of the instance it is made like.
   */
  readonly instanceClass?: InstanceClassChoice | undefined;
  /** Settings that shall differ from the source's, by name. */
  readonly configuration?: Partial<ConfigurationProfile> | undefined;
  /** What the restored database has to be like. Default: foreign keys, sequences and indexes are sound. */
  readonly expectation?: DatabaseExpectation | undefined;
  /** When the damage happened: data loss is then counted up to it instead of up to now. */
  readonly incidentAt?: Date | undefined;
  /** Name for the old instance. Default: `<instance>-old-<day and minute of the plan>`. */
  readonly archiveIdentifier?: string | undefined;
  /** Nothing writes to the database any more. Otherwise `execute` has to be given `writers`. */
  readonly acknowledgeWritersStopped?: boolean | undefined;
  /** Modifications queued on the production instance may be applied by the rename (facts C3). */
  readonly acknowledgePendingChanges?: boolean | undefined;
  /** Replicas may stay attached to the renamed old instance (facts C6). */
  readonly acknowledgeReplicas?: boolean | undefined;
  /** RDS is asked for the class even though it does not offer it: the plan then warns instead of being refused. */
  readonly acknowledgeInstanceClass?: boolean | undefined;
  /** The candidate is for a look or a drill and will be deleted: quarantined, without backups and protection, tagged to expire. */
  readonly temporary?: TemporaryCandidate | undefined;
}

/** What a database has to be like where nobody says more. */
export const soundDatabase: DatabaseExpectation = { consistency: ['foreign-keys', 'sequences', 'indexes'] };

/** A request that has been checked, with its defaults. */
export interface CheckedCandidateRequest {
  readonly target: string;
  readonly promote: Promotion;
  readonly archiveIdentifier: string | undefined;
  /** Absent: that of `configuration`, else of the instance it is made like. */
  readonly instanceClass: CheckedClassChoice | undefined;
  readonly configuration: Partial<ConfigurationProfile>;
  readonly expectation: DatabaseExpectation;
  readonly incidentAt: Date | undefined;
  readonly acknowledged: {
    readonly writers: boolean;
    readonly pendingChanges: boolean;
    readonly replicas: boolean;
    readonly instanceClass: boolean;
  };
  readonly temporary: CheckedTemporaryCandidate | undefined;
}

/** Checks all that can be checked without a call. Errors: `invalid-input` names the field. */
export function checkCandidateRequest(
  request: CandidateRequest & { readonly promote: Promotion },
  production: string,
): CheckedCandidateRequest {
  const { promote, incidentAt, archiveIdentifier, configuration = {} } = request;
  const target = checkInstanceIdentifier(request.target, 'target');
  if (target === production) {
    throw invalidInput(
      'target',
      'is the production instance itself',
      "A restore always makes a new instance: give it a name of its own and let promote: 'rename' exchange the names.",
    );
  }
  if (promote !== 'rename' && promote !== 'endpoint' && promote !== 'none') {
    throw invalidInput(
      'promote',
      `is not a way of promotion: ${JSON.stringify(promote)}`,
      "Use 'rename', 'endpoint' or 'none'.",
    );
  }
  const archive = checkArchiveIdentifier(archiveIdentifier, [target, production]);
  if (incidentAt !== undefined) checkDate(incidentAt, 'incidentAt');
  return {
    target,
    promote,
    archiveIdentifier: archive,
    instanceClass: checkClass(request),
    configuration,
    expectation: request.expectation ?? soundDatabase,
    incidentAt,
    acknowledged: {
      writers: request.acknowledgeWritersStopped ?? false,
      pendingChanges: request.acknowledgePendingChanges ?? false,
      replicas: request.acknowledgeReplicas ?? false,
      instanceClass: request.acknowledgeInstanceClass ?? false,
    },
    temporary:
      request.temporary === undefined
        ? undefined
        : checkTemporaryCandidate(request.temporary, { promote, configuration }),
  };
}

/** The one place of three where a class is named. Errors: `invalid-input` names the field. */
function checkClass({ instanceClass, configuration, temporary }: CandidateRequest): CheckedClassChoice | undefined {
  const given = [
    ['instanceClass', instanceClass],
    ['temporary.instanceClass', temporary?.instanceClass],
    ['configuration.instanceClass', configuration?.instanceClass],
  ] as const;
  const choices = given.flatMap(([field, choice]) => (choice === undefined ? [] : checkClassChoice(choice, field)));
  const [one, other] = choices;
  if (one === undefined || other === undefined) return one;
  throw invalidInput(other.field, `is given beside ${one.field}`, 'Say once which class it is to be.');
}

/** Checks an instance's `DbiResourceId`. Errors: `invalid-input`. */
export function checkResourceId(resourceId: string, field: string): string {
  if (/^db-[0-9A-Za-z]{2,255}$/.test(String(resourceId))) return resourceId;
  throw invalidInput(
    field,
    `is not a DbiResourceId: ${JSON.stringify(resourceId)}`,
    'It looks like db-ABCDEFGHIJKLMNOPQRSTUVWXYZ; the automated backups list it.',
  );
}
