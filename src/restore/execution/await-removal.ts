import type { CallOptions } from '../../core/call-options.js';
import type { BackupError } from '../../core/errors.js';
import { type Judgement, pollUntil } from '../../core/poll.js';
import type { System } from '../../system/define-system.js';

/** What is being made refuses to be deleted (facts B18, F15), and making it takes a while. */
const boundMilliseconds = 2 * 3_600_000;

/** What was asked for may not be visible at once (facts 0.7). */
const invisibleMilliseconds = 120_000;

/** A right that was just given may not be everywhere at once: one denial is not believed. */
const refusalsBelieved = 3;

/** What one look, which asks for the deletion on the way, came to. */
export interface RemovalLook {
  /** `undefined`: it is not there, or not known. */
  readonly status?: string | undefined;
  /** Why it could not be seen, or not be deleted. */
  readonly refusal?: BackupError | undefined;
}

/** How a removal is waited for. Without a signal it also runs after an abort. */
export interface RemovalOptions extends Pick<CallOptions, 'signal' | 'deadline'> {
  /** `false`: only until the deletion was accepted, which cannot be taken back. */
  readonly patient: boolean;
}

/**
 * Looks until something temporary is gone. `never-there`: it was not to be seen for longer than what was asked for can stay invisible.
 *
 * Errors: `deadline-exceeded`, a refusal that does not pass, and what `look` throws.
 */
export async function awaitRemoval(
  system: System,
  what: string,
  look: () => Promise<RemovalLook>,
  { patient, signal, deadline }: RemovalOptions,
): Promise<'removed' | 'never-there'> {
  const { clock, random, polling } = system;
  const began = clock.now().getTime();
  const bound = new Date(began + boundMilliseconds);
  let seen = false;
  let refusals = 0;
  const observe = async (): Promise<RemovalLook> => {
    const looked = await look();
    refusals = looked.refusal === undefined ? 0 : refusals + 1;
    seen = seen || looked.status !== undefined;
    return looked;
  };
  const judge = ({ status, refusal }: RemovalLook): Judgement => {
    if (refusal !== undefined) {
      const passes = refusal.retryable || refusal.code === 'invalid-state' || refusals < refusalsBelieved;
      return passes ? { state: 'pending', status: refusal.message } : { state: 'failed', error: refusal };
    }
    if (status === undefined) {
      const certain = seen || clock.now().getTime() - began >= invisibleMilliseconds;
      return certain ? { state: 'ready' } : { state: 'pending', status: 'not to be seen' };
    }
    return !patient && status === 'deleting' ? { state: 'ready' } : { state: 'pending', status };
  };
  await pollUntil<RemovalLook>({
    what: `${what} to be deleted`,
    observe,
    judge,
    consecutive: 2,
    deadline: deadline !== undefined && deadline < bound ? deadline : bound,
    ...polling,
    clock,
    random,
    signal,
  });
  return seen ? 'removed' : 'never-there';
}
