import type { BackupErrorCode } from '../core/error-codes.js';

/** How bad it is. `warning`: look at it today. `critical`: a recovery right now would fail or break an objective. */
export type ReadinessGrade = 'ok' | 'warning' | 'critical';

/** What a finding is about. Stable: alerts may be routed by it. */
export type ReadinessCode =
  | 'instance-status'
  | 'point-in-time-recovery'
  | 'recovery-point'
  | 'log-shipping'
  | 'recovery-time'
  | 'last-drill'
  | 'backup-retention'
  | 'automated-snapshot'
  | 'snapshot-quota'
  | 'dump-freshness'
  | 'dump-size'
  | 'free-storage'
  | 'retained-logs'
  | 'replicas'
  | 'replica-lag'
  | 'backup-copies'
  | 'cache-status'
  | 'cache-snapshot'
  | 'cache-schedule'
  | 'cache-durability'
  | 'backup-window'
  | 'maintenance-window'
  | 'public-access'
  | 'shared-snapshots'
  | 'encryption'
  | 'deletion-protection'
  | 'multi-az'
  | 'copy-tags'
  | 'enhanced-monitoring'
  | 'log-exports'
  | 'pending-changes';

/** One thing that was looked at. */
export interface ReadinessFinding {
  readonly code: ReadinessCode;
  readonly grade: ReadinessGrade;
  /** One line for people: what is so. */
  readonly title: string;
  /** What it rests on, JSON-safe. */
  readonly evidence: Readonly<Record<string, unknown>>;
  /** What it means for a recovery. */
  readonly meaning: string;
  /** What to do; absent where nothing is to be done. */
  readonly next?: string | undefined;
  /** Why it could not be found out. Such a finding is a warning: not knowing is no proof of the contrary. */
  readonly unknown?: { readonly code: BackupErrorCode | 'not-measured'; readonly message: string } | undefined;
}

/** Whether an objective would hold if a recovery began now. */
export interface ReadinessObjective {
  readonly objective: 'recovery-time' | 'recovery-point';
  readonly verdict: 'met' | 'missed' | 'unknown';
  /** Absent where it is unknown. */
  readonly measuredMilliseconds?: number | undefined;
  readonly allowedMilliseconds: number;
}

/** Whether the system could be recovered right now as promised. JSON as it stands: instants are ISO texts. */
export interface ReadinessReport {
  readonly system: { readonly instance: string; readonly resourceId: string; readonly region: string };
  readonly at: string;
  /** The worst of the findings. */
  readonly grade: ReadinessGrade;
  readonly objectives: readonly ReadinessObjective[];
  /** The worst first. */
  readonly findings: readonly ReadinessFinding[];
}

/** The worst of several grades; `ok` where there are none. */
export function worstGrade(grades: readonly ReadinessGrade[]): ReadinessGrade {
  if (grades.includes('critical')) return 'critical';
  return grades.includes('warning') ? 'warning' : 'ok';
}

/**
 * The exit code that Nagios and its kin understand: 0 ok, 1 warning, 2 critical.
 *
 * @example
 * ```ts
 * process.exitCode = readinessExitCode(await assessReadiness(zephyr));
 * ```
 */
export function readinessExitCode(report: Pick<ReadinessReport, 'grade'>): 0 | 1 | 2 {
  switch (report.grade) {
    case 'ok':
      return 0;
    case 'warning':
      return 1;
    case 'critical':
      return 2;
  }
}
