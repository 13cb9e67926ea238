import type { BackupErrorCode } from './error-codes.js';

/** JSON-safe facts about an error. Secrets never go in here (facts H16). */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/** What {@link BackupError} is made from. */
export interface BackupErrorOptions {
  readonly code: BackupErrorCode;
  /** Lower case, names the thing that went wrong, no full stop. */
  readonly message: string;
  /** One sentence that says what to do next. */
  readonly hint: string;
  /** For `invalid-input`: the path of the offending field, such as `database.instance`. */
  readonly field?: string | undefined;
  /** Whether the same call may succeed when made again unchanged. Default `false`. */
  readonly retryable?: boolean | undefined;
  readonly details?: ErrorDetails | undefined;
  readonly cause?: unknown;
}

/**
 * The one error class of this library: it could not do what was asked. A negative verdict (a check that failed, an
 * objective that was missed) is a returned value, never an error.
 *
 * @example
 * ```ts
 * try {
 *   await client.createDatabaseSnapshot({ reason: 'pre-deployment' });
 * } catch (error) {
 *   if (isBackupError(error, 'quota-exceeded')) console.error(error.hint);
 *   throw error;
 * }
 * ```
 */
export class BackupError extends Error {
  override readonly name = 'BackupError';
  readonly code: BackupErrorCode;
  readonly hint: string;
  readonly field: string | undefined;
  readonly retryable: boolean;
  readonly details: ErrorDetails;

  constructor(options: BackupErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.hint = options.hint;
    this.field = options.field;
    this.retryable = options.retryable ?? false;
    this.details = options.details ?? {};
  }

  /** The error as plain data, without stack and cause, for logs and evidence. */
  toJSON(): Readonly<Record<string, unknown>> {
    const { name, code, message, hint, field, retryable, details } = this;
    return { name, code, message, hint, ...(field === undefined ? {} : { field }), retryable, details };
  }
}

/**
 * Whether `error` is a {@link BackupError}, and of the given code where one is named. Compares by name and code, not by
 * class, so that it holds across the ESM and CJS builds and across bundles.
 */
export function isBackupError(error: unknown, code?: BackupErrorCode): error is BackupError {
  if (!(error instanceof Error) || error.name !== 'BackupError' || !('code' in error)) return false;
  return code === undefined || error.code === code;
}

/** The error for a request that cannot be right: names the field and says what would be. Nothing has been touched. */
export function invalidInput(field: string, message: string, hint: string, details?: ErrorDetails): BackupError {
  return new BackupError({ code: 'invalid-input', field, message: `${field} ${message}`, hint, details });
}
