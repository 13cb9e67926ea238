import { BackupError, isBackupError } from '../core/errors.js';
import { awsErrorCode, responseOf } from './aws-error-code.js';
import {
  type AwsErrorMeaning,
  accessDenied,
  meaningOfAwsCode,
  otherServiceError,
  serviceTrouble,
  unexplained,
} from './aws-error-table.js';
import { refineByText } from './refine-by-text.js';

/** Which request failed, for messages. */
export interface AwsRequest {
  /** `RDS` or `S3`. */
  readonly service: string;
  readonly operation: string;
  /** An identifier or `s3://bucket/key`. */
  readonly subject: string;
}

/** AWS's error as a `BackupError`, with AWS's own code, request id and number of attempts in the details. */
export function translateAwsError(error: unknown, request: AwsRequest): BackupError {
  if (isBackupError(error)) return error;
  const awsCode = awsErrorCode(error);
  const { httpStatus, requestId, attempts } = responseOf(error);
  const said = messageOf(error, awsCode);
  const { code, hint, retryable } = refineByText(meaningOf(awsCode, httpStatus), said);
  return new BackupError({
    code,
    message: `${request.service} ${request.operation} of ${request.subject} failed: ${said}`,
    hint,
    retryable,
    details: { operation: request.operation, subject: request.subject, awsCode, httpStatus, requestId, attempts },
    cause: error,
  });
}

function meaningOf(awsCode: string, httpStatus: number | undefined): AwsErrorMeaning {
  const meaning = meaningOfAwsCode(awsCode);
  if (meaning !== undefined) return meaning;
  // Answers to HEAD have no body and so no code: the status is all there is.
  if (httpStatus === 403 || httpStatus === 401) return accessDenied;
  if (httpStatus === 400 && /^(?:Unknown|UnknownError|BadRequest|400)?$/.test(awsCode)) return unexplained;
  if (httpStatus === 404) return meaningOfAwsCode('NotFound') ?? otherServiceError;
  if (httpStatus === 301) return meaningOfAwsCode('PermanentRedirect') ?? otherServiceError;
  if (httpStatus === 429) return meaningOfAwsCode('SlowDown') ?? otherServiceError;
  return httpStatus !== undefined && httpStatus >= 500 ? serviceTrouble : otherServiceError;
}

function messageOf(error: unknown, awsCode: string): string {
  const raw = error instanceof Error ? error.message : '';
  // Node's AggregateError of several refused addresses has no message of its own.
  const inner = raw === '' && error instanceof AggregateError ? String(error.errors[0]?.message ?? '') : raw;
  const text = withoutSecrets(inner.trim().replace(/\.$/, '')).slice(0, 600);
  if (text === '' || text === awsCode || text === 'UnknownError') return awsCode === '' ? 'no reason given' : awsCode;
  return text;
}

/** A pre-signed URL carries credentials in clear (facts 0.11). */
function withoutSecrets(text: string): string {
  return text.replace(/(X-Amz-(?:Security-Token|Credential|Signature)=)[^&\s"']+/gi, '$1[redacted]');
}

/** Whether the modification asked for nothing that was not so already (facts 0.2). */
export function saysNothingToModify(error: unknown): boolean {
  return (
    awsErrorCode(error) === 'InvalidParameterCombination' &&
    error instanceof Error &&
    /No modifications were requested/i.test(error.message)
  );
}
