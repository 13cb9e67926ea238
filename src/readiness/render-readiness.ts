import { formatMilliseconds } from '../core/duration.js';
import { markdownCell as cell } from './markdown-cell.js';
import type { ReadinessFinding, ReadinessObjective, ReadinessReport } from './readiness-report.js';

/**
 * A report for people: as text for a terminal or a pager, or as Markdown for a ticket. What is bad comes with its meaning and
 * its next step, what is good in one line. As JSON the report is printed as it is.
 *
 * @example
 * ```ts
 * process.stdout.write(renderReadiness(await assessReadiness(zephyr)));
 * ```
 */
export function renderReadiness(report: ReadinessReport, format: 'text' | 'markdown' = 'text'): string {
  return format === 'text' ? asText(report) : asMarkdown(report);
}

function asText({ system, at, grade, objectives, findings }: ReadinessReport): string {
  return [
    `${grade.toUpperCase()}: ${system.instance} in ${system.region} at ${at}`,
    ...objectives.map((objective) => `  ${objective.objective.padEnd(14)} ${verdictText(objective)}`),
    '',
    ...findings.flatMap(textLines),
    '',
  ].join('\n');
}

function textLines({ grade, code, title, meaning, next }: ReadinessFinding): readonly string[] {
  const line = `${grade.toUpperCase().padEnd(8)} ${code}: ${title}`;
  if (grade === 'ok') return [line];
  return [line, `         ${meaning}`, ...(next === undefined ? [] : [`         -> ${next}`])];
}

function asMarkdown({ system, at, grade, objectives, findings }: ReadinessReport): string {
  const bad = findings.filter((finding) => finding.grade !== 'ok');
  const good = findings.filter((finding) => finding.grade === 'ok');
  return [
    `# Readiness of ${cell(system.instance)}: ${grade}`,
    '',
    `${cell(system.region)}, ${at}`,
    '',
    '| objective | verdict |',
    '|---|---|',
    ...objectives.map((objective) => `| ${objective.objective} | ${verdictText(objective)} |`),
    '',
    ...(bad.length === 0
      ? []
      : [
          '| grade | finding | meaning | next |',
          '|---|---|---|---|',
          ...bad.map(
            ({ grade: each, code, title, meaning, next = '' }) =>
              `| **${each}** | \`${code}\`: ${cell(title)} | ${cell(meaning)} | ${cell(next)} |`,
          ),
          '',
        ]),
    ...good.map(({ code, title }) => `- [x] \`${code}\`: ${cell(title)}`),
    '',
  ].join('\n');
}

function verdictText({ verdict, measuredMilliseconds, allowedMilliseconds }: ReadinessObjective): string {
  const allowed = `allowed ${formatMilliseconds(allowedMilliseconds)}`;
  if (measuredMilliseconds !== undefined) return `${verdict}: ${formatMilliseconds(measuredMilliseconds)}, ${allowed}`;
  return `${verdict}: ${verdict === 'unknown' ? 'never measured' : 'nothing to recover to'}, ${allowed}`;
}
