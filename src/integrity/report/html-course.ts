import { formatMilliseconds } from '../../core/duration.js';
import { type Html, html } from './html.js';
import { toneOf } from './html-sections.js';
import type { ReportDocument, ReportRun } from './report-document.js';

const width = 900;
const height = 150;
const [left, right, top, bottom] = [8, 8, 22, 26];

/** The recovery time over all drills, against what is allowed: a dot each, by its verdict; a run that measured none lies on the ground. */
export function courseSection(document: Pick<ReportDocument, 'history' | 'historyAllowedMilliseconds'>): Html {
  const { history, historyAllowedMilliseconds: allowed = 0 } = document;
  if (history.length < 2) return html``;
  const highest = Math.max(1, allowed, ...history.map(({ milliseconds = 0 }) => milliseconds));
  const times = history.map(({ at }) => Date.parse(at));
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const x = (at: string): number =>
    left + ((Date.parse(at) - first) / Math.max(1, last - first)) * (width - left - right);
  const y = (milliseconds: number): number => top + (1 - milliseconds / highest) * (height - top - bottom);
  const measured = history.filter(({ milliseconds }) => milliseconds !== undefined);
  const line = measured.map(({ at, milliseconds = 0 }) => `${round(x(at))},${round(y(milliseconds))}`).join(' ');
  const passed = history.filter(({ verdict }) => verdict === 'passed').length;
  const note =
    measured.length === history.length
      ? ''
      : html`<p class="soft">A dot at the bottom: the drill ended before there was a recovery time.</p>`;
  const limit = html`<line class="limit" x1="${left}" x2="${width - right}" y1="${round(y(allowed))}" y2="${round(y(allowed))}"/>
<text x="${left}" y="${round(y(allowed)) - 6}">${formatMilliseconds(allowed)} allowed</text>`;
  return html`<section class="course"><h2>Recovery time over ${history.length} drills, ${passed} passed</h2>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${spoken(history)}">${limit}<polyline class="line" points="${line}"/>
${history.map((run) => html`<circle class="dot ${toneOf(run.verdict)}" cx="${round(x(run.at))}" cy="${round(y(run.milliseconds ?? 0))}" r="4.5"><title>${runText(run)}</title></circle>`)}
<text x="${left}" y="${height - 4}">${dayOf(history[0])}</text><text x="${width - right}" y="${height - 4}" text-anchor="end">${dayOf(history.at(-1))}</text></svg>${note}</section>`;
}

function spoken(history: readonly ReportRun[]): string {
  return history.map(runText).join('; ');
}

function runText({ at, verdict, milliseconds }: ReportRun): string {
  return `${at.slice(0, 10)}: ${verdict}, ${milliseconds === undefined ? 'no recovery time' : formatMilliseconds(milliseconds)}`;
}

function dayOf(run: ReportRun | undefined): string {
  return run?.at.slice(0, 10) ?? '';
}

function round(value: number): number {
  return Number((Number.isFinite(value) ? value : 0).toFixed(1));
}
