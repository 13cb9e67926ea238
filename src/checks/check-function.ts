import type { CheckResult, Verdict } from '../core/check-result.js';
import { invalidInput, isBackupError } from '../core/errors.js';
import type { PortCall } from '../ports/port-call.js';
import type { SqlSession } from '../ports/postgres.js';
import { reasonOf } from './attempt.js';
import { withPinnedSettings } from './pinned-settings.js';

/** What a check of the caller's own found. */
export interface FunctionFinding {
  readonly verdict: Verdict;
  /** One line for people. */
  readonly summary: string;
  /** JSON-safe; it is kept with the report. */
  readonly evidence?: Readonly<Record<string, unknown>> | undefined;
}

/** A check as a function of the caller's own, for what one statement of SQL cannot say. */
export interface FunctionCheck {
  /** Names it in the report; each its own. */
  readonly name: string;
  /**
   * Looks at the database: read-only, in the snapshot that all checks see, with only `pg_catalog` in the search path. What it throws
   * makes the check inconclusive.
   */
  readonly run: (session: Pick<SqlSession, 'query' | 'serverVersion'>, call: PortCall) => Promise<FunctionFinding>;
}

/** Errors: `invalid-input`. */
export function checkFunctionChecks(checks: readonly FunctionCheck[]): void {
  checks.forEach(({ name, run }, index) => {
    const first = checks.findIndex((other) => other.name === name) === index;
    if (typeof name !== 'string' || name === '' || !first || typeof run !== 'function') {
      throw invalidInput(
        `checks[${index}]`,
        'is not a function with a name of its own',
        "Write { name: 'totals', run: async (session) => ... }.",
      );
    }
  });
}

/** Makes a check of the caller's own. Whatever goes wrong in it, it does not pass. */
export async function checkFunction(
  session: SqlSession,
  { name, run }: FunctionCheck,
  call: PortCall,
): Promise<CheckResult> {
  const check = 'custom';
  const cannot = (summary: string, evidence: Readonly<Record<string, unknown>> = {}): CheckResult => ({
    check,
    verdict: 'inconclusive',
    summary: `${name}: ${summary}`,
    evidence: { name, ...evidence },
  });
  try {
    const { serverVersion } = session;
    const query: SqlSession['query'] = (text, parameters, own = call) => session.query(text, parameters, own);
    const found = await withPinnedSettings(session, call, () => run({ serverVersion, query }, call));
    if (!['passed', 'failed', 'inconclusive'].includes(found?.verdict) || typeof found.summary !== 'string') {
      return cannot('it did not return a verdict with a summary');
    }
    const evidence = JSON.parse(JSON.stringify(found.evidence ?? {})) as Readonly<Record<string, unknown>>;
    return { check, verdict: found.verdict, summary: `${name}: ${found.summary}`, evidence: { name, ...evidence } };
  } catch (error) {
    call.signal?.throwIfAborted();
    if (isBackupError(error)) return cannot(error.message, { reason: reasonOf(error) });
    return cannot(`it threw: ${error instanceof Error ? error.message : String(error)}`);
  }
}
