import type { CheckReport } from '../../core/check-result.js';
import type { DumpCheckReport } from '../dump-check-report.js';
import type { ReportDocument } from './report-document.js';

/** What a check's report says: of a database, of a cache, or of a dump. */
export function documentOfCheck(report: CheckReport | DumpCheckReport, subject: string): ReportDocument {
  const { verdict, checks, startedAt, finishedAt } = report;
  const passed = checks.filter((one) => one.verdict === 'passed').length;
  const bad = checks.filter((one) => one.verdict !== 'passed');
  const levels = 'levels' in report ? report.levels : [];
  return {
    title: `Check of ${subject}`,
    verdict,
    lead:
      checks.length === 0
        ? 'Nothing was checked, so nothing is proven.'
        : `${passed} of ${checks.length} checks passed.`,
    startedAt,
    finishedAt,
    reasons: bad.map(
      ({ check, verdict: one, summary }) => `${check} ${one === 'failed' ? 'failed' : 'is inconclusive'}: ${summary}`,
    ),
    alarms: [],
    measures: [],
    phases: [],
    checks,
    notChecked: levels.flatMap(({ level, proves, verdict: one }) =>
      one === 'inconclusive' ? [`level ${level}: that ${proves}`] : [],
    ),
    facts: levels.map(({ level, proves, verdict: one }) => [`Level ${level}`, `${one}: ${proves}`] as const),
    history: [],
    source: report,
  };
}
