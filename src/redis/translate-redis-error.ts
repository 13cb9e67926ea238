import type { BackupErrorCode } from '../core/error-codes.js';
import { BackupError, isBackupError } from '../core/errors.js';

interface Meaning {
  readonly code: BackupErrorCode;
  readonly hint: string;
  readonly retryable?: boolean;
}

/**
 * What a client rejected a command with, or told as an event. The client's own error is not kept as the cause: it carries the
 * command's arguments, among them the password.
 */
export function translateRedisError(error: unknown, location: string): BackupError {
  if (isBackupError(error)) return error;
  const said = messageOf(error);
  const { code, hint, retryable = false } = meaningOf(said, codeOf(error));
  return new BackupError({
    code,
    message: `the cache at ${location}: ${said}`,
    hint,
    retryable,
    details: { location, reason: codeOf(error) || undefined },
  });
}

/** Whether waiting longer will not help: a client tries again for ever what can never succeed. */
export function isFinal({ code }: BackupError): boolean {
  return code === 'authentication-failed' || code === 'tls-failed';
}

/** Nothing came back in time; what the client has told meanwhile is the best that is known of the reason. */
export function noAnswer(location: string, milliseconds: number, told: Error | undefined): BackupError {
  const said = told === undefined ? '' : `: ${messageOf(told)}`;
  return new BackupError({
    code: 'cache-unreachable',
    message: `the cache at ${location} gave no answer within ${milliseconds} ms${said}`,
    hint: 'Check address, port, TLS and security groups, and whether something keeps the server busy.',
    retryable: true,
    details: { location, milliseconds, reason: codeOf(told) || undefined },
  });
}

function meaningOf(said: string, code: string): Meaning {
  if (/^(?:WRONGPASS|NOAUTH)|invalid password|without any password configured/.test(said)) {
    return {
      code: 'authentication-failed',
      hint: 'Check user and token of the client; a restored cache has none unless it was given one.',
    };
  }
  if (said.startsWith('NOPERM')) {
    return { code: 'permission-denied', hint: 'Allow the user DBSIZE, INFO, SCAN, TYPE and PTTL on all keys.' };
  }
  if (/^(?:LOADING|BUSY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN)\b/.test(said)) {
    return {
      code: 'invalid-state',
      hint: 'Wait until the server has loaded its data, then try again.',
      retryable: true,
    };
  }
  if (
    /CERT|^ERR_(?:TLS|SSL|OSSL)|UNABLE_TO|HOSTNAME_MISMATCH|^EPROTO$/.test(code) ||
    /certificate|SSL routines/.test(said)
  ) {
    return { code: 'tls-failed', hint: 'Check that the server speaks TLS and that the client trusts its authority.' };
  }
  if (/^[A-Z]+ /.test(said) && code === '') {
    return { code: 'query-failed', hint: 'The server refuses this command: see what it says.' };
  }
  return {
    code: 'cache-unreachable',
    hint: 'Check address, port, TLS and security groups, and that the client is still open.',
    retryable: true,
  };
}

/** One line; what a server repeats of a command's arguments is left out. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return messageOf(error.errors[0]);
  const [line = ''] = (error instanceof Error ? error.message || error.name : String(error)).split('\n');
  return line.replace(/,? with args beginning with:.*$/, '').slice(0, 200);
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError && !('code' in error)) return codeOf(error.errors[0]);
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
