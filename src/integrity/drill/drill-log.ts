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
  | { readonly kind: 'drill-stored'; readonly details: { readonly key: string } };

/** The newest attempt of a run, as far as the journal tells. */
export interface DrillAttempt {
  readonly attempt: number;
  readonly startedAt: string;
  /** What was asked for, as text. */
  readonly source?: string | undefined;
  readonly decision?: DrillDecision | undefined;
  readonly findings?: DrillFindings | undefined;
  readonly evidence?: DrillEvidence | undefined;
  readonly key?: string | undefined;
}

/** The key of a run in the journal. */
export function drillJournalKey(runId: string): string {
  return `drill-${runId}`;
}

/** Reads the newest attempt off the journal; `undefined`: the run has not begun. Entries of other kinds are passed over. */
export function readDrillLog(entries: readonly JournalEntry[]): DrillAttempt | undefined {
  let newest: DrillAttempt | undefined;
  for (const entry of entries as readonly (JournalEntry & DrillEntry)[]) {
    if (entry.kind === 'drill-begun') newest = { ...entry.details };
    else if (newest === undefined) continue;
    else if (entry.kind === 'drill-decided') newest = { ...newest, decision: entry.details.decision };
    else if (entry.kind === 'drill-found') newest = { ...newest, findings: entry.details.findings };
    else if (entry.kind === 'drill-judged') newest = { ...newest, evidence: entry.details.evidence };
    else if (entry.kind === 'drill-stored') newest = { ...newest, key: entry.details.key };
  }
  return newest;
}
