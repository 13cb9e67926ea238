import { expect } from 'vitest';
import { defaultObjectives } from '../../src/core/objectives.js';
import { decideReadiness } from '../../src/readiness/decide-readiness.js';
import { checkExpectation, type ExpectedConfiguration } from '../../src/readiness/expected-configuration.js';
import type { ReadinessFacts } from '../../src/readiness/readiness-facts.js';
import type { ReadinessCode, ReadinessFinding, ReadinessReport } from '../../src/readiness/readiness-report.js';
import { facts, now } from './facts.js';

export function decide(given: ReadinessFacts = facts(), expected: ExpectedConfiguration = {}): ReadinessReport {
  return decideReadiness(given, defaultObjectives, checkExpectation(expected), now);
}

export function finding(
  code: ReadinessCode,
  given: ReadinessFacts,
  expected?: ExpectedConfiguration,
): ReadinessFinding {
  const found = decide(given, expected).findings.filter((each) => each.code === code);
  expect(found).toHaveLength(1);
  return found[0] as ReadinessFinding;
}
