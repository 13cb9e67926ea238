import { invalidInput } from '../../core/errors.js';
import { checkInstanceIdentifier, timestampInName } from '../../core/names.js';
import type { CheckedCandidateRequest } from '../instance/candidate-request.js';

/**
 * Names that the old instance may get, best first: the one asked for, or `<instance>-old-20251109t1425z` with the seconds
 * added where that is taken. Never longer than RDS allows (facts C6: 63 characters).
 */
export function archiveNames(
  instance: string,
  request: Pick<CheckedCandidateRequest, 'archiveIdentifier'>,
  now: Date,
): readonly string[] {
  if (request.archiveIdentifier !== undefined) return [request.archiveIdentifier];
  const stamp = timestampInName(now).replace('-', 't');
  return [`-old-${stamp.slice(0, 13)}z`, `-old-${stamp}z`].map(
    (ending) => instance.slice(0, 63 - ending.length).replace(/-+$/, '') + ending,
  );
}

/** Checks the name that was asked for, if any; the plan's own names are taken. Errors: `invalid-input`. */
export function checkArchiveIdentifier(asked: string | undefined, own: readonly string[]): string | undefined {
  if (asked === undefined) return undefined;
  const archive = checkInstanceIdentifier(asked, 'archiveIdentifier');
  if (!own.includes(archive)) return archive;
  throw invalidInput('archiveIdentifier', `is taken by the plan itself: ${archive}`, 'Choose a third name.');
}
