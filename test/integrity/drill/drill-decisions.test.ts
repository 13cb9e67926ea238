import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DatabaseSnapshot } from '../../../src/core/backups.js';
import { checkInstanceIdentifier } from '../../../src/core/names.js';
import { checkRoom } from '../../../src/integrity/drill/check-room.js';
import { chooseSnapshot } from '../../../src/integrity/drill/choose-snapshot.js';
import { drillDatabase, drillName } from '../../../src/integrity/drill/drill-decision.js';
import { defaultDrillPrices, estimateDrillCost } from '../../../src/integrity/drill/drill-prices.js';
import { drillTags, madeByDrill, markedBy } from '../../../src/integrity/drill/drill-tags.js';
import { notChecked } from '../../../src/integrity/drill/not-checked.js';
import { randomInstant, wholeSeconds } from '../../../src/integrity/drill/random-instant.js';

const day = (n: number): Date => new Date(Date.UTC(2025, 10, n, 2));

function snapshot(id: string, more: Partial<DatabaseSnapshot> = {}): DatabaseSnapshot {
  return {
    kind: 'database-snapshot',
    id,
    arn: `arn:aws:rds:us-east-1:123456789012:snapshot:${id}`,
    region: 'us-east-1',
    source: { instance: 'prod', resourceId: 'db-PRODUCTION' },
    origin: 'automated',
    status: 'available',
    statusText: 'available',
    createdAt: day(1),
    dataTime: day(1),
    encrypted: true,
    tags: {},
    engine: 'postgres',
    engineVersion: '15.18',
    allocatedStorageGiB: 100,
    ...more,
  };
}

const anySnapshot = fc
  .record({
    number: fc.nat(9),
    day: fc.integer({ min: 1, max: 28 }),
    origin: fc.constantFrom('automated', 'manual', 'shared', 'aws-backup', 'unknown'),
    status: fc.constantFrom('available', 'in-progress', 'failed'),
    timed: fc.boolean(),
  })
  .map(({ number, day: n, origin, status, timed }) =>
    snapshot(`${origin}-${number}`, { origin, status, statusText: status, dataTime: timed ? day(n) : undefined }),
  );

describe('choosing a snapshot', () => {
  it('takes the newest available automated one, in whatever order they are listed', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anySnapshot, { selector: ({ id }) => id }), fc.nat(), (snapshots, turn) => {
        const fitting = snapshots.filter(
          ({ origin, status, dataTime }) => origin === 'automated' && status === 'available' && dataTime !== undefined,
        );
        const turned = [
          ...snapshots.slice(turn % (snapshots.length + 1)),
          ...snapshots.slice(0, turn % (snapshots.length + 1)),
        ];
        const choose = (from: readonly DatabaseSnapshot[]): DatabaseSnapshot =>
          chooseSnapshot(from, 'latest-automated-snapshot');
        if (fitting.length === 0) {
          expect(() => choose(snapshots)).toThrowError(expect.objectContaining({ code: 'snapshot-not-found' }));
          return;
        }
        const chosen = choose(snapshots);
        expect(fitting).toContain(chosen);
        for (const other of fitting) expect(Number(other.dataTime)).toBeLessThanOrEqual(Number(chosen.dataTime));
        expect(choose(turned)).toBe(chosen);
      }),
    );
  });

  it('takes the newest that no drill has proven, and nothing that others share', () => {
    const verified = { at: day(2), how: 'drill', evidence: 'evidence/drill/x' } as const;
    const some = fc.tuple(anySnapshot, fc.boolean()).map(([one, proven]) => (proven ? { ...one, verified } : one));
    fc.assert(
      fc.property(fc.uniqueArray(some, { selector: ({ id }) => id }), (snapshots) => {
        const fitting = snapshots.filter(
          (one) =>
            ['automated', 'manual', 'aws-backup'].includes(one.origin) &&
            one.status === 'available' &&
            one.dataTime !== undefined &&
            one.verified === undefined,
        );
        const choose = (): DatabaseSnapshot => chooseSnapshot(snapshots, 'newest-unverified');
        if (fitting.length === 0) {
          expect(choose).toThrowError(expect.objectContaining({ code: 'snapshot-not-found' }));
          return;
        }
        const chosen = choose();
        expect(fitting).toContain(chosen);
        for (const other of fitting) expect(Number(other.dataTime)).toBeLessThanOrEqual(Number(chosen.dataTime));
      }),
    );
    const proven = [snapshot('a', { verified }), snapshot('b', { verified })];
    expect(() => chooseSnapshot(proven, 'newest-unverified')).toThrowError(/all 2 of them are verified/);
    expect(() => chooseSnapshot([], 'newest-unverified')).toThrowError(/none that is available/);
    expect(chooseSnapshot(proven, 'latest-snapshot').id).toBe('b');
    expect(() => chooseSnapshot([], 'latest-snapshot')).toThrowError(/no available snapshot/);
  });

  it('takes the one that is named, whatever it is, if it is available', () => {
    const mine = snapshot('mine', { origin: 'shared' });
    expect(chooseSnapshot([snapshot('a'), mine], { id: 'MINE' })).toBe(mine);
    expect(() => chooseSnapshot([mine], { id: 'other' })).toThrowError(
      expect.objectContaining({ code: 'snapshot-not-found' }),
    );
    const making = snapshot('making', { status: 'in-progress', statusText: 'creating' });
    expect(() => chooseSnapshot([making], { id: 'making' })).toThrowError(
      expect.objectContaining({ code: 'invalid-state', retryable: true }),
    );
    const failed = snapshot('failed', { status: 'failed', statusText: 'failed' });
    expect(() => chooseSnapshot([failed], { id: 'failed' })).toThrowError(
      expect.objectContaining({ code: 'invalid-state', retryable: false }),
    );
  });

  it('does not depend on the order where two are equally old', () => {
    const twins = [snapshot('a'), snapshot('b')];
    expect(chooseSnapshot(twins, 'latest-automated-snapshot').id).toBe('b');
    expect(chooseSnapshot([...twins].reverse(), 'latest-automated-snapshot').id).toBe('b');
  });
});

