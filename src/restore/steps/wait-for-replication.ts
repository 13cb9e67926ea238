import { BackupError } from '../../core/errors.js';
import type { Judgement } from '../../core/poll.js';
import type { Execution, StepResult } from '../execution/execution.js';
import { waitUntil } from '../execution/execution.js';
import { candidateRegion } from '../execution/require-for-plan.js';
import { isPromoted } from '../replica/is-promoted.js';
import { judgeReplication } from '../replica/judge-replication.js';
import { readLagMetric } from '../replica/known-lag.js';
import { lookAtReplication, type ReplicationLook } from '../replica/look-at-replication.js';
import { bytesBehind } from '../replica/replay-position.js';
import type { WaitForReplicationStep } from '../replica/replica-step.js';

/** A new replica has all to replay that was written while it was made. */
const boundMilliseconds = 6 * 3_600_000;

/** A server that is not reached for so long will not be from here. */
const reachMilliseconds = 10 * 60_000;

/** Up to this the lag of an idle source's replica rises by itself (facts E5). */
const idleLagSeconds = 300;

interface Seen extends ReplicationLook {
  readonly writtenBefore?: string | undefined;
  /** Since when no server, or not both, could be asked. */
  readonly unreachableSince?: Date | undefined;
  /** What CloudWatch says then. */
  readonly lagSeconds?: number | undefined;
}

/**
 * Waits until a replica follows its source closely, two looks in a row. Errors: `resource-failed` once replication has ended,
 * `database-unreachable` where a server cannot be asked from here and CloudWatch is not believed, or does not tell;
 * `deadline-exceeded` where the lag does not go, `precondition-failed` where the replica is gone, and the database's own.
 */
export async function waitForReplication(execution: Execution, step: WaitForReplicationStep): Promise<StepResult> {
  const { clock } = execution.system;
  let last: Seen | undefined;
  const { replica, written, replay, lagSeconds } = await waitUntil<Seen>(execution, step, {
    what: `replica ${step.identifier} to follow ${step.source.identifier} closely`,
    subject: step.identifier,
    observe: async () => {
      last = await look(execution, step, last);
      return last;
    },
    judge: (seen) => (isPromoted(execution, seen.replica) ? { state: 'ready' } : judge(seen, clock.now())),
    consecutive: 2,
    boundMilliseconds,
  });
  const { replayed, replayedUntil } = replay ?? {};
  return {
    status: 'finished',
    facts: {
      endpoint: replica.endpoint,
      replicatedAt: clock.now().toISOString(),
      replayedUntil,
      lagBytes: written === undefined || replayed === undefined ? undefined : bytesBehind(written, replayed),
      lagSeconds,
    },
  };
}

async function look(execution: Execution, step: WaitForReplicationStep, last: Seen | undefined): Promise<Seen> {
  const { system, plan, call } = execution;
  const seen = await lookAtReplication(execution, step);
  const writtenBefore = last?.written ?? last?.writtenBefore;
  if (seen.problem === undefined) return { ...seen, writtenBefore };
  const now = system.clock.now();
  const unreachableSince = last?.unreachableSince ?? now;
  if (step.orByMetric !== true) return { ...seen, writtenBefore, unreachableSince };
  const lag = await readLagMetric(candidateRegion(system, plan).metrics, step.identifier, now, call);
  return { ...seen, writtenBefore, unreachableSince, lagSeconds: lag?.seconds };
}

function judge(seen: Seen, now: Date): Judgement {
  const judged = judgeReplication(seen, seen.writtenBefore);
  const { problem, lagSeconds, unreachableSince = now } = seen;
  // Whatever else is wrong with it goes first.
  if (problem === undefined || judged.state !== 'pending' || judged.status !== problem) return judged;
  if (lagSeconds !== undefined && lagSeconds <= idleLagSeconds) return { state: 'ready' };
  if (now.getTime() - unreachableSince.getTime() < reachMilliseconds) return judged;
  const error = new BackupError({
    code: 'database-unreachable',
    message: `nobody here can tell how far ${seen.replica.identifier} is behind: ${problem}`,
    hint: 'It was not harmed. Execute the plan again from where both servers can be reached, or with CloudWatch to read.',
    details: { instance: seen.replica.identifier, lagSeconds },
  });
  return { state: 'failed', error };
}
