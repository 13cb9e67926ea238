import type { Backup } from '../core/backups.js';
import { writeEvidence } from '../evidence/write-evidence.js';
import type { PortCall } from '../ports/port-call.js';
import type { RetentionDecision } from '../retention/retention-decision.js';
import type { System } from '../system/define-system.js';
import type { RetentionOutcome } from './retention-outcome.js';

/**
 * Keeps in the archive what is about to be deleted and why, before anything is: a process may be killed between two deletions.
 * Nothing where there is no archive, or nothing to do: a scheduler that finds nothing due every hour need not say so.
 */
export async function announceRetention(
  system: System,
  { now, verdict, expire }: RetentionDecision<Backup>,
  call: PortCall,
): Promise<void> {
  if (system.archive === undefined || expire.length === 0) return;
  const expiring = expire.map(({ backup: { kind, id, region, createdAt, sizeBytes }, reasons }) => {
    return { kind, id, region, createdAt: createdAt?.toISOString(), sizeBytes, reasons };
  });
  const record = { kind: 'retention', at: system.clock.now(), subject: system.database.instance } as const;
  const body = { stage: 'begun', decidedFor: now, decision: verdict, expiring };
  await writeEvidence(system, { ...record, verdict: 'inconclusive', body }, call);
}

/** Keeps what became of it, and gives the key; `undefined` as above. */
export async function recordRetention(
  system: System,
  outcome: RetentionOutcome,
  stage: 'finished' | 'stopped',
  call: PortCall,
): Promise<string | undefined> {
  const { verdict, startedAt, finishedAt, expired, ...rest } = outcome;
  if (system.archive === undefined || (expired.length === 0 && verdict === 'completed')) return undefined;
  const passed = stage === 'finished' && verdict === 'completed';
  const body = {
    stage,
    verdict,
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt.toISOString(),
    ...rest,
    expired: expired.map((each) => ({ ...each, createdAt: each.createdAt?.toISOString() })),
  };
  const record = {
    kind: 'retention',
    at: finishedAt,
    subject: system.database.instance,
    verdict: passed ? 'passed' : verdict === 'incomplete' ? 'failed' : 'inconclusive',
    body,
  } as const;
  return (await writeEvidence(system, record, call)).key;
}
