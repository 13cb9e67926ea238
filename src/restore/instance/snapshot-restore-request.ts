import { invalidInput } from '../../core/errors.js';
import { checkAnySnapshotIdentifier } from '../../core/names.js';
import {
  type CandidateRequest,
  type CheckedCandidateRequest,
  checkCandidateRequest,
  checkResourceId,
  type Promotion,
} from './candidate-request.js';

/** Which snapshot to restore, and what to do with the instance made from it. */
export interface SnapshotRestoreRequest extends CandidateRequest {
  /**
   * Identifier of a snapshot in this region, automated ones with their `rds:`; the ARN of one that another account shares; or
   * the newest that is available, by the instant of its data: `latest` of any kind, `latest-automated` of those that RDS made.
   */
  readonly snapshot: string | 'latest' | 'latest-automated';
  /**
   * Whose snapshots, by `DbiResourceId`, where it is not the instance that has the production name now: one renamed away, one
   * deleted, or one of another region whose snapshots were copied here.
   */
  readonly source?: { readonly resourceId: string } | undefined;
  /** Default `none`. */
  readonly promote?: Promotion | undefined;
}

/** A request that has been checked, with its defaults. */
export interface CheckedSnapshotRestoreRequest extends CheckedCandidateRequest {
  readonly snapshot:
    | { readonly kind: 'latest'; readonly automated: boolean }
    /** Identifier or ARN, as the calls take it. */
    | { readonly kind: 'named'; readonly reference: string };
  readonly sourceResourceId: string | undefined;
}

/** Checks all of a request that can be checked without a call. Errors: `invalid-input` names the field. */
export function checkSnapshotRestoreRequest(
  request: SnapshotRestoreRequest,
  production: string,
  region: string,
): CheckedSnapshotRestoreRequest {
  const { snapshot, source, promote = 'none' } = request;
  return {
    ...checkCandidateRequest({ ...request, promote }, production),
    snapshot:
      snapshot === 'latest' || snapshot === 'latest-automated'
        ? { kind: 'latest', automated: snapshot === 'latest-automated' }
        : { kind: 'named', reference: checkReference(snapshot, region) },
    sourceResourceId: source === undefined ? undefined : checkResourceId(source.resourceId, 'source.resourceId'),
  };
}

function checkReference(snapshot: string, region: string): string {
  const [, whole, home] = /^(arn:[a-z-]+:rds:([a-z0-9-]+):\d{12}:snapshot:)/.exec(String(snapshot)) ?? [];
  if (whole === undefined) return checkAnySnapshotIdentifier(snapshot, 'snapshot');
  if (home !== region) {
    throw invalidInput(
      'snapshot',
      `lies in ${home}, this system in ${region}`,
      'Copy it to this region first, or plan with a system of that region: a restore reads what lies beside it.',
    );
  }
  return whole + checkAnySnapshotIdentifier(snapshot.slice(whole.length), 'snapshot');
}
