import type { DatabaseExpectation } from '../../checks/expectation.js';
import { checkObject } from '../../core/check-shape.js';
import { invalidInput } from '../../core/errors.js';
import { checkInstanceIdentifier } from '../../core/names.js';
import { checkArchiveIdentifier } from '../dump/archive-name.js';
import { type CandidateRequest, type CheckedCandidateRequest, soundDatabase } from '../instance/candidate-request.js';
import { checkDate } from '../plan/check-date.js';

/** Which instance shall be production again, and what is known of the promotion that is undone. */
export interface RollbackRequest
  extends Pick<
    CandidateRequest,
    'archiveIdentifier' | 'acknowledgeWritersStopped' | 'acknowledgePendingChanges' | 'acknowledgeReplicas'
  > {
  /** Identifier of the old instance, as the promotion has left it: `previous.identifier` of its outcome. */
  readonly to: string;
  /**
   * When the promotion stopped the writers: `discarded.to` of its outcome. What is lost is counted from then. Default: when the
   * instance that is production now was made, which is earlier.
   */
  readonly writtenUntil?: Date | undefined;
  /** What was written to the instance that is production now may be lost. Required unless nobody has the production name (facts C8). */
  readonly acknowledgeLostWrites?: boolean | undefined;
  /** What the old database has to be like. Default: foreign keys, sequences and indexes are sound. */
  readonly expectation?: DatabaseExpectation | undefined;
}

/** A request that has been checked, with its defaults. */
export interface CheckedRollbackRequest {
  readonly to: string;
  readonly writtenUntil: Date | undefined;
  readonly archiveIdentifier: string | undefined;
  readonly expectation: DatabaseExpectation;
  readonly acknowledged: Omit<CheckedCandidateRequest['acknowledged'], 'instanceClass'> & {
    readonly lostWrites: boolean;
  };
}

/** Checks all that can be checked without a call. Errors: `invalid-input` names the field. */
export function checkRollbackRequest(request: RollbackRequest, production: string): CheckedRollbackRequest {
  checkObject(request, 'request');
  const { writtenUntil, archiveIdentifier } = request;
  const to = checkInstanceIdentifier(request.to, 'to');
  if (to === production) {
    throw invalidInput(
      'to',
      'is the production name itself',
      'Name the old instance as the promotion has left it: previous.identifier of its outcome.',
    );
  }
  if (writtenUntil !== undefined) checkDate(writtenUntil, 'writtenUntil');
  return {
    to,
    writtenUntil,
    archiveIdentifier: checkArchiveIdentifier(archiveIdentifier, [to, production]),
    expectation: request.expectation ?? soundDatabase,
    acknowledged: {
      writers: request.acknowledgeWritersStopped ?? false,
      pendingChanges: request.acknowledgePendingChanges ?? false,
      replicas: request.acknowledgeReplicas ?? false,
      lostWrites: request.acknowledgeLostWrites ?? false,
    },
  };
}
