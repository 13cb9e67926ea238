import { formatMilliseconds } from '../../core/duration.js';
import type { ReportDocument, ReportMeasure } from './report-document.js';

/** A report as Markdown, for a ticket or a repository. */
export function renderMarkdown(document: ReportDocument): string {
  const { title, verdict, lead, reasons, alarms, measures, phases, checks, notChecked, facts, history } = document;
  const section = (heading: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ['', `## ${heading}`, '', ...lines];
  const table = (heads: readonly string[], rows: readonly (readonly string[])[]): readonly string[] =>
    rows.length === 0 ? [] : [row(heads), row(heads.map(() => '---')), ...rows.map((cells) => row(cells.map(plain)))];
  return [
    `# ${plain(title)}: ${verdict}`,
    '',
    plain(lead),
    '',
    `${document.startedAt} to ${document.finishedAt}`,
    ...alarms.flatMap((alarm) => ['', `> **${plain(alarm)}**`]),
    ...section(
      'Why it has not passed',
      reasons.map((reason) => `- ${plain(reason)}`),
    ),
    ...section('Objectives', table(['objective', 'allowed', 'measured', 'verdict', 'how'], measures.map(measureRow))),
    ...section(
      'Checks',
      table(
        ['check', 'verdict', 'found'],
        checks.map(({ check, verdict: one, summary }) => [check, one, summary]),
      ),
    ),
    ...section(
      'Not checked',
      notChecked.map((line) => `- ${plain(line)}`),
    ),
    ...section(
      'Phases',
      table(
        ['phase', 'began', 'took', 'outcome'],
        phases.map(({ phase, startedAt, milliseconds, outcome }) => [
          phase,
          startedAt,
          formatMilliseconds(milliseconds),
          outcome,
        ]),
      ),
    ),
    ...section('Facts', table(['fact', ''], facts)),
    ...section(
      'Drills over time',
      table(
        ['when', 'verdict', 'recovery time'],
        history.map(({ at, verdict: one, milliseconds }) => [
          at,
          one,
          milliseconds === undefined ? 'not measured' : formatMilliseconds(milliseconds),
        ]),
      ),
    ),
    '',
  ].join('\n');
}

function measureRow({
  name,
  allowedMilliseconds,
  measuredMilliseconds,
  verdict,
  basis,
}: ReportMeasure): readonly string[] {
  const measured = measuredMilliseconds === undefined ? 'not measured' : formatMilliseconds(measuredMilliseconds);
  return [name, formatMilliseconds(allowedMilliseconds), measured, verdict.replace('-', ' '), basis];
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** A text that means nothing to Markdown, on one line. */
function plain(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_{}[\]<>()#!|~&]/g, '\\$&')
    .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2')
    .replace(/^([-+=])/, '\\$1')
    .trim();
}
