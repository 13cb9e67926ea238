import { formatMilliseconds } from '../../core/duration.js';
import { html } from './html.js';
import { courseSection } from './html-course.js';
import { badge, checksSection, factsSection, listSection, measureSection, phasesSection } from './html-sections.js';
import type { ReportDocument } from './report-document.js';
import { reportStyle } from './report-style.js';
import { utcText } from './utc-text.js';

/**
 * A report as one page that stands alone: no script, no font, no picture from elsewhere, which its own policy forbids too. For a
 * screen in light and dark, wide and narrow, and for paper.
 */
export function renderHtml(document: ReportDocument): string {
  const { title, verdict, lead, startedAt, finishedAt, measures, phases, checks } = document;
  const took = Date.parse(finishedAt) - Date.parse(startedAt);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>${title}: ${verdict}</title>
<style>${() => reportStyle}</style>
</head>
<body><main>
<header><div class="top">${badge(verdict)}<h1>${title}</h1></div>
<p class="lead">${lead}</p>
<p class="soft">${utcText(startedAt)} to ${utcText(finishedAt)}, ${formatMilliseconds(Number.isFinite(took) ? took : 0)}</p></header>
${listSection('Something was left behind', document.alarms, 'alarm')}
${listSection('Why it has not passed', document.reasons)}
${measures.length === 0 ? '' : html`<div class="measures">${measures.map(measureSection)}</div>`}
${phases.length === 0 ? '' : phasesSection(phases)}
${checksSection(checks)}
${listSection('Not checked', document.notChecked)}
${courseSection(document)}
${factsSection(document.facts)}
</main></body>
</html>
`;
  return page();
}
