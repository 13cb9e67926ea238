import { type CheckResult, formatMilliseconds, type ObjectiveVerdict, type Verdict } from '@zephyr/backup';

/** What the demo found: the table it ends with, and with `--json` the document it prints. */
export interface DemoReport {
  readonly verdict: 'passed' | 'failed';
  readonly rto: ObjectiveVerdict;
  readonly rpo: ObjectiveVerdict;
  readonly checks: readonly CheckResult[];
  /** Parts that were not run because a program is missing, and the command that would add it. */
  readonly leftOut: readonly LeftOutPart[];
}

/** A part of the demo that was not run. */
export interface LeftOutPart {
  readonly part: string;
  readonly command: string;
}

/** Anything but a pass fails the whole. */
export function concludeReport(
  objectives: readonly [ObjectiveVerdict, ObjectiveVerdict],
  checks: readonly CheckResult[],
  leftOut: readonly LeftOutPart[],
): DemoReport {
  const [rto, rpo] = objectives;
  const sound = rto.verdict === 'met' && rpo.verdict === 'met' && checks.every((check) => check.verdict === 'passed');
  return { verdict: sound ? 'passed' : 'failed', rto, rpo, checks, leftOut };
}

/** A check of the demo's own. */
export function check(name: string, passed: boolean, summary: string): CheckResult {
  return { check: name, verdict: passed ? 'passed' : 'failed', summary, evidence: {} };
}

export function renderReport(report: DemoReport): string {
  const rows = [
    objectiveRow('RTO', report.rto),
    objectiveRow('RPO', report.rpo),
    ...report.checks.map((check): readonly string[] => [check.check, sign(check.verdict), check.summary]),
  ];
  const width = Math.max(...rows.map((row) => row[0]?.length ?? 0));
  const lines = rows.map(([name = '', verdict = '', summary = '']) => `${name.padEnd(width)}  ${verdict}  ${summary}`);
  const notRun = report.leftOut.map(({ part, command }) => `not run: ${part}; to add it: ${command}`);
  return [...lines, ...notRun, '', `verdict: ${report.verdict}`].join('\n');
}

function objectiveRow(name: string, verdict: ObjectiveVerdict): readonly string[] {
  const measured = formatMilliseconds(verdict.measuredMilliseconds);
  return [
    name,
    sign(verdict.verdict === 'met' ? 'passed' : 'failed'),
    `measured ${measured}, allowed ${formatMilliseconds(verdict.allowedMilliseconds)}`,
  ];
}

function sign(verdict: Verdict): string {
  return { passed: 'pass', failed: 'FAIL', inconclusive: '????' }[verdict];
}