describe('drawing an instant', () => {
  it('stays in the window, on a whole second, and is the same for the same seed', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.integer({ min: 0, max: 4_000_000_000_000 }),
        fc.integer({ min: 1_000, max: 40 * 86_400_000 }),
        (seed, start, length) => {
          const whole = wholeSeconds(new Date(start), new Date(start + length));
          if (whole === undefined) throw new Error('in a second there is a whole one');
          const { from, to } = whole;
          expect([from.getTime() - start < 1_000, start + length - to.getTime() < 1_000]).toEqual([true, true]);
          const drawn = randomInstant(seed, from, to);
          expect(drawn.getTime() % 1_000).toBe(0);
          expect(drawn.getTime()).toBeGreaterThanOrEqual(from.getTime());
          expect(drawn.getTime()).toBeLessThanOrEqual(to.getTime());
          expect(randomInstant(seed, from, to)).toEqual(drawn);
        },
      ),
    );
  });

  it('is none where there is no whole second', () => {
    expect(wholeSeconds(new Date(1_200), new Date(1_900))).toBeUndefined();
    expect(wholeSeconds(new Date(2_000), new Date(2_000))).toEqual({ from: new Date(2_000), to: new Date(2_000) });
  });

  it('comes everywhere in it', () => {
    const [from, to] = [new Date(0), new Date(9_000)];
    const drawn = new Set(Array.from({ length: 400 }, (_, seed) => randomInstant(String(seed), from, to).getTime()));
    expect([...drawn].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((second) => second * 1_000));
  });
});

describe('room for one more instance', () => {
  it('is refused exactly where a quota would be exceeded', () => {
    const quota = fc.record({ used: fc.nat(50), max: fc.nat(50) });
    fc.assert(
      fc.property(
        fc.option(quota),
        fc.option(quota),
        fc.option(fc.nat(60), { nil: undefined }),
        (instances, storage, need) => {
          const quotas = new Map([
            ...(instances === null ? [] : [['DBInstances', instances] as const]),
            ...(storage === null ? [] : [['AllocatedStorage', storage] as const]),
          ]);
          const tooMany = instances !== null && instances.used + 1 > instances.max;
          const tooMuch = storage !== null && storage.used + (need ?? 0) > storage.max;
          const check = (): void => checkRoom(quotas, { storageGiB: need }, 'us-east-1');
          if (tooMany || tooMuch) expect(check).toThrowError(expect.objectContaining({ code: 'quota-exceeded' }));
          else expect(check).not.toThrow();
        },
      ),
    );
  });
});

