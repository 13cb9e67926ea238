/** `inconclusive`: it could not be found out; the summary says why. Never a pass. */
export type Verdict = 'passed' | 'failed' | 'inconclusive';

/** What one check found. */
export interface CheckResult {
  /** The check's name, such as `fingerprint` or `foreign-keys`. */
  readonly check: string;
  readonly verdict: Verdict;
  /** One line for people. */
  readonly summary: string;
  /** What the verdict rests on, JSON-safe. */
  readonly evidence: Readonly<Record<string, unknown>>;
}

/** What a set of checks found. */
export interface CheckReport {
  /** `failed` if any check failed, else `inconclusive` if any was or none was made, else `passed`. */
  readonly verdict: Verdict;
  readonly checks: readonly CheckResult[];
  /** ISO instants. */
  readonly startedAt: string;
  readonly finishedAt: string;
}

/** The verdict over several. No checks at all prove nothing. */
export function overallVerdict(checks: readonly CheckResult[]): Verdict {
  if (checks.some((check) => check.verdict === 'failed')) return 'failed';
  return checks.length > 0 && checks.every((check) => check.verdict === 'passed') ? 'passed' : 'inconclusive';
}
