import { describe, expect, it } from 'vitest';
import { defaultObjectives } from '../../src/core/objectives.js';
import { decideReadiness } from '../../src/readiness/decide-readiness.js';
import { checkExpectation } from '../../src/readiness/expected-configuration.js';
import type { ReadinessReport } from '../../src/readiness/readiness-report.js';
import { renderReadiness } from '../../src/readiness/render-readiness.js';
import { facts, now } from './facts.js';

const report = (...given: Parameters<typeof facts>): ReadinessReport =>
  decideReadiness(facts(...given), defaultObjectives, checkExpectation(), now);

describe('a report as text', () => {
  it('begins with the verdict and tells of what is bad first, with what to do', () => {
    const lines = renderReadiness(report({ drills: undefined }, { publiclyAccessible: true })).split('\n');
    expect(lines.slice(0, 7)).toEqual([
      'CRITICAL: zephyr-production-db in us-east-1 at 2025-11-09T14:00:00.000Z',
      '  recovery-time  unknown: never measured, allowed 1 h 00 min',
      '  recovery-point met: 4 min 00 s, allowed 5 min 00 s',
      '',
      'CRITICAL public-access: it can be reached from the internet',
      '         Only a password and a security group stand between the internet and production data.',
      '         -> Turn public access off.',
    ]);
    expect(lines).toContain('OK       multi-az: a standby is in another zone');
    expect(lines.at(-1)).toBe('');
  });

  it('says that there is nothing to recover to', () => {
    const text = renderReadiness(report({}, { latestRestorableTime: undefined }));
    expect(text).toContain('recovery-point missed: nothing to recover to, allowed 5 min 00 s');
  });

  it('is whole without anything next', () => {
    const made = report();
    const [first] = made.findings;
    if (first === undefined) throw new Error('no finding');
    const strange: ReadinessReport = { ...made, findings: [{ ...first, grade: 'warning', next: undefined }] };
    expect(renderReadiness(strange)).toMatch(/WARNING {2}instance-status: .*\n {9}RDS backs it up.*\n$/);
    expect(renderReadiness(strange, 'markdown')).toContain('|  |\n');
  });
});

describe('a report as Markdown', () => {
  it('has a table of what is bad and a list of what is good', () => {
    const markdown = renderReadiness(report({}, { multiAz: false }), 'markdown');
    expect(markdown).toContain('# Readiness of zephyr-production-db: warning\n');
    expect(markdown).toContain('| recovery-point | met: 4 min 00 s, allowed 5 min 00 s |');
    expect(markdown).toMatch(
      /\| \*\*warning\*\* \| `multi-az`: it is in a single zone \| .* \| Turn Multi-AZ on.* \|\n/,
    );
    expect(markdown).toContain('- [x] `encryption`: ');
  });

  it('has no table where nothing is bad', () => {
    expect(renderReadiness(report(), 'markdown')).not.toContain('| grade |');
  });

  it('lets no text of AWS break out of its cell', () => {
    const markdown = renderReadiness(report({}, { status: 'a|b\n# c <x>' }), 'markdown');
    expect(markdown).toContain('zephyr-production-db is a\\|b # c \\<x\\>');
  });
});
