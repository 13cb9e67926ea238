import type { Execution, StepResult } from '../execution.js';
import { waitUntil } from '../execution.js';
import { isPromoted } from '../replica/is-promoted.js';
import { judgeReplication } from '../replica/judge-replication.js';
import { lookAtReplication, type ReplicationLook } from '../replica/look-at-replication.js';
import { bytesBehind } from '../replica/replay-position.js';
import type { WaitForReplicationStep } from '../replica/replica-step.js';

/** A new replica has all to replay that was written while it was made. */
const boundMilliseconds = 6 * 3_600_000;

/**
 * Waits until a replica follows its source closely, two looks in a row. Errors: `resource-failed` once replication has ended,
 * `deadline-exceeded` where the lag does not go, `precondition-failed` where the replica is gone, and the database's own.
 */
export async function waitForReplication(execution: Execution, step: WaitForReplicationStep): Promise<StepResult> {
  let writtenBefore: string | undefined;
  let writtenNow: string | undefined;
  const { replica, written, replay } = await waitUntil<ReplicationLook>(execution, step, {
    what: `replica ${step.identifier} to follow ${step.source.identifier} closely`,
    subject: step.identifier,
    observe: async () => {
      const look = await lookAtReplication(execution, step);
      writtenBefore = writtenNow;
      writtenNow = look.written ?? writtenNow;
      return look;
    },
    judge: (look) => (isPromoted(execution, look.replica) ? { state: 'ready' } : judgeReplication(look, writtenBefore)),
    consecutive: 2,
    boundMilliseconds,
  });
  return {
    status: 'finished',
    facts: {
      endpoint: replica.endpoint,
      replicatedAt: execution.system.clock.now().toISOString(),
      replayedUntil: replay?.replayedUntil,
      lagBytes:
        written === undefined || replay?.replayed === undefined ? undefined : bytesBehind(written, replay.replayed),
    },
  };
}
