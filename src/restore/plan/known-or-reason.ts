import { isBackupError } from '../../core/errors.js';
import type { PortCall } from '../../ports/port-call.js';

/** Something that it is good to know, or why it is not known. */
export type KnownOrReason<Value> =
  | { readonly known: true; readonly value: Value }
  | { readonly known: false; readonly reason: string };

/**
 * Reads what a recovery can do without. Who may not ask is not kept from recovering. With credentials that are over nobody gets any
 * further, so that error stays one; as does the caller's abort, and what no service has answered with.
 */
export async function knownOrReason<Value>(call: PortCall, read: () => Promise<Value>): Promise<KnownOrReason<Value>> {
  try {
    return { known: true, value: await read() };
  } catch (error) {
    call.signal?.throwIfAborted();
    if (!isBackupError(error) || error.code === 'credentials-expired') throw error;
    return { known: false, reason: error.message };
  }
}
