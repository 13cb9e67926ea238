import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/core/canonical-json.js';
import { type CheckResult, overallVerdict, type Verdict } from '../../src/core/check-result.js';
import { deepFreeze } from '../../src/core/deep-freeze.js';
import { assessObjectives, defaultObjectives } from '../../src/core/objectives.js';
import { randomToken } from '../../src/core/random.js';

describe('canonicalJson', () => {
  it('does not depend on the order of keys, but on the order of lists', () => {
    expect(canonicalJson({ b: 1, a: { d: [2, 1], c: null } })).toBe('{"a":{"c":null,"d":[2,1]},"b":1}');
    expect(canonicalJson({ a: { c: null, d: [2, 1] }, b: 1 })).toBe('{"a":{"c":null,"d":[2,1]},"b":1}');
    expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]));
  });
});

describe('deepFreeze', () => {
  it('freezes plain data all the way down', () => {
    const value = deepFreeze({ list: [{ deep: { inner: 1 } }], nothing: null, text: 'x' });
    expect(() => Object.assign(value.list[0]?.deep ?? {}, { inner: 2 })).toThrow(TypeError);
    expect(Object.isFrozen(value.list)).toBe(true);
  });

  it('leaves objects with behaviour alone', () => {
    class Client {
      calls = 0;
    }
    const value = deepFreeze({ client: new Client() });
    value.client.calls = 1;
    expect(value.client.calls).toBe(1);
  });
});

describe('overallVerdict', () => {
  const check = (verdict: Verdict): CheckResult => ({ check: 'x', verdict, summary: '', evidence: {} });

  it('passes only when every check passed', () => {
    expect(overallVerdict([check('passed'), check('passed')])).toBe('passed');
    expect(overallVerdict([check('passed'), check('inconclusive')])).toBe('inconclusive');
    expect(overallVerdict([check('inconclusive'), check('failed')])).toBe('failed');
  });

  it('finds that no checks prove nothing', () => {
    expect(overallVerdict([])).toBe('inconclusive');
  });
});

describe('assessObjectives', () => {
  it('meets an objective that is just kept and misses one that is not', () => {
    const [recoveryTime, recoveryPoint] = assessObjectives(
      { recoveryTimeMilliseconds: 3_600_000, recoveryPointMilliseconds: 300_001 },
      defaultObjectives,
    );
    expect(recoveryTime).toEqual({
      objective: 'recovery-time',
      verdict: 'met',
      measuredMilliseconds: 3_600_000,
      allowedMilliseconds: 3_600_000,
    });
    expect(recoveryPoint).toMatchObject({
      objective: 'recovery-point',
      verdict: 'missed',
      allowedMilliseconds: 300_000,
    });
  });
});

describe('randomToken', () => {
  it('starts with a letter and has the length asked for', () => {
    expect(randomToken(() => 0)).toBe('aaaaaaaa');
    expect(randomToken(() => 0.999, 3)).toBe('z99');
  });
});
