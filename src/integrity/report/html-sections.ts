import type { CheckResult } from '../../core/check-result.js';
import { formatMilliseconds } from '../../core/duration.js';
import type { DrillPhase } from '../drill/drill-evidence.js';
import { type Html, html } from './html.js';
import type { ReportDocument, ReportMeasure } from './report-document.js';

/** A verdict never by its colour alone. */
const marks: Readonly<
  Record<ReportDocument['verdict'] | ReportMeasure['verdict'], readonly [tone: string, text: string]>
> = {
  passed: ['good', '✓ passed'],
  met: ['good', '✓ met'],
  partial: ['doubt', '◐ partial'],
  inconclusive: ['doubt', '? inconclusive'],
  'not-judged': ['plain', '– not judged'],
  failed: ['bad', '✗ failed'],
  missed: ['bad', '✗ missed'],
};

/** A verdict as a badge. */
export function badge(verdict: keyof typeof marks): Html {
  const [tone, text] = marks[verdict];
  return html`<span class="badge ${tone}">${text}</span>`;
}

/** Its tone, as a class. */
export function toneOf(verdict: keyof typeof marks): string {
  return marks[verdict][0];
}

/** An objective: the figure, and how much of what is allowed it takes. */
export function measureSection({
  name,
  allowedMilliseconds,
  measuredMilliseconds,
  verdict,
  basis,
}: ReportMeasure): Html {
  const measured = measuredMilliseconds === undefined ? 'not measured' : formatMilliseconds(measuredMilliseconds);
  const gauge =
    measuredMilliseconds === undefined || verdict === 'not-judged'
      ? ''
      : gaugeOf(measuredMilliseconds, allowedMilliseconds);
  return html`<section><h2><span>${name}</span>${badge(verdict)}</h2>
<p class="figure">${measured} <small>${verdict === 'not-judged' ? 'objective' : 'allowed'}: ${formatMilliseconds(allowedMilliseconds)}</small></p>${gauge}
<p class="soft">${basis}</p></section>`;
}

function gaugeOf(measured: number, allowed: number): Html {
  const whole = Math.max(measured, allowed, 1);
  const over = measured > allowed;
  const share = percent(measured / whole);
  return html`<div class="gauge" role="img" aria-label="${percent(measured / Math.max(allowed, 1))} of what is allowed"><i${over ? html` class="over"` : ''} style="width:${share}"></i>${over ? html`<b style="left:${percent(allowed / whole)}"></b>` : ''}</div>`;
}

/** When each phase began and how long it took, on one scale. */
export function phasesSection(phases: readonly DrillPhase[]): Html {
  const begin = Math.min(...phases.map(({ startedAt }) => Date.parse(startedAt)));
  const end = Math.max(...phases.map(({ finishedAt }) => Date.parse(finishedAt)));
  const whole = Math.max(1, end - begin);
  const rows = phases.map(({ phase, startedAt, milliseconds, outcome }) => {
    const left = percent((Date.parse(startedAt) - begin) / whole);
    const failed = outcome === 'failed';
    return html`<div class="row"><div>${phase.replaceAll('-', ' ')}${failed ? html` <span class="bad">✗ failed</span>` : ''}</div>
<div class="track"><i${failed ? html` class="bad"` : ''} style="left:${left};width:${percent(milliseconds / whole)}"></i></div>
<div class="took">${formatMilliseconds(milliseconds)}</div></div>`;
  });
  return html`<section><h2>Phases, ${formatMilliseconds(whole)} in all</h2><div class="phases">${rows}</div></section>`;
}

/** Every check with what it found; the evidence of what did not pass lies open. */
export function checksSection(checks: readonly CheckResult[]): Html {
  const worstFirst = ['failed', 'inconclusive', 'passed'].flatMap((verdict) =>
    checks.filter((one) => one.verdict === verdict),
  );
  const entries = worstFirst.map(({ check, verdict, summary, evidence }) => {
    const shown = JSON.stringify(evidence, undefined, 2);
    const open = verdict === 'passed' ? '' : html` open`;
    const more = shown === '{}' ? '' : html`<details${open}><summary>Evidence</summary><pre>${shown}</pre></details>`;
    return html`<div class="check"><div>${badge(verdict)}</div><div><span class="name">${check}</span><div>${summary}</div>${more}</div></div>`;
  });
  const nothing = html`<p class="bad">Nothing was checked.</p>`;
  return html`<section><h2>Checks</h2>${entries.length === 0 ? nothing : entries}</section>`;
}

/** Lines under a heading; nothing where there is none. */
export function listSection(heading: string, lines: readonly string[], kind = ''): Html {
  if (lines.length === 0) return html``;
  return html`<section class="${kind}"><h2>${heading}</h2><ul>${lines.map((line) => html`<li>${line}</li>`)}</ul></section>`;
}

/** Names and values. */
export function factsSection(facts: ReportDocument['facts']): Html {
  if (facts.length === 0) return html``;
  return html`<section><h2>Facts</h2><dl>${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl></section>`;
}

function percent(share: number): string {
  return `${Number((100 * (Number.isFinite(share) ? share : 0)).toFixed(2))}%`;
}
