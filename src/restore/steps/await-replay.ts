import { BackupError } from '../../core/errors.js';
import type { Judgement } from '../../core/poll.js';
import { type Execution, type StepResult, waitUntil } from '../execution.js';
import type { StepFacts } from '../execution-progress.js';
import { judgeCaughtUp, judgeReplayed } from '../replica/judge-replication.js';
import { lookAtReplication, type ReplicationLook } from '../replica/look-at-replication.js';
import type { AwaitReplayStep } from '../replica/replica-step.js';

/** A promotion under way is waited for, not given up. */
const promotionMilliseconds = 2 * 3_600_000;

/** How long a server that cannot be reached is asked in a disaster, beyond the step's own patience. */
const reachMilliseconds = 10 * 60_000;

/**
 * Waits until a replica has all that it can be given before it is promoted, two looks in a row, and writes down how far it came:
 * what comes later is lost. One that is promoted already has nothing to wait for.
 *
 * Errors: `deadline-exceeded` where a planned promotion would lose something, or the replica's server cannot be reached,
 * `precondition-failed` for one too far behind, `resource-failed`, and the database's own.
 */
export async function awaitReplay(execution: Execution, step: AwaitReplayStep): Promise<StepResult> {
  const { clock } = execution.system;
  const begun = clock.now().getTime();
  const { finished, notes } = execution.progress();
  const isSent = notes.get('promote-replica')?.sentAt !== undefined;
  const isOver = (): boolean => clock.now().getTime() - begun >= step.patienceMilliseconds;
  let patience = step.patienceMilliseconds;
  if (step.source === undefined) patience += reachMilliseconds;
  const look = await waitUntil<ReplicationLook>(execution, step, {
    what: step.source === undefined ? `${step.identifier} to replay all that it has` : `${step.identifier} to catch up`,
    subject: step.identifier,
    observe: () => lookAtReplication(execution, step),
    judge: (seen) => (seen.replica.replicaSource === undefined ? { state: 'ready' } : judge(step, seen, isOver())),
    consecutive: 2,
    boundMilliseconds: isSent ? promotionMilliseconds : patience,
  });
  if (look.replica.replicaSource === undefined)
    return { status: 'finished', facts: finished.get(step.id)?.facts ?? {} };
  const facts = factsOf(look, clock.now());
  requireRecent(step, look.replay?.replayedUntil);
  return { status: 'finished', facts };
}

/** In a disaster what was received and cannot be replayed in time is no reason to wait on: the promotion brings it. */
function judge(step: AwaitReplayStep, look: ReplicationLook, isOver: boolean): Judgement {
  if (step.source !== undefined) return judgeCaughtUp(look);
  const judged = judgeReplayed(look);
  return judged.state === 'pending' && isOver && look.replay !== undefined ? { state: 'ready' } : judged;
}

function factsOf({ written, replay }: ReplicationLook, now: Date): StepFacts {
  return {
    at: now.toISOString(),
    written,
    received: replay?.received,
    replayed: replay?.replayed,
    replayedUntil: replay?.replayedUntil,
  };
}

function requireRecent({ id, identifier, leastReplayed }: AwaitReplayStep, replayedUntil: string | undefined): void {
  if (leastReplayed === undefined || (replayedUntil !== undefined && replayedUntil >= leastReplayed)) return;
  throw new BackupError({
    code: 'precondition-failed',
    message: `${id}: ${identifier} has replayed until ${replayedUntil ?? 'nobody knows when'}, and not until ${leastReplayed}`,
    hint: 'Nothing was promoted. Make a plan with a longer maxLag, or without, to lose what is missing; or restore another way.',
    details: { step: id, instance: identifier, replayedUntil, leastReplayed },
  });
}
