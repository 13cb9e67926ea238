import fc from 'fast-check';
import type { RetentionCandidate } from '../../src/retention/retention-candidate.js';

export const now = new Date('2025-11-09T12:00:00Z');
const day = 86_400_000;

/** The instant so many days before `now`. */
export const daysAgo = (days: number): Date => new Date(now.getTime() - days * day);

type Details = Partial<RetentionCandidate>;

export const dump = (id: string, createdAt: Date | undefined, details: Details = {}): RetentionCandidate => ({
  kind: 'dump',
  id,
  region: 'us-east-1',
  source: { instance: 'zephyr-production-db', resourceId: 'db-A' },
  database: 'zephyr',
  origin: 'manual',
  status: 'available',
  createdAt,
  tags: {},
  ...details,
});

export const snapshot = (id: string, createdAt: Date | undefined, details: Details = {}): RetentionCandidate => {
  const { database: _database, ...common } = dump(id, createdAt);
  return { ...common, kind: 'database-snapshot', tags: { 'zephyr:managed-by': 'zephyr-backup' }, ...details };
};

export const cacheSnapshot = (id: string, createdAt: Date | undefined, details: Details = {}): RetentionCandidate => ({
  ...snapshot(id, createdAt, details),
  kind: 'cache-snapshot',
});

const anyInstant = fc.option(
  // Whole days collide, so that ties and shared calendar days come up often.
  fc.oneof(
    fc.integer({ min: -3, max: 400 }).map(daysAgo),
    fc.date({ min: daysAgo(400), max: daysAgo(-2), noInvalidDate: true }),
  ),
  { nil: undefined, freq: 12 },
);

const anyTags = fc.record(
  {
    'zephyr:managed-by': fc.constant('zephyr-backup'),
    'zephyr:hold': fc.constantFrom('', 'legal'),
    'zephyr:purpose': fc.constantFrom('pre-deployment', 'drill'),
  },
  { requiredKeys: [] },
);

/** Backups of every kind, origin, status and age, now and then listed twice. */
export const anyBackups: fc.Arbitrary<RetentionCandidate[]> = fc.array(
  fc
    .record({
      kind: fc.constantFrom('dump', 'dump', 'database-snapshot', 'cache-snapshot', 'tape'),
      id: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'),
      region: fc.constantFrom('us-east-1', 'us-west-2'),
      resourceId: fc.constantFrom('db-A', 'db-B', undefined),
      origin: fc.constantFrom('manual', 'manual', 'manual', 'automated', 'shared', undefined),
      status: fc.constantFrom('available', 'available', 'available', 'in-progress', 'failed'),
      createdAt: anyInstant,
      tags: fc.option(anyTags, { nil: undefined }),
      verified: fc.constantFrom(undefined, undefined, { how: 'drill' }),
    })
    .map(({ resourceId, ...rest }) => ({ ...rest, source: { instance: 'zephyr', resourceId } })),
  { maxLength: 60 },
);
