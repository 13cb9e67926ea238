import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CheckReport,
  type CheckResult,
  type DrillEvidence,
  type DumpCheckReport,
  renderCheckReport,
  renderDrillReport,
} from '../../../src/index.js';
import { escapeMarkup } from '../../../src/integrity/report/html.js';
import { failedDrill, partialDrill, passedDrill, unfinishedDrill } from '../drill/drill-evidences.js';
import { all, readMarkup, skeleton, textOf } from './markup.js';

const drills = { passedDrill, partialDrill, failedDrill, unfinishedDrill };
const page = (evidence: DrillEvidence, history?: readonly DrillEvidence[]): string =>
  renderDrillReport(evidence, { format: 'html', history: history && { drills: history } });
const junit = (evidence: DrillEvidence): string => renderDrillReport(evidence, { format: 'junit' });

/** Months of drills before this one. */
const history: readonly DrillEvidence[] = Array.from({ length: 6 }, (_, index) => ({
  ...(index === 3 ? unfinishedDrill : passedDrill),
  runId: `earlier${index}`,
  startedAt: `2025-0${index + 1}-09T03:00:00.000Z`,
}));

/** Texts that would do harm if they came through as they are. */
const hostile = fc.oneof(
  fc.constantFrom(
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onload='x",
    ']]>',
    '</style>',
    '&lt;',
    '\u0000\uD800\uFFFF\u202E',
  ),
  fc.string({ unit: 'binary' }),
);

/** Puts a text in place of every text of evidence that is not one of a few known words. */
function withTexts(evidence: DrillEvidence, text: string): DrillEvidence {
  const known =
    /^(?:passed|failed|partial|inconclusive|met|missed|not-judged|done|removed|nothing-made|\d{4}-\d\d-\d\dT.*)$/;
  const kept = new Set(['kind', 'verdict', 'outcome']);
  const swap = (value: unknown, key = ''): unknown => {
    if (typeof value === 'string') return kept.has(key) || known.test(value) ? value : text;
    if (Array.isArray(value)) return value.map((each) => swap(each));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, swap(each, name)]));
  };
  return swap(evidence) as DrillEvidence;
}

describe('a drill as a page', () => {
  it.each(Object.entries(drills))('says of %s what came of it, why, and what was checked', (_name, evidence) => {
    const read = readMarkup(page(evidence));
    const text = textOf(read);
    expect(all(read, 'h1').map(({ children }) => textOf(children))).toEqual(['Recovery drill of zephyr-production-db']);
    for (const reason of evidence.reasons) expect(text).toContain(reason);
    for (const { check, summary } of evidence.checks) {
      expect(text).toContain(check);
      expect(text).toContain(summary);
    }
    for (const { phase } of evidence.phases) expect(text).toContain(phase.replaceAll('-', ' '));
    for (const line of evidence.notChecked) expect(text).toContain(line);
    expect(text).toContain(evidence.backup.id);
    expect(text).toContain(evidence.verdict);
  });

  it('is loud about what was left behind', () => {
    const alarms = all(readMarkup(page(failedDrill)), 'section').filter(
      ({ attributes }) => attributes.class === 'alarm',
    );
    expect(alarms.map(({ children }) => textOf(children))).toEqual([
      expect.stringMatching(/zephyr-drill-f4f4f4f4 in us-east-1 is still there: AccessDenied/),
    ]);
    expect(all(readMarkup(page(passedDrill)), 'section').some(({ attributes }) => attributes.class === 'alarm')).toBe(
      false,
    );
  });

  it('opens the evidence of what did not pass, and leaves that of the rest closed', () => {
    const open = all(readMarkup(page(partialDrill)), 'details').map(({ attributes }) => 'open' in attributes);
    expect(open.filter(Boolean)).toHaveLength(1);
    expect(open[0]).toBe(true);
  });

  it('shows the course over all drills, this one once, and none where there is no other', () => {
    const dots = (evidence: DrillEvidence, earlier?: readonly DrillEvidence[]): number =>
      all(readMarkup(page(evidence, earlier)), 'circle').length;
    expect(dots(passedDrill, history)).toBe(7);
    expect(dots(passedDrill, [...history, passedDrill])).toBe(7);
    expect(dots(passedDrill)).toBe(0);
    expect(dots(passedDrill, [passedDrill])).toBe(0);
    expect(page(passedDrill, history)).toContain('ended before there was a recovery time');
  });

  it('says that nothing was checked where nothing was, and how far over a missed objective is', () => {
    expect(textOf(readMarkup(page({ ...passedDrill, verdict: 'partial', checks: [] })))).toContain(
      'Nothing was checked',
    );
    expect(page(partialDrill)).toMatch(/aria-label="116\.67% of what is allowed"><i class="over"/);
    expect(textOf(readMarkup(page(unfinishedDrill)))).toContain('not measured');
  });

  it('loads nothing from anywhere, and forbids it', () => {
    for (const evidence of Object.values(drills)) {
      const text = page(evidence, history);
      expect(text).toContain(
        `http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"`,
      );
      const read = readMarkup(text);
      expect(['script', 'link', 'img', 'iframe', 'object', 'a', 'form'].flatMap((tag) => all(read, tag))).toEqual([]);
      expect(text).not.toMatch(/url\(|@import|https?:/);
    }
  });

  it('has the same elements whatever the texts are, and shows them as they are', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(drills)), hostile, (evidence, text) => {
        const plain = withTexts(evidence, 'x');
        const read = readMarkup(page(withTexts(evidence, text), history));
        expect(skeleton(read)).toBe(skeleton(readMarkup(page(plain, history))));
      }),
    );
  });

  it('takes evidence that is not what it should be for text, never for markup', () => {
    const summary = { markup: '<script>' } as unknown as string;
    const check: CheckResult = { check: 'a', verdict: 'failed', summary, evidence: {} };
    expect(() => page({ ...passedDrill, checks: [check] })).toThrow(TypeError);
  });
});

