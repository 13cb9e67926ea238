import { markdownCell as cell } from '../markdown-cell.js';
import type { UsageAge, UsageGroup, UsageReport } from './usage-report.js';

const ages: readonly UsageAge[] = ['week', 'month', 'quarter', 'year', 'older'];

/**
 * What backups take up and cost, for people: as text for a terminal, or as Markdown for a ticket.
 *
 * @example
 * ```ts
 * process.stdout.write(renderUsage(await assessUsage(zephyr)));
 * ```
 */
export function renderUsage(report: UsageReport, format: 'text' | 'markdown' = 'text'): string {
  return format === 'text' ? asText(report) : asMarkdown(report);
}

const headings: readonly string[] = [
  'kind',
  'storage',
  'count',
  'bytes',
  '<= 7 d',
  '<= 30 d',
  '<= 90 d',
  '<= 365 d',
  'older',
  'last 30 d',
  '30 d before',
];

function rowOf(group: UsageGroup): readonly string[] {
  const { kind, storage, count, bytes, upperBound, byAge, addedInMonth, addedInMonthBefore } = group;
  const size = (value: number): string => `${upperBound && value > 0 ? '<= ' : ''}${formatBytes(value)}`;
  return [
    kind,
    storage,
    String(count),
    size(bytes),
    ...ages.map((age) => size(byAge[age].bytes)),
    size(addedInMonth),
    size(addedInMonthBefore),
  ];
}

function asText({ system, at, groups, costs, prices, ...report }: UsageReport): string {
  const rows = [headings, ...groups.map(rowOf)];
  const width = (column: number): number => Math.max(...rows.map((row) => String(row[column]).length));
  const money = (amount: number): string => `${amount.toFixed(2)} ${prices.currency}`;
  return [
    `Backups of ${system.instance} in ${system.region} at ${at}`,
    `at most ${money(report.monthly)} a month for what is counted here; ${money(report.projectedMonthly)} in a month if nothing expires`,
    '',
    ...rows.map((row) =>
      row
        .map((text, column) => text.padEnd(width(column)))
        .join('  ')
        .trimEnd(),
    ),
    '',
    ...costs.map(({ storage, bytes, freeBytes, perGiBMonth, monthly }) =>
      monthly === undefined
        ? `${storage}: ${formatBytes(bytes)}, no price`
        : `${storage}: ${formatBytes(bytes)} less ${formatBytes(freeBytes)} free, at ${perGiBMonth} a GiB: ${money(monthly)}`,
    ),
    '',
    ...report.unknown.map(({ what, code, message }) => `unknown: ${what}: ${code}: ${message}`),
    ...report.notes.map((note) => `note: ${note}`),
    `prices: ${prices.region}, ${prices.asOf}, ${prices.source}`,
    '',
  ].join('\n');
}

function asMarkdown({ system, at, groups, costs, prices, ...report }: UsageReport): string {
  const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  const rule = (cells: readonly string[]): string => `|${cells.map(() => '---').join('|')}|`;
  const costHeadings = ['storage', 'bytes', 'free', 'a GiB and month', `${prices.currency} a month`];
  return [
    `# Backups of ${cell(system.instance)}: at most ${report.monthly.toFixed(2)} ${cell(prices.currency)} a month`,
    '',
    `${cell(system.region)}, ${at}; ${report.projectedMonthly.toFixed(2)} in a month if nothing expires`,
    '',
    row(headings),
    rule(headings),
    ...groups.map((group) => row(rowOf(group))),
    '',
    row(costHeadings),
    rule(costHeadings),
    ...costs.map(({ storage, bytes, freeBytes, perGiBMonth, monthly }) =>
      row([
        storage,
        formatBytes(bytes),
        formatBytes(freeBytes),
        perGiBMonth === undefined ? 'no price' : String(perGiBMonth),
        monthly === undefined ? '' : monthly.toFixed(2),
      ]),
    ),
    '',
    ...report.unknown.map(({ what, code, message }) => `- unknown: ${what}: \`${code}\`: ${cell(message)}`),
    ...report.notes.map((note) => `- ${cell(note)}`),
    `- prices: ${cell(`${prices.region}, ${prices.asOf}, ${prices.source}`)}`,
    '',
  ].join('\n');
}

/** `1.5 GiB`, `12 KiB`, `0 B`. */
function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1_024 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}
