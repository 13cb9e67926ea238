import { BackupError } from '../core/errors.js';

/** The error for an instance that RDS does not know; `hint` where more can be said than to check the name. */
export function instanceNotFound(
  identifier: string,
  region: string,
  { hint, field }: { readonly hint?: string | undefined; readonly field?: string | undefined } = {},
): BackupError {
  return new BackupError({
    code: 'instance-not-found',
    message: `there is no instance ${identifier} in ${region}`,
    hint: hint ?? 'Check the identifier and the region; after a rename an instance is known only by its new name.',
    field,
    details: { instance: identifier, region },
  });
}
