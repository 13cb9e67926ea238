import { expect, it } from 'vitest';
import { checkTypical, expectedOf, typicalFor, typicalOf } from '../../src/restore/plan/typical-durations.js';

const phase = { phase: 'wait-for-instance', drills: 12, p50Milliseconds: 600_000, p95Milliseconds: 765_000 };
const typical = { phases: [{ ...phase, phase: 'check' }, phase] };

it('drills tell the middle and the spread of a wait, less what has passed of it', () => {
  const expected = expectedOf(typical, 'wait-for-instance', 0);
  expect(expected?.milliseconds).toBe(600_000);
  expect(expected?.spreadMilliseconds).toBeCloseTo(165_000 / 1.645);
  expect(expectedOf(typical, 'wait-for-instance', 700_000)?.milliseconds).toBe(-100_000);
});

it('of drills that were all alike a twentieth is allowed for', () => {
  const alike = { phases: [{ ...phase, p95Milliseconds: undefined }] };
  expect(expectedOf(alike, 'wait-for-instance', 0)?.spreadMilliseconds).toBe(30_000);
  expect(
    expectedOf({ phases: [{ ...phase, p50Milliseconds: 0, p95Milliseconds: 0 }] }, 'wait-for-instance', 0),
  ).toEqual({
    milliseconds: 0,
    spreadMilliseconds: 1,
  });
});

it.each([
  ['no history', undefined],
  ['no such part', { phases: [] }],
  ['two drills', { phases: [{ ...phase, drills: 2 }] }],
  ['nothing measured', { phases: [{ ...phase, p50Milliseconds: undefined }] }],
])('of %s nothing is expected', (_, given) => {
  expect(expectedOf(given, 'wait-for-instance', 0)).toBeUndefined();
});

it('a part is known by three drills or more', () => {
  expect(typicalOf(typical, 'wait-for-instance')).toEqual({
    drills: 12,
    p50Milliseconds: 600_000,
    p95Milliseconds: 765_000,
  });
  expect(typicalOf({ phases: [{ ...phase, drills: 2 }] }, 'wait-for-instance')).toBeUndefined();
});

it.each([
  null,
  7,
  {},
  { byKind: 'all' },
  { byKind: { 'point-in-time': null } },
  { byKind: { 'point-in-time': { phases: 'all' } } },
  ...[
    null,
    { ...phase, phase: 1 },
    { ...phase, drills: -1 },
    { ...phase, p50Milliseconds: Number.NaN },
    { ...phase, p95Milliseconds: '1m' },
  ].map((bad) => ({ byKind: { 'database-snapshot': { phases: [bad] } } })),
])('%j is no history', (given) => {
  expect(() => checkTypical(given as never)).toThrow(
    expect.objectContaining({ code: 'invalid-input', field: 'typical' }),
  );
});

it('a history may be absent, or know nothing of a kind or a part', () => {
  expect(checkTypical(undefined)).toBeUndefined();
  const unmeasured = {
    byKind: { 'point-in-time': { phases: [{ phase: 'check', drills: 0 }] }, 'database-snapshot': undefined },
  };
  expect(checkTypical(unmeasured)).toBe(unmeasured);
});

it('a plan goes by drills of its own kind', () => {
  const other = { phases: [{ ...phase, p50Milliseconds: 1 }] };
  const history = { byKind: { 'point-in-time': typical, 'database-snapshot': other } };
  expect(typicalFor(history, 'point-in-time')).toBe(typical);
  expect(typicalFor(history, 'snapshot')).toBe(other);
  expect(typicalFor(history, 'dump')).toBeUndefined();
  expect(typicalFor(history, 'cache')).toBeUndefined();
  expect(typicalFor({ byKind: {} }, 'snapshot')).toBeUndefined();
  expect(typicalFor(undefined, 'snapshot')).toBeUndefined();
  expect(typicalFor(undefined, 'point-in-time')).toBeUndefined();
});
