import type { BackupErrorCode } from '../../core/error-codes.js';
import { isBackupError } from '../../core/errors.js';
import type { Judgement } from '../../core/poll.js';
import type { RestoreStep } from '../plan/restore-step.js';
import { type Execution, waitUntil } from './execution.js';

/** What a look at the world calls for: to wait as with any poll, or to do the one thing this is about. */
export type Decision = Judgement | { readonly state: 'act' };

/** One change of the world and how to see that it has happened. */
export interface Reconciliation<Observation> {
  readonly what: string;
  readonly subject: string;
  readonly observe: () => Promise<Observation>;
  readonly decide: (observation: Observation) => Decision;
  /** Makes the change. It may have happened although this rejects (facts 0.3): we look again. */
  readonly act: (observation: Observation) => Promise<void>;
  /** Refusals that pass by themselves or turn out to be our own doing at the next look. */
  readonly tolerated: readonly BackupErrorCode[];
  /** Reads in a row that must call for the change before it is made, so that one stale read (facts 0.7) changes nothing. Default 1. */
  readonly confirmations?: ((observation: Observation) => number) | undefined;
  /** Reads in a row that must be ready. Default 1. */
  readonly consecutive?: number | undefined;
  readonly boundMilliseconds: number;
  readonly status: (observation: Observation) => string;
}

/** After a change was accepted the status still is the old one for a while (facts 0.7): so long we do not make it again. */
const settlingMilliseconds = 60_000;

/**
 * Observes, acts where that is called for, and observes until it is done. Safe to begin again from any state, since what has
 * been done already is seen to be done.
 *
 * Errors: the decision's own; `deadline-exceeded`; what `act` rejects with unless tolerated or retryable.
 */
export function reconcile<Observation>(
  execution: Execution,
  step: RestoreStep,
  change: Reconciliation<Observation>,
): Promise<Observation> {
  const { clock } = execution.system;
  let actedAt: number | undefined;
  let calls = 0;
  let refusal: string | undefined;
  const settling = (): boolean => actedAt !== undefined && clock.now().getTime() - actedAt < settlingMilliseconds;
  const act = async (observation: Observation): Promise<void> => {
    actedAt = clock.now().getTime();
    calls = 0;
    refusal = undefined;
    try {
      await change.act(observation);
    } catch (error) {
      execution.call.signal?.throwIfAborted();
      if (!isBackupError(error) || !(change.tolerated.includes(error.code) || error.retryable)) throw error;
      actedAt = undefined;
      refusal = error.message;
    }
  };
  return waitUntil<Observation>(execution, step, {
    what: change.what,
    subject: change.subject,
    observe: async () => {
      const observation = await change.observe();
      if (change.decide(observation).state !== 'act') calls = 0;
      else if (!settling()) {
        calls += 1;
        if (calls >= (change.confirmations?.(observation) ?? 1)) await act(observation);
      }
      return observation;
    },
    judge: (observation) => {
      const decision = change.decide(observation);
      return decision.state === 'act' ? { state: 'pending', status: refusal ?? change.status(observation) } : decision;
    },
    consecutive: change.consecutive,
    boundMilliseconds: change.boundMilliseconds,
  });
}
