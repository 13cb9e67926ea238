import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideUsage } from '../../../src/readiness/usage/decide-usage.js';
import type { UsageFacts } from '../../../src/readiness/usage/gather-usage.js';
import { renderUsage } from '../../../src/readiness/usage/render-usage.js';
import { defaultStoragePrices, type StoragePrices } from '../../../src/readiness/usage/storage-prices.js';
import type { UsageReport } from '../../../src/readiness/usage/usage-report.js';
import { createUsageTally, type TalliedGroup, type UsageItem } from '../../../src/readiness/usage/usage-tally.js';
import { ago, day, gibibyte, instance, known, now, unknown } from '../facts.js';

const prices: StoragePrices = {
  currency: 'EUR',
  region: 'us-east-1',
  asOf: '2025-11',
  source: 'made up',
  rdsBackup: 1,
  cacheBackup: 2,
  s3: { STANDARD: { perGiBMonth: 0.5 }, STANDARD_IA: { perGiBMonth: 0.25, minimumObjectBytes: 131_072 } },
};

const snapshot = (kind: UsageItem['kind'], gib: number | undefined, age: number): UsageItem => ({
  kind,
  storage: kind === 'cache-snapshot' ? 'elasticache' : 'rds',
  bytes: gib === undefined ? undefined : gib * gibibyte,
  at: ago(age * day),
});

const object = (bytes: number, age = 1, storage = 'STANDARD_IA', kind: UsageItem['kind'] = 'dump'): UsageItem => ({
  kind,
  storage,
  bytes,
  at: ago(age * day),
});

function tallied(items: readonly UsageItem[]): readonly TalliedGroup[] {
  const tally = createUsageTally(now);
  for (const item of items) tally.add(item);
  return tally.groups();
}

function decided(
  items: {
    readonly rds?: readonly UsageItem[];
    readonly s3?: readonly UsageItem[];
    readonly cache?: readonly UsageItem[];
  },
  more: Partial<UsageFacts> = {},
  by: StoragePrices = prices,
): UsageReport {
  const facts: UsageFacts = {
    region: 'us-east-1',
    instance: instance.identifier,
    described: known({ ...instance, allocatedStorageGiB: 100 }),
    snapshots: known(tallied(items.rds ?? [])),
    objects: known(tallied(items.s3 ?? [])),
    cacheSnapshots: known(tallied(items.cache ?? [])),
    ...more,
  };
  return decideUsage(facts, by, now);
}

describe('what is kept', () => {
  it('is counted by kind, storage and age', () => {
    const { groups } = decided({
      s3: [object(1, 7), object(2, 7.1), object(4, 31), object(8, 90.5), object(16, 400), object(32, 1, 'STANDARD')],
    });
    const none = { count: 0, bytes: 0 };
    expect(groups).toEqual([
      {
        kind: 'dump',
        storage: 'STANDARD_IA',
        count: 5,
        bytes: 31,
        unsized: 0,
        upperBound: false,
        byAge: {
          week: { count: 1, bytes: 1 },
          month: { count: 1, bytes: 2 },
          quarter: { count: 1, bytes: 4 },
          year: { count: 1, bytes: 8 },
          older: { count: 1, bytes: 16 },
        },
        addedInMonth: 3,
        addedInMonthBefore: 4,
        oldest: ago(400 * day).toISOString(),
      },
      {
        kind: 'dump',
        storage: 'STANDARD',
        count: 1,
        bytes: 32,
        unsized: 0,
        upperBound: false,
        byAge: { week: { count: 1, bytes: 32 }, month: none, quarter: none, year: none, older: none },
        addedInMonth: 32,
        addedInMonthBefore: 0,
        oldest: ago(day).toISOString(),
      },
    ]);
  });

  it('is counted whole: no item is in two groups or two ages, or in none', () => {
    const item = fc.record({
      kind: fc.constantFrom('dump', 'evidence', 'journal' as const),
      storage: fc.constantFrom('STANDARD', 'STANDARD_IA', 'GLACIER'),
      bytes: fc.option(fc.integer({ min: 0, max: 1_000_000 }), { nil: undefined }),
      at: fc.option(
        fc.integer({ min: -10, max: 1_000 }).map((age) => ago(age * day)),
        { nil: undefined },
      ),
    });
    fc.assert(
      fc.property(fc.array(item), (items) => {
        const groups = tallied(items as readonly UsageItem[]);
        const bytes = items.reduce((sum, each) => sum + (each.bytes ?? 0), 0);
        const total = (of: (group: TalliedGroup) => number): number => groups.reduce((sum, each) => sum + of(each), 0);
        expect(total((group) => group.count)).toBe(items.length);
        expect(total((group) => group.bytes)).toBe(bytes);
        expect(total(({ byAge }) => Object.values(byAge).reduce((sum, age) => sum + age.bytes, 0))).toBe(bytes);
        expect(total(({ byAge }) => Object.values(byAge).reduce((sum, age) => sum + age.count, 0))).toBe(items.length);
        expect(total(({ unsized }) => unsized)).toBe(items.filter((each) => each.bytes === undefined).length);
      }),
    );
  });

  it('without a time is being made, and without a size counts as nothing, which is said', () => {
    const report = decided({
      cache: [{ kind: 'cache-snapshot', storage: 'elasticache', bytes: undefined, at: undefined }],
    });
    expect(report.groups[0]).toMatchObject({ count: 1, bytes: 0, unsized: 1, byAge: { week: { count: 1 } } });
    expect(report.groups[0]).not.toHaveProperty('oldest');
    expect(report.notes[0]).toContain('1 snapshots have no known size');
  });
});

