import type { Judgement } from '../../core/poll.js';
import { type Execution, type StepResult, waitUntil } from '../execution/execution.js';
import type { StepFacts } from '../execution/execution-progress.js';
import { describeCandidate } from '../instance/candidate.js';
import { isMarked } from '../replica/is-promoted.js';
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
 * `resource-failed`, and the database's own.
 */
export async function awaitReplay(execution: Execution, step: AwaitReplayStep): Promise<StepResult> {
  const { clock } = execution.system;
  const begun = clock.now().getTime();
  const mayBeSent = await mayBePromoting(execution);
  const isOver = (): boolean => clock.now().getTime() - begun >= step.patienceMilliseconds;
  let patience = step.patienceMilliseconds;
  if (step.source === undefined) patience += reachMilliseconds;
  const look = await waitUntil<ReplicationLook>(execution, step, {
    what: step.source === undefined ? `${step.identifier} to replay all that it has` : `${step.identifier} to catch up`,
    subject: step.identifier,
    observe: () => lookAtReplication(execution, step),
    judge: (seen) => (seen.replica.replicaSource === undefined ? { state: 'ready' } : judge(step, seen, isOver())),
    consecutive: 2,
    boundMilliseconds: mayBeSent ? promotionMilliseconds : patience,
  });
  if (look.replica.replicaSource === undefined)
    return { status: 'finished', facts: execution.progress().finished.get(step.id)?.facts ?? {} };
  return { status: 'finished', facts: factsOf(look, clock.now()) };
}

/**
 * Whether an earlier run may have asked for the promotion. Where its journal is lost the mark on the replica says so, and that is
 * written down: whatever fails from here on, the writers are not let go on by themselves.
 */
async function mayBePromoting(execution: Execution): Promise<boolean> {
  const { notes, begun } = execution.progress();
  const { sentAt, foundMarkedAt } = notes.get('promote-replica') ?? {};
  if (sentAt !== undefined || foundMarkedAt !== undefined) return true;
  // A journal that knows of the step knows of the request, too.
  if (begun.has('promote-replica')) return false;
  const step = execution.plan.steps.find(({ kind }) => kind === 'promote-replica');
  if (step === undefined || !isMarked(execution, await describeCandidate(execution))) return false;
  await execution.note(step, { foundMarkedAt: execution.system.clock.now().toISOString() });
  return true;
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
