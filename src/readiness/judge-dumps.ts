import { formatMilliseconds } from '../core/duration.js';
import type { CheckedExpectation } from './expected-configuration.js';
import type { DumpsGlance, ReadinessFacts } from './readiness-facts.js';
import type { ReadinessFinding } from './readiness-report.js';
import { unknownFinding } from './unknown-finding.js';

/** A dump this much smaller than the one before has lost something until somebody says why. */
const shrunk = 0.5;
/** One this much larger will soon need another place in the night. */
const grown = 3;

/** What is to be said of dumps: nothing where the system has no archive or expects none. */
export function judgeDumps(
  facts: ReadinessFacts,
  expected: CheckedExpectation,
  now: Date,
): readonly ReadinessFinding[] {
  const { dumps } = facts;
  const every = expected.dumpEveryMilliseconds;
  if (dumps === undefined || every === undefined) return [];
  if (!dumps.known) return [unknownFinding({ code: 'dump-freshness', title: 'the newest dump' }, dumps.error)];
  return [judgeFreshness(dumps.value, every, now), ...judgeSize(dumps.value)];
}

function judgeFreshness(dumps: DumpsGlance, every: number, now: Date): ReadinessFinding {
  const { newest, unreadable, location, since } = dumps;
  const found = {
    code: 'dump-freshness',
    evidence: {
      newest: newest?.key,
      createdAt: newest?.createdAt.toISOString(),
      expectedEveryMilliseconds: every,
      lookedSince: since.toISOString(),
      location,
      unreadable,
    },
    next: 'Make one now, and see what should have made it: a dump that silently stopped is only noticed when it is needed.',
  } as const;
  if (newest === undefined) {
    return {
      ...found,
      grade: 'warning',
      title: `there is no dump of the whole database in ${location}`,
      meaning: 'All backups are in one hand: what strikes RDS or its account strikes them all.',
    };
  }
  const age = Math.max(0, now.getTime() - newest.createdAt.getTime());
  const title = `the newest dump is ${formatMilliseconds(age)} old: ${newest.key}`;
  if (age > every) {
    return {
      ...found,
      grade: 'warning',
      title,
      meaning: 'Dumps are made less often than expected, or no longer at all.',
    };
  }
  if (unreadable.length > 0) {
    return {
      ...found,
      grade: 'warning',
      title: `${title}; ${unreadable.length} manifests cannot be read`,
      meaning: 'What those dumps hold cannot be told.',
      next: 'Find out who else writes to the archive, or which release wrote them.',
    };
  }
  return { code: found.code, evidence: found.evidence, grade: 'ok', title, meaning: 'Dumps are made as expected.' };
}

function judgeSize({ newest, before }: DumpsGlance): readonly ReadinessFinding[] {
  if (newest === undefined || before === undefined || before.sizeBytes === 0) return [];
  const ratio = newest.sizeBytes / before.sizeBytes;
  const found = {
    code: 'dump-size',
    evidence: {
      newest: newest.key,
      sizeBytes: newest.sizeBytes,
      before: before.key,
      sizeBytesBefore: before.sizeBytes,
      ratio: Math.round(ratio * 1_000) / 1_000,
    },
    title: `the newest dump has ${newest.sizeBytes} bytes, the one before ${before.sizeBytes}`,
  } as const;
  if (ratio < shrunk) {
    return [
      {
        ...found,
        grade: 'warning',
        meaning: 'Half of it is gone: rows were deleted, or it was compressed otherwise.',
        next: 'Compare the fingerprints in both manifests; keep the older dump until it is explained.',
      },
    ];
  }
  if (ratio > grown) {
    return [
      {
        ...found,
        grade: 'warning',
        meaning: 'It has more than tripled: something fills the database, and dump and restore take longer.',
        next: 'Compare the row counts in both manifests.',
      },
    ];
  }
  return [{ ...found, grade: 'ok', meaning: 'It has not changed abruptly.' }];
}