describe('names', () => {
  it('tell runs and attempts apart and are always valid', () => {
    const part = fc.stringMatching(/^[a-z][a-z0-9]{0,10}(-[a-z0-9]{1,5})?$/);
    fc.assert(
      fc.property(part, part, fc.integer({ min: 1, max: 99 }), (prefix, runId, attempt) => {
        const name = drillName(prefix, runId, attempt);
        expect(checkInstanceIdentifier(name, 'target')).toBe(name);
        expect(name).toContain(runId);
        expect(drillName(prefix, runId, attempt + 1)).not.toBe(name);
        expect(drillDatabase(prefix, runId, attempt)).toMatch(/^[a-z][a-z0-9_]*$/);
      }),
    );
  });
});

describe('tags', () => {
  const common = { 'zephyr:managed-by': 'zephyr-backup', 'zephyr:purpose': 'drill' };

  it('prove that a drill made a thing, and which', () => {
    const own = { ...common, ...drillTags('run-1', 'sre') };
    expect(own).toMatchObject({ 'zephyr:drill-run': 'run-1', 'zephyr:owner': 'sre' });
    expect(drillTags('run-1', undefined)).toEqual({ 'zephyr:drill-run': 'run-1' });
    expect(madeByDrill(own)).toBe(true);
    expect(madeByDrill(own, 'run-1')).toBe(true);
    expect(madeByDrill(own, 'run-2')).toBe(false);
    expect(madeByDrill(common)).toBe(false);
    for (const missing of ['zephyr:managed-by', 'zephyr:purpose', 'zephyr:drill-run']) {
      expect(madeByDrill(Object.fromEntries(Object.entries(own).filter(([key]) => key !== missing)))).toBe(false);
    }
  });

  it('say when it may be removed, or do not', () => {
    const expiresAt = '2025-11-10T00:00:00.000Z';
    expect(markedBy({ 'zephyr:expires-at': expiresAt, 'zephyr:drill-run': 'a' })).toEqual({ runId: 'a', expiresAt });
    expect(markedBy({})).toEqual({ runId: '', expiresAt: 'unknown' });
    expect(markedBy({ 'zephyr:expires-at': 'soon' })).toEqual({ runId: '', expiresAt: 'unknown' });
  });
});

describe('the price of a drill', () => {
  const prices = { currency: 'EUR', perHour: { small: 0.5 }, storagePerGiBHour: 0.001 };

  it('is the sum of class and storage', () => {
    const use = { size: 'small', count: 2, storageGiB: 100, milliseconds: 1_800_000 };
    expect(estimateDrillCost(use, prices)).toEqual({
      currency: 'EUR',
      amount: 0.55,
      items: [
        { what: 'small', hours: 0.5, quantity: 2, pricePerHour: 0.5 },
        { what: 'storage', hours: 0.5, quantity: 100, pricePerHour: 0.001 },
      ],
    });
  });

  it('is unknown with a class that has none, and nothing where nothing was rented', () => {
    expect(estimateDrillCost({ size: 'huge', milliseconds: 1 }, prices).amount).toBeUndefined();
    expect(estimateDrillCost({ milliseconds: 1 }, prices)).toEqual({ currency: 'EUR', amount: 0, items: [] });
    expect(estimateDrillCost(undefined, prices)).toEqual({ currency: 'EUR', amount: 0, items: [] });
    expect(defaultDrillPrices().perHour['db.t3.large']).toBeGreaterThan(0);
  });
});

describe('what was not checked', () => {
  it('is everything where nothing was expected, and nothing where all was', () => {
    expect(notChecked({})).toHaveLength(12);
    const fingerprint = { algorithm: 'x', tables: [] } as never;
    const all = {
      fingerprint,
      structure: { objects: [], kinds: [] } as never,
      boundaries: [{} as never],
      consistency: [
        'foreign-keys',
        'sequences',
        'indexes',
        'primary-keys',
        'uniqueness',
        'collations',
        'amcheck',
      ] as const,
      custom: [{} as never],
    };
    expect(notChecked(all)).toEqual([]);
    expect(notChecked({ ...all, fingerprint: { tables: [], slice: {} } as never })).toEqual([
      'content outside of the slice that the fingerprint covers',
    ]);
    const part = ['content outside of the part of large tables that was hashed'];
    expect(notChecked({ ...all, fingerprint: { tables: [{ coverage: {} }] } as never })).toEqual(part);
    expect(notChecked({ ...all, fingerprint: undefined, sameAs: { instance: 'other' } })).toEqual([]);
    expect(notChecked({ ...all, fingerprint: undefined, sameAs: { sample: {} } })).toEqual(part);
    expect(notChecked({ ...all, fingerprint: undefined, atLeastRows: { 'public.votes': 1 } })).toEqual([
      'content: no fingerprint was expected, so rows may be other ones',
    ]);
  });
});
