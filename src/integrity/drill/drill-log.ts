import type { JournalEntry } from '../../ports/journal.js';
import type { DrillDecision } from './drill-decision.js';
import type { DrillEvidence } from './drill-evidence.js';
import type { DrillFindings } from './drill-findings.js';

/** The entries of a run in the journal, in the order in which they come. An attempt that ended by an error is followed by another. */
export type DrillEntry =
  | {
      readonly kind: 'drill-begun';
      readonly details: { readonly attempt: number; readonly startedAt: string; readonly source?: string | undefined };
    }
  | { readonly kind: 'drill-decided'; readonly details: { readonly decision: DrillDecision } }
  /** Restored and checked, or not: what was made is still there. */
  | { readonly kind: 'drill-found'; readonly details: { readonly findings: DrillFindings } }
  /** Torn down, and judged. */
  | { readonly kind: 'drill-judged'; readonly details: { readonly evidence: DrillEvidence } }
  | { readonly kind: 'drill-stored'; readonly details: { readonly key: string } }
  /** Removed by a sweep, of whichever attempt it was. */
  | { readonly kind: 'drill-swept'; readonly details: { readonly identifier: string } };

/** An attempt of a run, as far as the journal tells. */
export interface DrillAttempt {
  readonly attempt: number;
  readonly startedAt: string;
  /** What was asked for, as text. */
  readonly source?: string | undefined;
  readonly decision?: DrillDecision | undefined;
  readonly findings?: DrillFindings | undefined;
  readonly evidence?: DrillEvidence | undefined;
  readonly key?: string | undefined;
  /** Whether a sweep has removed what it had made. */
  readonly swept?: true | undefined;
}

/** The key of a run in the journal. */
export function drillJournalKey(runId: string): string {
  return `drill-${runId}`;
}

/** Reads the newest attempt off the journal; `undefined`: the run has not begun. */
export function readDrillLog(entries: readonly JournalEntry[]): DrillAttempt | undefined {
  return readDrillAttempts(entries).at(-1);
}

/** All attempts of a run, in order. Entries of other kinds are passed over. */
export function readDrillAttempts(entries: readonly JournalEntry[]): readonly DrillAttempt[] {
  const attempts: DrillAttempt[] = [];
  for (const entry of entries as readonly (JournalEntry & DrillEntry)[]) {
    if (entry.kind === 'drill-begun') attempts.push({ ...entry.details });
    else if (entry.kind === 'drill-swept') markSwept(attempts, entry.details.identifier);
    else attempts.push(...attempts.splice(-1).map((newest) => ({ ...newest, ...toldBy(entry) })));
  }
  return attempts;
}

function toldBy(entry: JournalEntry & DrillEntry): Partial<DrillAttempt> {
  if (entry.kind === 'drill-decided') return { decision: entry.details.decision };
  if (entry.kind === 'drill-found') return { findings: entry.details.findings };
  if (entry.kind === 'drill-judged') return { evidence: entry.details.evidence };
  return entry.kind === 'drill-stored' ? { key: entry.details.key } : {};
}

function markSwept(attempts: DrillAttempt[], identifier: string): void {
  for (const [index, attempt] of attempts.entries()) {
    if (attempt.decision?.target.identifier === identifier) attempts[index] = { ...attempt, swept: true };
  }
}
