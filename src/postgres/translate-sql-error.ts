import type { BackupErrorCode } from '../core/error-codes.js';
import { BackupError, isBackupError } from '../core/errors.js';
import { classifyPostgresFailure, failureCode } from '../core/postgres-failures.js';
import type { DatabaseTarget } from '../ports/postgres.js';
import { lockHint } from './lock-hint.js';

interface Meaning {
  readonly code: BackupErrorCode;
  readonly hint: string;
}

/** A database in messages: no user, no password. */
export function describeTarget({ host, port, database }: DatabaseTarget): string {
  return `database ${database} at ${host}:${port}`;
}

/** What the driver rejected a connection with. */
export function translateConnectError(error: unknown, target: DatabaseTarget): BackupError {
  if (isBackupError(error)) return error;
  const transient = classifyPostgresFailure(error, 'connect') !== 'permanent';
  const known = knownFailure(error);
  const meaning: Meaning =
    known ??
    (isTlsFailure(error)
      ? {
          code: 'tls-failed',
          hint: 'Check that the server has TLS on and that tls.ca holds the authority it comes from.',
        }
      : {
          code: 'database-unreachable',
          hint: 'Check host, port and security groups, and that the server is running.',
        });
  return new BackupError({
    ...meaning,
    message: `no connection to ${describeTarget(target)}: ${messageOf(error)}`,
    retryable: known === undefined && transient,
    details: {
      host: target.host,
      port: target.port,
      database: target.database,
      reason: failureCode(error) || undefined,
    },
    cause: error,
  });
}

/**
 * What the driver rejected a statement with. Neither the statement nor rows go into the error: what the server adds as
 * detail holds values of the data.
 */
export function translateStatementError(error: unknown, subject: string, lost: Error | undefined): BackupError {
  if (isBackupError(error)) return error;
  const failure = classifyPostgresFailure(error, 'statement');
  const sqlState = failureCode(error);
  if (failure === 'ambiguous' || (lost !== undefined && sqlState.length !== 5)) {
    return new BackupError({
      code: 'database-unreachable',
      message: `the connection to ${subject} was lost: ${messageOf(lost ?? error)}`,
      hint: 'Connect again; whether the last statement took effect is not known.',
      retryable: true,
      details: { subject, reason: failureCode(lost ?? error) || undefined },
      cause: lost ?? error,
    });
  }
  const meaning = knownFailure(error) ?? {
    code: 'query-failed' as const,
    hint: 'Look the SQLSTATE in details.sqlState up in the PostgreSQL manual.',
  };
  return new BackupError({
    ...meaning,
    message: `a statement on ${subject} failed with SQLSTATE ${sqlState || 'unknown'}: ${messageOf(error)}`,
    retryable: failure === 'rolled-back',
    details: { subject, sqlState, ...objectsOf(error) },
  });
}

function knownFailure(error: unknown): Meaning | undefined {
  switch (failureCode(error)) {
    case '28P01':
    case '28000':
      return {
        code: 'authentication-failed',
        hint: 'Check user and password; a restored instance has the passwords of the time of its backup.',
      };
    case '3D000':
      return { code: 'database-missing', hint: 'Check the name of the database; the instance itself answered.' };
    case '42501':
      return {
        code: 'permission-denied',
        hint: 'Grant the role what it lacks; reading everything is pg_read_all_data.',
      };
    case '57014':
      return { code: 'statement-timeout', hint: 'Allow the statement more time, or give it less to do.' };
    case '55P03':
      return { code: 'statement-timeout', hint: lockHint };
    default:
      return undefined;
  }
}

function isTlsFailure(error: unknown): boolean {
  const message = error instanceof Error ? error.message : '';
  return (
    /CERT|^ERR_(?:TLS|SSL|OSSL)|UNABLE_TO|HOSTNAME_MISMATCH|^EPROTO$/.test(failureCode(error)) ||
    /does not support SSL|establishing an SSL connection/.test(message)
  );
}

/** The server's message; the quoted values of a data exception (class 22) are left out. */
function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  // Node's AggregateError of several refused addresses has no message of its own.
  if (message === '' && error instanceof AggregateError) return messageOf(error.errors[0]);
  return failureCode(error).startsWith('22') ? message.replace(/"[^"]*"/g, '"..."') : message;
}

/** Names of what the error is about. */
function objectsOf(error: unknown): Readonly<Record<string, string>> {
  const { schema, table, column, constraint } = error as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries({ schema, table, column, constraint }).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}
