import { formatMilliseconds } from '../core/duration.js';
import type { CheckedExpectation } from './expected-configuration.js';
import type { CacheGlance, ReadinessFacts } from './readiness-facts.js';
import type { ReadinessFinding } from './readiness-report.js';
import { unknownFinding } from './unknown-finding.js';

/** What is to be said of the cache: nothing where the system has none. */
export function judgeCache(
  { cache }: ReadinessFacts,
  expected: CheckedExpectation,
  now: Date,
): readonly ReadinessFinding[] {
  if (cache === undefined) return [];
  if (!cache.known) return [unknownFinding({ code: 'cache-snapshot', title: 'snapshots of the cache' }, cache.error)];
  return [
    judgeStatus(cache.value),
    ...judgeFreshness(cache.value, expected, now),
    judgeSchedule(cache.value, expected),
    durability(cache.value),
  ];
}

function judgeStatus({ cache, status }: CacheGlance): ReadinessFinding {
  const found = { code: 'cache-status', evidence: { cache, status } } as const;
  if (status === undefined) {
    return {
      ...found,
      grade: 'critical',
      title: `there is no cache ${cache}`,
      meaning: 'Sessions are lost, and everybody has to sign in again.',
      next: 'Restore it from its newest snapshot, or make it anew: what it holds can be rebuilt.',
    };
  }
  // While a snapshot is taken it serves, but takes no other call (facts F6).
  if (status === 'available' || status === 'snapshotting') {
    return { ...found, grade: 'ok', title: `${cache} is ${status}`, meaning: 'It serves.' };
  }
  return {
    ...found,
    grade: 'warning',
    title: `${cache} is ${status}`,
    meaning: 'Until it is available no snapshot of it can be taken.',
    next: 'Wait until it is available; if it stays so, read its events.',
  };
}

function judgeFreshness(
  { cache, newest }: CacheGlance,
  { cacheSnapshotEveryMilliseconds: every }: CheckedExpectation,
  now: Date,
): readonly ReadinessFinding[] {
  if (every === undefined) return [];
  const age = newest === undefined ? undefined : Math.max(0, now.getTime() - newest.createdAt.getTime());
  const found = {
    code: 'cache-snapshot',
    evidence: {
      cache,
      newest: newest?.identifier,
      createdAt: newest?.createdAt.toISOString(),
      expectedEveryMilliseconds: every,
    },
  } as const;
  const title =
    newest === undefined || age === undefined
      ? `there is no snapshot of ${cache}`
      : `the newest snapshot of ${cache} is ${formatMilliseconds(age)} old: ${newest.identifier}`;
  if (age !== undefined && age <= every) {
    return [{ ...found, grade: 'ok', title, meaning: 'Snapshots are made as expected.' }];
  }
  return [
    {
      ...found,
      grade: 'warning',
      title,
      meaning: 'By itself ElastiCache takes one a day at most: more often somebody has to ask for it.',
      next: "Call ensureCacheSnapshot({ every: '6h' }) from a scheduler, and see why it did not run.",
    },
  ];
}

/** The daily snapshots that ElastiCache takes by itself (facts F7). */
function judgeSchedule(
  { cache, snapshotRetentionDays, snapshotWindow }: CacheGlance,
  { cacheRetentionDays, cacheSnapshotWindow }: CheckedExpectation,
): ReadinessFinding {
  const found = {
    code: 'cache-schedule',
    evidence: { cache, snapshotRetentionDays, snapshotWindow, expected: { cacheRetentionDays, cacheSnapshotWindow } },
    title: `daily snapshots of ${cache} are kept ${snapshotRetentionDays ?? 0} d, and made ${snapshotWindow ?? 'at no known time'} UTC`,
  } as const;
  const kept = (snapshotRetentionDays ?? 0) >= cacheRetentionDays;
  // Where none are to be made it does not matter when.
  if (kept && (snapshotWindow === cacheSnapshotWindow || cacheRetentionDays === 0)) {
    return { ...found, grade: 'ok', meaning: 'It is as expected.' };
  }
  return {
    ...found,
    grade: 'warning',
    meaning: kept ? 'It is another time than expected.' : 'Snapshots of earlier days are missing when they are needed.',
    next: `Set a snapshot retention of ${cacheRetentionDays} days and the window ${cacheSnapshotWindow}.`,
  };
}

/** What no setting changes (facts F7, F8, K30): said, so that nobody relies on it. */
function durability({ cache }: CacheGlance): ReadinessFinding {
  return {
    code: 'cache-durability',
    grade: 'ok',
    title: `what ${cache} holds is lost back to its newest snapshot`,
    evidence: { appendOnlyFile: false, automaticSnapshotsPerDay: 1 },
    meaning:
      'ElastiCache has no append-only file and no save parameter, whatever its parameter group says; keep in it only what can be rebuilt.',
  };
}
