import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callMatcher } from '../../../src/local/faults/call-pattern.js';
import type { FaultRule } from '../../../src/local/faults/fault-rule.js';
import { createFaultBook } from '../../../src/local/faults/faults.js';
import { seededRandom } from '../../../src/local/faults/seeded-random.js';

const fault = { kind: 'throttle' } as const;
const call = { service: 's3', operation: 'PutObject', input: { Bucket: 'zephyr', Key: 'dumps/2025/a.dump', Size: 7 } };
const at = (seconds: number): Date => new Date(seconds * 1_000);

/** Which of so many calls a rule strikes; call n comes at second n. */
function struck(rule: Omit<FaultRule, 'fault'>, count: number): number[] {
  const book = createFaultBook();
  book.inject({ ...rule, fault });
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  return numbers.filter((number) => book.strike(call, at(number)) !== undefined);
}

describe('a pattern of calls', () => {
  it.each([
    [{}, true],
    [{ service: 's3' }, true],
    [{ service: 'rds' }, false],
    [{ operation: 'PutObject' }, true],
    [{ operation: 'Put*' }, true],
    [{ operation: '*Object' }, true],
    [{ operation: 'Put' }, false],
    [{ operation: /^(Put|Get)/ }, true],
    [{ operation: /put/g }, false],
    [{ input: { Key: 'dumps/*.dump' } }, true],
    [{ input: { Key: /\.dump$/, Bucket: 'zephyr' } }, true],
    [{ input: { Key: 'dumps/*', Bucket: 'other' } }, false],
    [{ input: { Size: '7' } }, true],
    [{ input: { VersionId: '*' } }, false],
    [{ input: { Key: 'dumps.2025*' } }, false],
  ])('%o means the call: %s', (pattern, means) => {
    const matches = callMatcher(pattern);
    expect([matches(call), matches(call)]).toEqual([means, means]);
  });

  it('of an operation does not mean a request for none', () => {
    expect(callMatcher({ operation: '*' })({ ...call, operation: undefined })).toBe(false);
  });

  it('takes every character but the star for itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (start, end) => {
        fc.pre(!start.includes('*') && !end.includes('*'));
        const matches = callMatcher({ input: { Key: `${start}*${end}` } });
        expect(matches({ ...call, input: { Key: `${start}between\n${end}` } })).toBe(true);
        expect(matches({ ...call, input: { Key: `-${start}between${end}-` } })).toBe(
          `-${start}between${end}-`.startsWith(start) && `-${start}between${end}-`.endsWith(end),
        );
      }),
    );
  });
});

describe('a rule', () => {
  it('strikes by number, in lists, every so often, and always', () => {
    expect(struck({ call: 2 }, 4)).toEqual([2]);
    expect(struck({ call: [1, 3] }, 4)).toEqual([1, 3]);
    expect(struck({ every: 2 }, 5)).toEqual([2, 4]);
    expect(struck({ call: 1, every: 3 }, 6)).toEqual([1, 3, 6]);
    expect(struck({}, 2)).toEqual([1, 2]);
    expect(struck({ service: 'rds' }, 2)).toEqual([]);
  });

  it('lasts for a while once it has struck', () => {
    expect(struck({ call: 2, lasting: '3s' }, 8)).toEqual([2, 3, 4]);
    expect(struck({ every: 4, lasting: '2s' }, 10)).toEqual([4, 5, 8, 9]);
  });

  it('strikes about as often as its probability says, and the same calls for the same seed', () => {
    const some = struck({ probability: 0.1, seed: 7 }, 2_000);
    expect(some.length).toBeGreaterThan(150);
    expect(some.length).toBeLessThan(250);
    expect(struck({ probability: 0.1, seed: 7 }, 2_000)).toEqual(some);
    expect(struck({ probability: 0.1, seed: 8 }, 2_000)).not.toEqual(some);
    expect(struck({ probability: 0.1, seed: 7, call: 1 }, 2_000).filter((number) => number > 1)).toEqual(
      some.filter((number) => number > 1),
    );
    expect(struck({ probability: 0 }, 100)).toEqual([]);
    expect(struck({ probability: 1 }, 3)).toEqual([1, 2, 3]);
  });

  it('that comes first strikes; every rule keeps its own count', () => {
    const book = createFaultBook();
    const first = book.inject({ call: 2, fault: { kind: 'hang' } });
    const second = book.inject({ call: [2, 3], fault });
    const kinds = [1, 2, 3].map((number) => book.strike(call, at(number))?.fault.kind);
    expect(kinds).toEqual([undefined, 'hang', 'throttle']);
    expect([first.hits, second.hits]).toEqual([1, 1]);
    book.clear();
    expect(book.strike(call, at(4))).toBeUndefined();
  });

  it.each([
    ['call', { call: 0 }],
    ['call', { call: [1, 1.5] }],
    ['every', { every: -1 }],
    ['probability', { probability: 1.1 }],
    ['probability', { probability: Number.NaN }],
    ['seed', { probability: 0.5, seed: 0.5 }],
    ['lasting', { lasting: 'long' }],
    ['fault.duration', { fault: { kind: 'delay', duration: '0s' } }],
    ['fault.duration', { fault: { kind: 'takes' } }],
    ['fault.kind', { fault: { kind: 'explode' } }],
    ['fault.kind', { fault: undefined }],
    ['fault.code', { fault: { kind: 'error' } }],
    ['fault.status', { fault: { kind: 'error', code: 'Struck', status: 200 } }],
    ['fault.status', { fault: { kind: 'ends-in' } }],
  ])('that cannot be is refused, naming %s', (field, rule) => {
    expect(() => createFaultBook().inject({ fault, ...(rule as Partial<FaultRule>) })).toThrow(
      expect.objectContaining({ code: 'invalid-input', field }),
    );
  });
});

describe('stale reads', () => {
  it('repeat an answer to the same question until its time is over', () => {
    const book = createFaultBook();
    book.inject({ call: 1, fault: { kind: 'stale-reads', duration: '10s' } });
    const answer = { status: 200, headers: {}, body: 'as it was' };
    const first = book.strike(call, at(1));
    expect(first?.staleAnswer).toBeUndefined();
    first?.remember(answer);
    expect(book.strike(call, at(10))?.staleAnswer).toBe(answer);
    expect(book.strike({ ...call, input: {} }, at(10))).toBeUndefined();
    expect(book.strike(call, at(11))).toBeUndefined();
  });
});

describe('seeded numbers', () => {
  it('lie from 0 to 1, spread evenly', () => {
    const random = seededRandom(1);
    const tenths = new Array(10).fill(0);
    for (let index = 0; index < 10_000; index += 1) tenths[Math.floor(random() * 10)] += 1;
    for (const count of tenths) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });
});