describe('escaping', () => {
  it('leaves nothing that markup could begin or end with, and loses nothing that can be said', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const escaped = escapeMarkup(text);
        expect(escaped).not.toMatch(/[<>"']/);
        const [back] = readMarkup(escaped === '' ? 'x' : escaped);
        if (/^[\w &<>"'/=()]+$/.test(text)) expect(back).toBe(text);
      }),
    );
  });
});

describe('a drill as JUnit XML', () => {
  it('fails for what failed, errs for what is not known, skips what says nothing', () => {
    const [suite] = all(readMarkup(junit(partialDrill)), 'testsuite');
    expect(suite?.attributes).toMatchObject({
      failures: '1',
      errors: '1',
      skipped: '1',
      timestamp: '2025-11-09T03:00:00',
    });
    expect(all(suite?.children ?? [], 'testcase').map(({ attributes }) => attributes.name)).toContain('amcheck');
    expect(all(readMarkup(junit(failedDrill)), 'failure').map(({ attributes }) => attributes.message)).toEqual([
      'public.votes: 3 rows without their public.polls',
      expect.stringContaining('is still there'),
    ]);
  });

  it('names each check by what it is about, so that a build server can follow it', () => {
    const about = (check: string, evidence: CheckResult['evidence']): CheckResult => ({
      check,
      verdict: 'passed',
      summary: 'x',
      evidence,
    });
    const checks = [
      about('custom', { name: 'votes-without-polls' }),
      about('rows', { table: 'public.votes' }),
      about('cache-prefix', { prefix: 'session:' }),
      about('indexes', { tables: 4 }),
      about('dump-object', { key: 'a' }),
      about('dump-object', { key: 'b' }),
    ];
    const cases = all(readMarkup(junit({ ...passedDrill, checks })), 'testcase');
    expect(cases.map(({ attributes }) => attributes.name).slice(0, checks.length)).toEqual([
      'custom: votes-without-polls',
      'rows: public.votes',
      'cache-prefix: session:',
      'indexes',
      'dump-object 1',
      'dump-object 2',
    ]);
  });

  it('is red wherever the drill has not passed, and green where it has, with counts that are right', () => {
    const verdict = fc.constantFrom('passed', 'failed', 'inconclusive') as fc.Arbitrary<CheckResult['verdict']>;
    const checks = fc.array(
      fc.record({
        check: fc.constantFrom('rows', 'boundary'),
        verdict,
        summary: hostile,
        evidence: fc.constant({ a: 1 }),
      }),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(checks, fc.constantFrom(passedDrill, partialDrill, failedDrill, unfinishedDrill), (made, like) => {
        const read = readMarkup(junit({ ...like, checks: made }));
        const [suite] = all(read, 'testsuite');
        const bad = all(read, 'failure').length + all(read, 'error').length;
        const sound = like.verdict === 'passed' && made.every((one) => one.verdict === 'passed');
        expect(bad === 0).toBe(sound);
        expect(Number(suite?.attributes.failures) + Number(suite?.attributes.errors)).toBe(bad);
        const names = all(read, 'testcase').map(({ attributes }) => attributes.name);
        expect(new Set(names).size).toBe(names.length);
        expect(suite?.attributes.tests).toBe(String(names.length));
      }),
    );
  });
});

