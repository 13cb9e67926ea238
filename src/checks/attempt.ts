import { type BackupError, isBackupError } from '../core/errors.js';
import type { PortCall } from '../ports/port-call.js';
import type { SqlSession } from '../ports/postgres.js';
import { withPinnedSettings } from './pinned-settings.js';

/** What came of looking: a value, or why there is none. */
export type Attempt<Value> =
  | { readonly known: true; readonly value: Value }
  | { readonly known: false; readonly error: BackupError };

/**
 * Looks at something with pinned settings. What the database refuses (a timeout, a missing right, a lost connection) is
 * told as a reason, and the session stays usable; being stopped and errors of other kinds still throw.
 */
export async function attempt<Value>(
  session: SqlSession,
  call: PortCall,
  look: () => Promise<Value>,
): Promise<Attempt<Value>> {
  try {
    return { known: true, value: await withPinnedSettings(session, call, look) };
  } catch (error) {
    call.signal?.throwIfAborted();
    if (!isBackupError(error)) throw error;
    return { known: false, error };
  }
}

/** Why something is not known, for evidence. */
export function reasonOf({ code, message, hint }: BackupError): Readonly<Record<string, string>> {
  return { code, message, hint };
}
