import type { Attempt } from '../checks/attempt.js';
import { withinDeadline } from '../checks/within-deadline.js';
import { isBackupError } from '../core/errors.js';
import type { PortCall } from '../ports/port-call.js';
import type { System } from '../system/define-system.js';

/** How the gathering is bounded. */
export interface GatherLimits {
  readonly signal?: AbortSignal | undefined;
  readonly deadline?: Date | undefined;
}

/** Looks at something, but not beyond the deadline. */
export function gatherWithin<Value>(
  system: System,
  limits: GatherLimits,
  look: (call: PortCall) => Promise<Value>,
): Promise<Value> {
  const { deadline, signal } = limits;
  return withinDeadline('reading the state of the system', { clock: system.clock, deadline, signal }, (stop) =>
    look({ signal: stop }),
  );
}

/**
 * Looks at one part of many: what AWS refuses to tell, or does not tell by the deadline, is unknown. Being stopped and errors
 * of other kinds still end everything.
 */
export async function gatherPart<Value>(
  system: System,
  limits: GatherLimits,
  look: (call: PortCall) => Promise<Value>,
): Promise<Attempt<Value>> {
  try {
    return { known: true, value: await gatherWithin(system, limits, look) };
  } catch (error) {
    limits.signal?.throwIfAborted();
    if (!isBackupError(error)) throw error;
    return { known: false, error };
  }
}
