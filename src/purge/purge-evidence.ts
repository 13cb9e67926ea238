import { writeEvidence } from '../evidence/write-evidence.js';
import type { PortCall } from '../ports/port-call.js';
import type { System } from '../system/define-system.js';
import type { PurgeDecision, PurgeOutcome } from './purge-decision.js';

/** How a purge has ended. */
export interface PurgeEnd {
  readonly stage: 'finished' | 'stopped';
  /** The partition or table of a last transaction of which nobody knows whether it was committed. */
  readonly unanswered?: string | undefined;
}

/** Keeps in the archive what was deleted and what that was decided on; gives the key, where there is an archive. */
export async function recordPurge(
  system: System,
  decision: PurgeDecision,
  outcome: PurgeOutcome,
  { stage, unanswered }: PurgeEnd,
  call: PortCall,
): Promise<string | undefined> {
  if (system.archive === undefined) return undefined;
  const { startedAt, finishedAt, ...rest } = outcome;
  const body = {
    stage,
    ...(unanswered === undefined ? {} : { unanswered }),
    decision,
    ...rest,
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt.toISOString(),
  };
  const verdict = stage === 'finished' ? 'passed' : 'inconclusive';
  const { key } = await writeEvidence(
    system,
    { kind: 'retention', at: finishedAt, subject: decision.table, verdict, body },
    call,
  );
  return key;
}
