import type { CheckResult, Verdict } from '../../core/check-result.js';
import type { DrillPhase, DrillVerdict } from '../drill/drill-evidence.js';

/** An objective beside what was measured. */
export interface ReportMeasure {
  readonly name: string;
  readonly allowedMilliseconds: number;
  readonly measuredMilliseconds?: number | undefined;
  readonly verdict: 'met' | 'missed' | 'not-judged';
  readonly basis: string;
}

/** One run of many. */
export interface ReportRun {
  /** ISO instant. */
  readonly at: string;
  readonly verdict: DrillVerdict;
  /** How long the recovery took; absent where it did not come so far. */
  readonly milliseconds?: number | undefined;
}

/** What a report says, before it is written in a format. */
export interface ReportDocument {
  readonly title: string;
  readonly verdict: DrillVerdict | Verdict;
  /** What came of it, in a sentence. */
  readonly lead: string;
  /** ISO instants. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** What keeps it from having passed. */
  readonly reasons: readonly string[];
  /** What is still there and costs money. */
  readonly alarms: readonly string[];
  readonly measures: readonly ReportMeasure[];
  readonly phases: readonly DrillPhase[];
  readonly checks: readonly CheckResult[];
  readonly notChecked: readonly string[];
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** Oldest first, this run included; empty: nothing is known of others. */
  readonly history: readonly ReportRun[];
  readonly historyAllowedMilliseconds?: number | undefined;
  /** What the report is of, whole, for the formats that keep everything. */
  readonly source: unknown;
}
