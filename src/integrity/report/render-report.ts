import type { CheckReport } from '../../core/check-result.js';
import { invalidInput } from '../../core/errors.js';
import type { DrillEvidence } from '../drill/drill-evidence.js';
import { documentOfCheck } from './document-of-check.js';
import { documentOfDrill } from './document-of-drill.js';
import { renderHtml } from './render-html.js';
import { renderJunit } from './render-junit.js';
import { renderMarkdown } from './render-markdown.js';
import type { ReportDocument } from './report-document.js';

/**
 * How a report is written: `html` is one page that loads nothing, for people; `markdown` for a ticket; `junit` for a build server;
 * `json` is the evidence itself.
 */
export type ReportFormat = 'html' | 'markdown' | 'json' | 'junit';

/** How to write the report of a drill. */
export interface DrillReportOptions {
  readonly format: ReportFormat;
  /** What `drillHistory` gives: for the course of the recovery time over the drills of the same kind. */
  readonly history?: { readonly drills: readonly DrillEvidence[] } | undefined;
}

/** How to write the report of a check. */
export interface CheckReportOptions {
  readonly format: ReportFormat;
  /** What was checked, such as the instance or the key of the dump. */
  readonly subject: string;
}

/**
 * A drill's evidence as a report. Pure: the same evidence gives the same text.
 *
 * Errors: `invalid-input` for a format that is none.
 *
 * @example
 * ```ts
 * const drill = await checker.drill({ source: 'latest-automated-snapshot' });
 * await writeFile('drill.html', renderDrillReport(drill, { format: 'html', history: await drillHistory(zephyr) }));
 * ```
 */
export function renderDrillReport(evidence: DrillEvidence, { format, history }: DrillReportOptions): string {
  return render(documentOfDrill(evidence, history?.drills), format);
}

/**
 * What `checkDatabase`, `checkDump` or `checkCache` found, as a report. Pure.
 *
 * Errors: `invalid-input` for a format that is none, or without a subject.
 *
 * @example
 * ```ts
 * await writeFile('check.xml', renderCheckReport(report, { format: 'junit', subject: 'zephyr-production-db' }));
 * ```
 */
export function renderCheckReport(report: CheckReport, { format, subject }: CheckReportOptions): string {
  if (typeof subject !== 'string' || subject === '') {
    throw invalidInput(
      'subject',
      'does not say what was checked',
      'Name the instance, the cache or the key of the dump.',
    );
  }
  return render(documentOfCheck(report, subject), format);
}

function render(document: ReportDocument, format: ReportFormat): string {
  switch (format) {
    case 'html':
      return renderHtml(document);
    case 'markdown':
      return renderMarkdown(document);
    case 'junit':
      return renderJunit(document);
    case 'json':
      return `${JSON.stringify(document.source, undefined, 2)}\n`;
    default:
      throw invalidInput(
        'format',
        `is none: ${JSON.stringify(format satisfies never)}`,
        'Use html, markdown, json or junit.',
      );
  }
}
