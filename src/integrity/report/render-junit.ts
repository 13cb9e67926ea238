import type { CheckResult } from '../../core/check-result.js';
import { escapeMarkup } from './html.js';
import type { ReportDocument } from './report-document.js';

/** One test case: `error` is what could not be found out. */
interface TestCase {
  readonly name: string;
  readonly seconds?: number | undefined;
  readonly result: 'passed' | 'failure' | 'error' | 'skipped';
  readonly message?: string | undefined;
  readonly body?: string | undefined;
}

/**
 * A report as JUnit XML, for the build server that runs it: a check that failed is a failure, one that is inconclusive an error. It
 * is green exactly where the report has passed.
 */
export function renderJunit(document: ReportDocument): string {
  const { title, startedAt, finishedAt } = document;
  const cases = casesOf(document);
  const count = (result: TestCase['result']): number => cases.filter((one) => one.result === result).length;
  const seconds = Math.max(0, Date.parse(finishedAt) - Date.parse(startedAt)) / 1_000;
  const counts = `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}" time="${seconds}"`;
  const timestamp = startedAt.replace(/(?:\.\d+)?Z$/, '');
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${escapeMarkup(title)}" ${counts}>`,
    `  <testsuite name="${escapeMarkup(title)}" ${counts} timestamp="${escapeMarkup(timestamp)}">`,
    ...cases.map((one) => testCase(one, title)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function casesOf(document: ReportDocument): readonly TestCase[] {
  const { verdict, reasons, checks, measures, alarms } = document;
  const cases: TestCase[] = [
    ...checks.map((result, index) => caseOf(result, nameOf(checks, index))),
    ...measures.map(({ name, verdict: one, basis }): TestCase => {
      const result = one === 'met' ? 'passed' : one === 'missed' ? 'failure' : 'skipped';
      return { name: name.toLowerCase(), result, message: basis };
    }),
    ...(alarms.length === 0
      ? []
      : [{ name: 'nothing is left', result: 'failure', message: alarms.join('\n') } as const]),
  ];
  if (verdict === 'passed' || cases.some(({ result }) => result === 'failure' || result === 'error')) return cases;
  const message = reasons.join('\n') || `the verdict is ${verdict}`;
  return [...cases, { name: 'verdict', result: verdict === 'failed' ? 'failure' : 'error', message }];
}

/**
 * The check's name with what it is about: the name of a check of one's own, a table, the beginning of a key. Of several that still share it
 * each with its number, so that it is the same in every run.
 */
function nameOf(checks: readonly CheckResult[], index: number): string {
  const names = checks.slice(0, index + 1).map(subjectOf);
  const name = names.at(-1) ?? '';
  const alike = checks.filter((one) => subjectOf(one) === name).length;
  const place = names.filter((one) => one === name).length;
  return alike === 1 ? name : `${name} ${place}`;
}

function subjectOf({ check, evidence }: CheckResult): string {
  const subject = [evidence.name, evidence.table, evidence.prefix].find((one) => typeof one === 'string');
  return subject === undefined ? check : `${check}: ${subject}`;
}

function caseOf({ verdict, summary, evidence }: CheckResult, name: string): TestCase {
  if (verdict === 'passed') return { name, result: 'passed', body: summary };
  const result = verdict === 'failed' ? 'failure' : 'error';
  return { name, result, message: summary, body: JSON.stringify(evidence, undefined, 2) };
}

function testCase({ name, result, message = '', body = '' }: TestCase, title: string): string {
  const head = `    <testcase classname="${escapeMarkup(title)}" name="${escapeMarkup(name)}"`;
  if (result === 'passed')
    return body === '' ? `${head}/>` : `${head}><system-out>${escapeMarkup(body)}</system-out></testcase>`;
  const attribute = `message="${escapeMarkup(message)}"`;
  return `${head}><${result} ${attribute}>${escapeMarkup(body)}</${result}></testcase>`;
}
