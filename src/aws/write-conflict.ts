import { BackupError } from '../core/errors.js';
import type { PutOptions } from '../ports/object-store.js';
import { awsErrorCode, responseOf } from './aws-error-code.js';

/** Whether S3 refused a conditional write: 412 for what is there, 409 for what is just being written (facts G7). */
export function isConditionRefused(error: unknown): boolean {
  const code = awsErrorCode(error);
  return code === 'PreconditionFailed' || code === 'ConditionalRequestConflict' || responseOf(error).httpStatus === 412;
}

/** The error for a conditional write that was refused; `object` as `s3://bucket/key`. */
export function writeConflict(error: unknown, object: string, onlyIf: PutOptions['onlyIf']): BackupError {
  const awsCode = awsErrorCode(error);
  const wantedAbsent = onlyIf !== undefined && 'absent' in onlyIf;
  return new BackupError({
    code: wantedAbsent ? 'object-exists' : 'object-changed',
    message: wantedAbsent ? `${object} exists already` : `${object} is no longer the version that was read`,
    hint: wantedAbsent
      ? 'Nothing was overwritten: use another key, or look at what is there.'
      : 'Nothing was overwritten: read the object again and decide anew.',
    // A conflict may be with a write that fails in the end.
    retryable: awsCode === 'ConditionalRequestConflict',
    details: { object, awsCode, requestId: responseOf(error).requestId },
    cause: error,
  });
}
