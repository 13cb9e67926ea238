import { type CheckResult, overallVerdict, type Verdict } from '../core/check-result.js';
import type { Attempt } from './attempt.js';
import { reasonOf } from './attempt.js';

/** What was found of one of the many things that a check looks at. */
export interface Finding {
  readonly subject: string;
  readonly verdict: Verdict;
  /** Why it did not pass, or why it passed though it is not sound. */
  readonly reason?: string | undefined;
}

/** Findings that evidence names one by one; beyond, only their number. */
const named = 50;

/** A finding where it could not be found out. */
export function unknownFinding(subject: string, { error }: Extract<Attempt<unknown>, { known: false }>): Finding {
  return { subject, verdict: 'inconclusive', reason: `${error.code}: ${error.message}` };
}

/**
 * One result over many findings. `things` is what they are, in the plural. Nothing to look at in a database without any
 * table proves nothing; in one with tables there simply are none.
 */
export function resultOfFindings(
  check: string,
  things: string,
  findings: readonly Finding[],
  tables: number,
): CheckResult {
  const failed = findings.filter(({ verdict }) => verdict === 'failed');
  const unknown = findings.filter(({ verdict }) => verdict === 'inconclusive');
  const excused = findings.filter(({ verdict, reason }) => verdict === 'passed' && reason !== undefined);
  const evidence = {
    checked: findings.length,
    tables,
    ...(failed.length === 0 ? {} : { failed: failed.slice(0, named), failures: failed.length }),
    ...(unknown.length === 0 ? {} : { unknown: unknown.slice(0, named) }),
    ...(excused.length === 0 ? {} : { asExpected: excused.slice(0, named) }),
  };
  if (tables === 0) return { check, verdict: 'inconclusive', summary: `no table, so no ${things} to check`, evidence };
  if (findings.length === 0) return { check, verdict: 'passed', summary: `there are no ${things}`, evidence };
  const verdict = overallVerdict(
    findings.map(({ verdict: one }) => ({ check, verdict: one, summary: '', evidence: {} })),
  );
  const worst = failed[0] ?? unknown[0];
  const bad =
    failed.length > 0
      ? `${failed.length} of ${findings.length} ${things} failed`
      : `${unknown.length} of ${findings.length} ${things} could not be checked`;
  const sound = `${findings.length - excused.length} ${things} are sound${
    excused.length === 0 ? '' : `, and ${excused.length} not, as is expected: ${excused[0]?.subject}`
  }`;
  const summary = worst === undefined ? sound : `${bad}: ${worst.subject}: ${worst.reason ?? ''}`;
  return { check, verdict, summary, evidence };
}

/** The result of a check that could not be made at all. `subject` is which of several of its kind. */
export function inconclusive(
  check: string,
  { error }: Extract<Attempt<unknown>, { known: false }>,
  evidence: Readonly<Record<string, unknown>> = {},
  subject?: string,
): CheckResult {
  const summary = subject === undefined ? error.message : `${subject}: ${error.message}`;
  return { check, verdict: 'inconclusive', summary, evidence: { ...evidence, reason: reasonOf(error) } };
}
