import type { BackupKind } from '../../core/backups.js';
import type { RestorePlan } from '../../restore/plan/restore-plan.js';
import type { DrilledBackup, DrillTarget } from './drill-evidence.js';

/** What a drill is going to do, decided before anything is made. JSON-safe: the journal keeps it. */
export interface DrillDecision {
  readonly runId: string;
  /** ISO instants. */
  readonly startedAt: string;
  readonly decidedAt: string;
  readonly expiresAt: string;
  readonly backup: DrilledBackup;
  /** Whether it is a point in time as far as the logs reach: what a recovery would lose right now. */
  readonly latest?: true | undefined;
  /** What the evidence of a pass marks as verified; a point in time is no backup of its own. */
  readonly marks?: { readonly kind: BackupKind } | undefined;
  readonly target: DrillTarget;
  /** Of the instance to be made, for what it costs. */
  readonly storageGiB?: number | undefined;
  /** Of the server that the backup comes from. */
  readonly engineVersion?: string | undefined;
  readonly plan: RestorePlan;
}

/** Name of what a run makes: its prefix, its run, and which attempt of the run it is, if it is not the first. */
export function drillName(prefix: string, runId: string, attempt: number): string {
  return `${prefix}-${runId}${attempt === 1 ? '' : `-${attempt}`}`;
}

/** The same as the name of a database. */
export function drillDatabase(prefix: string, runId: string, attempt: number): string {
  return drillName(prefix, runId, attempt).replaceAll('-', '_');
}