describe('a drill as Markdown', () => {
  it('tells the same', () => {
    const text = renderDrillReport(partialDrill, { format: 'markdown', history: { drills: history } });
    expect(text).toMatch(/^# Recovery drill of zephyr-production-db: partial\n/);
    expect(text).toContain('| Recovery time | 1 h 00 min | 1 h 10 min | missed |');
    expect(text).toContain('- amcheck is inconclusive: the extension is not installed');
    expect(text).toContain('## Drills over time');
    expect(renderDrillReport(failedDrill, { format: 'markdown' })).toMatch(
      /^> \*\*The instance zephyr-drill-f4f4f4f4/m,
    );
  });

  it('has as many lines and cells whatever the texts are, and no markup in them', () => {
    const shape = (evidence: DrillEvidence): string =>
      renderDrillReport(evidence, { format: 'markdown' })
        .split('\n')
        .map((line) => line.replaceAll(/\\./g, '').replaceAll(/[^|\n]/g, ''))
        .join('\n');
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(drills)), hostile, (evidence, text) => {
        expect(shape(withTexts(evidence, text))).toBe(shape(withTexts(evidence, 'x')));
        const written = renderDrillReport(withTexts(evidence, text), { format: 'markdown' });
        expect(written.replaceAll(/\\[\s\S]/g, '')).not.toMatch(/[<`]|\]\(/);
      }),
    );
  });
});

describe('a report as JSON', () => {
  it('is the evidence', () => {
    expect(JSON.parse(renderDrillReport(failedDrill, { format: 'json' }))).toEqual(failedDrill);
  });

  it('is refused in a format that is none', () => {
    expect(() => renderDrillReport(passedDrill, { format: 'pdf' as never })).toThrow(
      expect.objectContaining({ code: 'invalid-input', field: 'format' }),
    );
  });
});

describe('the report of a check', () => {
  const times = { startedAt: '2025-11-09T14:00:00.000Z', finishedAt: '2025-11-09T14:00:09.500Z' };
  const checks: readonly CheckResult[] = [
    { check: 'rows', verdict: 'passed', summary: 'public.votes has 500 rows', evidence: {} },
    { check: 'foreign-keys', verdict: 'inconclusive', summary: 'a timeout', evidence: { code: 'statement-timeout' } },
  ];
  const report: CheckReport = { verdict: 'inconclusive', checks, ...times };

  it('of a database tells what was found in every format', () => {
    const options = { subject: 'zephyr-production-pitr' };
    const read = readMarkup(renderCheckReport(report, { ...options, format: 'html' }));
    expect(textOf(read)).toMatch(
      /Check of zephyr-production-pitr[\s\S]*1 of 2 checks passed[\s\S]*foreign-keys is inconclusive: a timeout/,
    );
    expect(all(read, 'svg')).toEqual([]);
    const xml = readMarkup(renderCheckReport(report, { ...options, format: 'junit' }));
    expect(all(xml, 'testsuite')[0]?.attributes).toMatchObject({ tests: '2', failures: '0', errors: '1', time: '9.5' });
    expect(renderCheckReport(report, { ...options, format: 'markdown' })).toContain('| rows | passed |');
    expect(JSON.parse(renderCheckReport(report, { ...options, format: 'json' }))).toEqual(report);
  });

  it('of a dump tells its levels, and what was not proven', () => {
    const dump: DumpCheckReport = {
      ...report,
      dump: 'manual/a.dump',
      proven: 0,
      levels: [
        { level: 0, proves: 'it is there', verdict: 'passed' },
        { level: 1, proves: 'it can be opened', verdict: 'inconclusive' },
      ],
    };
    const text = textOf(readMarkup(renderCheckReport(dump, { format: 'html', subject: dump.dump })));
    expect(text).toContain('passed: it is there');
    expect(text).toContain('level 1: that it can be opened');
  });

  it('is refused without a subject', () => {
    expect(() => renderCheckReport(report, { format: 'html' } as never)).toThrow(
      expect.objectContaining({ code: 'invalid-input', field: 'subject' }),
    );
  });

  it('of nothing is not green', () => {
    const empty: CheckReport = { verdict: 'inconclusive', checks: [], ...times };
    const xml = readMarkup(renderCheckReport(empty, { format: 'junit', subject: 'x' }));
    expect(all(xml, 'error').map(({ attributes }) => attributes.message)).toEqual(['the verdict is inconclusive']);
    expect(renderCheckReport(empty, { format: 'markdown', subject: 'x' })).toContain('nothing is proven');
  });
});
