import type { DatabaseExpectation } from '../checks/expectation.js';
import { invalidInput } from '../core/errors.js';
import { checkInstanceIdentifier } from '../core/names.js';
import type { ConfigurationProfile } from './configuration-profile.js';

/** What to restore, to when, and what to do with it. */
export interface PointInTimeRequest {
  /**
   * The instant, inclusive: the last second before the damage (facts B10). RDS takes whole seconds; a fraction is cut off,
   * and the plan says so. `latest`: as far as the logs reach.
   */
  readonly restoreTime: Date | 'latest';
  /** Identifier for the candidate; it must be free. */
  readonly target: string;
  /**
   * Whose history to restore from, by `DbiResourceId`: an instance that was renamed away, or a deleted one whose automated
   * backups were kept (facts B11). Default: the production instance.
   */
  readonly source?: { readonly resourceId: string } | undefined;
  /** `rename`: the candidate takes the production name, the old instance gets an archive name. `none`: it stays beside. */
  readonly promote: 'rename' | 'none';
  /** Name for the old instance. Default: `<instance>-old-<day and minute of the plan>`. */
  readonly archiveIdentifier?: string | undefined;
  /** Settings that shall differ from the source's, by name. */
  readonly configuration?: Partial<ConfigurationProfile> | undefined;
  /** What the restored database has to be like. Default: foreign keys, sequences and indexes are sound. */
  readonly expectation?: DatabaseExpectation | undefined;
  /** When the damage happened: data loss is then counted up to it instead of up to now. */
  readonly incidentAt?: Date | undefined;
  /** Nothing writes to the database any more. Otherwise `execute` has to be given `writers`. */
  readonly acknowledgeWritersStopped?: boolean | undefined;
  /** Modifications queued on the production instance may be applied by the rename (facts C3). */
  readonly acknowledgePendingChanges?: boolean | undefined;
  /** Replicas may stay attached to the renamed old instance (facts C6). */
  readonly acknowledgeReplicas?: boolean | undefined;
}

/** A request that has been checked, with its defaults. */
export interface CheckedPointInTimeRequest {
  readonly restoreTo:
    | { readonly kind: 'time'; readonly time: Date; readonly floored: boolean }
    | { readonly kind: 'latest' };
  readonly target: string;
  readonly sourceResourceId: string | undefined;
  readonly promote: 'rename' | 'none';
  readonly archiveIdentifier: string | undefined;
  readonly configuration: Partial<ConfigurationProfile>;
  readonly expectation: DatabaseExpectation;
  readonly incidentAt: Date | undefined;
  readonly acknowledged: { readonly writers: boolean; readonly pendingChanges: boolean; readonly replicas: boolean };
}

/** Checks all of a request that can be checked without a call. Errors: `invalid-input` names the field. */
export function checkPointInTimeRequest(request: PointInTimeRequest, production: string): CheckedPointInTimeRequest {
  const { promote, incidentAt, source, archiveIdentifier } = request;
  const target = checkInstanceIdentifier(request.target, 'target');
  if (target === production) {
    throw invalidInput(
      'target',
      'is the production instance itself',
      "A restore always makes a new instance: give it a name of its own and let promote: 'rename' exchange the names.",
    );
  }
  if (promote !== 'rename' && promote !== 'none') {
    throw invalidInput('promote', `is not a way of promotion: ${JSON.stringify(promote)}`, "Use 'rename' or 'none'.");
  }
  const archive =
    archiveIdentifier === undefined ? undefined : checkInstanceIdentifier(archiveIdentifier, 'archiveIdentifier');
  if (archive !== undefined && (archive === target || archive === production)) {
    throw invalidInput('archiveIdentifier', `is taken by the plan itself: ${archive}`, 'Choose a third name.');
  }
  if (source !== undefined && !/^db-[0-9A-Za-z]{2,255}$/.test(String(source.resourceId))) {
    throw invalidInput(
      'source.resourceId',
      `is not a DbiResourceId: ${JSON.stringify(source.resourceId)}`,
      'It looks like db-ABCDEFGHIJKLMNOPQRSTUVWXYZ; the automated backups list it.',
    );
  }
  if (incidentAt !== undefined) checkDate(incidentAt, 'incidentAt');
  return {
    restoreTo: checkRestoreTime(request.restoreTime),
    target,
    sourceResourceId: source?.resourceId,
    promote,
    archiveIdentifier: archive,
    configuration: request.configuration ?? {},
    expectation: request.expectation ?? { consistency: ['foreign-keys', 'sequences', 'indexes'] },
    incidentAt,
    acknowledged: {
      writers: request.acknowledgeWritersStopped ?? false,
      pendingChanges: request.acknowledgePendingChanges ?? false,
      replicas: request.acknowledgeReplicas ?? false,
    },
  };
}

function checkRestoreTime(restoreTime: Date | 'latest'): CheckedPointInTimeRequest['restoreTo'] {
  if (restoreTime === 'latest') return { kind: 'latest' };
  checkDate(restoreTime, 'restoreTime');
  const milliseconds = restoreTime.getTime();
  // Down, never up: a fraction later could hold the very damage (facts B7).
  const floor = Math.floor(milliseconds / 1_000) * 1_000;
  return { kind: 'time', time: new Date(floor), floored: floor !== milliseconds };
}

function checkDate(value: Date, field: string): void {
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) {
    throw invalidInput(field, 'is not a valid Date', "Use new Date('2025-11-09T14:25:00Z'), with its time zone.");
  }
}
