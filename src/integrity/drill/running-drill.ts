import type { CallOptions } from '../../core/call-options.js';
import { clearingUpSignal } from '../../core/clock.js';
import { isBackupError } from '../../core/errors.js';
import { readEvidence } from '../../evidence/read-evidence.js';
import type { Journal } from '../../ports/journal.js';
import type { Lease } from '../../restore/execution/lease.js';
import type { System } from '../../system/define-system.js';
import type { DrillEvidence } from './drill-evidence.js';
import { type DrillAttempt, type DrillEntry, drillJournalKey, readDrillLog } from './drill-log.js';
import type { DrillRequest } from './drill-request.js';
import type { DrillStart } from './plan-drill.js';
import { isGone } from './what-was-made.js';

/** What is asked of the archive while clearing up must come to an end, by the machine's own time. */
export const clearingUpMilliseconds = 20_000;

/** What one call of a drill works with. */
export interface RunningDrill {
  readonly system: System;
  /** Where and as whom it restores: another region's services, other credentials. */
  readonly there: System;
  readonly request: DrillRequest;
  readonly start: Omit<DrillStart, 'attempt' | 'startedAt'>;
  readonly journal: Journal;
  readonly holder: string;
  readonly lease: Lease;
  /** With the lease's signal, and a sign of life that keeps the lease. */
  readonly options: CallOptions;
}

/**
 * The newest attempt of the run. Where a call could not write down how far it came, the archive has the evidence, or what was made is
 * there no more: that attempt has ended.
 */
export async function readLastAttempt({
  system,
  there,
  journal,
  start,
  options,
}: RunningDrill): Promise<DrillAttempt | undefined> {
  const last = readDrillLog(await journal.read(drillJournalKey(start.runId), options));
  if (last?.evidence !== undefined) return last;
  const kept = last?.key === undefined ? undefined : await readEvidence(system, last.key, options);
  if (kept !== undefined) return last && { ...last, evidence: kept.body as unknown as DrillEvidence };
  if (last?.decision === undefined || last.findings !== undefined) return last;
  if (!(await isGone(there, last.decision.plan, journal, { signal: options.signal }))) return last;
  const error = {
    code: 'aborted',
    message: 'what was made was removed before anybody could write down what was found',
  };
  return { ...last, findings: { phases: [], checks: [], error } };
}

/** Writes down what the drill rests on. */
export async function record(run: RunningDrill, entry: DrillEntry): Promise<void> {
  await append(run, entry, run.options.signal);
}

/** Writes down what has been done, for a later call of the same run. That it cannot be is no reason to stop clearing up. */
export async function note(run: RunningDrill, entry: DrillEntry): Promise<void> {
  try {
    await append(run, entry, clearingUpSignal(clearingUpMilliseconds));
  } catch (error) {
    if (!isBackupError(error)) throw error;
  }
}

async function append(
  run: RunningDrill,
  { kind, details }: DrillEntry,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { journal, start, system, holder } = run;
  const at = system.clock.now().toISOString();
  const plain = JSON.parse(JSON.stringify(details)) as Readonly<Record<string, unknown>>;
  await journal.append({ at, planHash: drillJournalKey(start.runId), runId: holder, kind, details: plain }, { signal });
}
