import { strict as assert } from 'node:assert';
import { RetentionPolicy } from '../../src/retention/retention-policy.js';

/** Retention over a million backups, against sorting their dates; both on the same list, interleaved. */
const size = 1_000_000;
const runs = 5;
const now = new Date('2025-11-09T12:00:00Z');
const tenYears = 10 * 365 * 86_400_000;

let seed = 1;
const random = (): number => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 2 ** 32;
};
const backups = Array.from({ length: size }, (_, index) => ({
  kind: 'dump',
  id: `manual/zephyr-backup-${index}.dump`,
  region: 'us-east-1',
  source: { instance: 'zephyr-production-db', resourceId: `db-${index % 20}` },
  database: 'zephyr',
  origin: 'manual',
  status: 'available',
  createdAt: new Date(now.getTime() - random() * tenYears),
  tags: {},
}));
const policy = new RetentionPolicy({
  rules: [
    { kind: 'dump', keep: '90d', keepLast: 10, keepDaily: 30, keepWeekly: 12, keepMonthly: 24, maxExpiredShare: 1 },
  ],
});

const measure = <T>(work: () => T): { readonly result: T; readonly milliseconds: number } => {
  const started = performance.now();
  const result = work();
  return { result, milliseconds: performance.now() - started };
};
const median = (values: readonly number[]): number => Number([...values].sort((a, b) => a - b)[values.length >> 1]);

const sorting: number[] = [];
const deciding: number[] = [];
for (let run = 0; run < runs; run += 1) {
  const copy = [...backups];
  sorting.push(measure(() => copy.sort((a, b) => Number(a.createdAt) - Number(b.createdAt))).milliseconds);
  const { result, milliseconds } = measure(() => policy.evaluate(backups, { now }));
  deciding.push(milliseconds);
  assert.equal(result.verdict, 'allowed');
  assert.equal(result.keep.length + result.expire.length, size);
  assert.equal(result.keep[0]?.backup, copy.at(-1));
}
const [baseline, measured] = [median(sorting), median(deciding)];
const row = {
  bench: 'retention over 1,000,000 backups',
  against: 'sorting their dates',
  baselineMilliseconds: Math.round(baseline),
  milliseconds: Math.round(measured),
  ratio: Number((measured / baseline).toFixed(3)),
  goal: 0.2,
};
console.table([row]);
console.log(JSON.stringify(row));