describe('what it costs', () => {
  it('is nothing for RDS up to the storage of the instance, and an upper bound beyond', () => {
    const rds = [snapshot('automated-snapshot', 60, 1), snapshot('manual-snapshot', 70, 40)];
    const report = decided({ rds });
    expect(report.costs).toEqual([
      {
        storage: 'rds',
        bytes: 130 * gibibyte,
        freeBytes: 100 * gibibyte,
        perGiBMonth: 1,
        monthly: 30,
        upperBound: true,
      },
    ]);
    expect(report.notes[0]).toContain('upper bounds');
    expect(decided({ rds: rds.slice(1) }).monthly).toBe(0);
    expect(decided({ rds: rds.slice(1) }, { described: known(undefined) }).monthly).toBe(70);
    expect(decided({ rds: rds.slice(1) }, { described: unknown() }).monthly).toBe(70);
  });

  it('is nothing for one snapshot of the cache', () => {
    const cache = [
      snapshot('cache-snapshot', 4, 1),
      snapshot('cache-snapshot', 3, 2),
      snapshot('cache-snapshot', undefined, 3),
    ];
    expect(decided({ cache }).monthly).toBe(8);
    expect(decided({ cache: cache.slice(2) }).monthly).toBe(0);
  });

  it('counts small objects as large where S3 does', () => {
    const small = Array.from({ length: 8_192 }, () => object(1));
    expect(decided({ s3: small }).costs[0]).toMatchObject({ bytes: gibibyte, monthly: 0.25 });
    const standard = small.map((item) => ({ ...item, storage: 'STANDARD' }));
    expect(decided({ s3: standard }).costs[0]).toMatchObject({ bytes: 8_192, monthly: 0 });
  });

  it('of a storage class without a price is not in the sum, and said so', () => {
    const report = decided({ s3: [object(gibibyte, 1, 'EXPRESS_ONEZONE'), object(2 * gibibyte, 1, 'STANDARD')] });
    expect(report.costs[0]).toEqual({ storage: 'EXPRESS_ONEZONE', bytes: gibibyte, freeBytes: 0, upperBound: false });
    expect(report).toMatchObject({ monthly: 1, projectedMonthly: 2 });
    expect(report.notes[0]).toBe('there is no price for EXPRESS_ONEZONE: it is not in the sum');
  });

  it('of a month from now grows by what the last one added, but not by automated snapshots, and free room first', () => {
    const manual = (gib: number, age: number) => [snapshot('manual-snapshot', gib, age)];
    expect(decided({ rds: manual(110, 5) })).toMatchObject({ monthly: 10, projectedMonthly: 120 });
    expect(decided({ rds: manual(60, 5) })).toMatchObject({ monthly: 0, projectedMonthly: 20 });
    expect(decided({ rds: manual(110, 31) })).toMatchObject({ monthly: 10, projectedMonthly: 10 });
    expect(decided({ rds: [snapshot('automated-snapshot', 110, 1)] })).toMatchObject({
      monthly: 10,
      projectedMonthly: 10,
    });
  });

  it('says whose prices it is by', () => {
    expect(decided({}).notes).toHaveLength(1);
    const elsewhere = decided({}, { region: 'eu-west-1' }, defaultStoragePrices());
    expect(elsewhere.notes[0]).toBe('the prices are those of us-east-1, the backups are in eu-west-1');
    expect(elsewhere.prices).toMatchObject({ currency: 'USD', asOf: expect.stringMatching(/^\d{4}-\d{2}$/) });
  });

  it('is too small by what could not be looked at, which is said', () => {
    const denied = {
      described: unknown<undefined>(),
      snapshots: unknown<[]>(),
      objects: unknown<[]>(),
      cacheSnapshots: undefined,
    };
    expect(decided({}, denied).unknown.map(({ what, code }) => `${what} ${code}`)).toEqual([
      'instance access-denied',
      'snapshots access-denied',
      'archive access-denied',
    ]);
    expect(decided({}, denied)).toMatchObject({ groups: [], costs: [], monthly: 0 });
  });
});

describe('a report', () => {
  const report = decided(
    {
      rds: [snapshot('manual-snapshot', 130, 10)],
      s3: [object(1.5 * gibibyte, 1, 'STANDARD'), object(700, 1, 'EXPRESS|x'), object(0, 1, 'STANDARD', 'evidence')],
    },
    { cacheSnapshots: unknown() },
  );

  it('is a table of text', () => {
    const lines = renderUsage(report).split('\n');
    expect(lines.slice(0, 2)).toEqual([
      'Backups of zephyr-production-db in us-east-1 at 2025-11-09T14:00:00.000Z',
      'at most 30.75 EUR a month for what is counted here; 161.50 EUR in a month if nothing expires',
    ]);
    expect(lines[3]).toMatch(/^kind +storage +count +bytes/);
    expect(lines[4]).toMatch(/^manual-snapshot +rds +1 +<= 130 GiB +0 B +<= 130 GiB/);
    expect(lines).toContain('STANDARD: 1.5 GiB less 0 B free, at 0.5 a GiB: 0.75 EUR');
    expect(lines).toContain('EXPRESS|x: 700 B, no price');
    expect(lines).toContain('unknown: cache: access-denied: RDS says no');
    expect(lines.at(-2)).toBe('prices: us-east-1, 2025-11, made up');
  });

  it('is Markdown that others cannot break', () => {
    const text = renderUsage(report, 'markdown');
    expect(text).toContain('# Backups of zephyr-production-db: at most 30.75 EUR a month');
    expect(text).toContain('| EXPRESS\\|x | 700 B | 0 B | no price |  |');
    expect(text).toContain('| manual-snapshot | rds | 1 | \\<= 130 GiB |');
    expect(text).toContain('- unknown: cache: `access-denied`');
  });

  it('is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });
});
