import type { SnapshotSharing } from '../system/snapshot-sharing.js';
import type { CheckedExpectation } from './expected-configuration.js';
import type { ReadinessFacts } from './readiness-facts.js';
import type { ReadinessFinding } from './readiness-report.js';
import { unknownFinding } from './unknown-finding.js';

/** Whether others can read production's data from a snapshot (facts A19); nothing where it was not to be looked at. */
export function judgeSharing({ sharing }: ReadinessFacts, expected: CheckedExpectation): readonly ReadinessFinding[] {
  if (sharing === undefined) return [];
  if (sharing.known) return [judge(sharing.value, expected)];
  return [unknownFinding({ code: 'shared-snapshots', title: 'with whom snapshots are shared' }, sharing.error)];
}

function judge({ looked, shared }: SnapshotSharing, expected: CheckedExpectation): ReadinessFinding {
  const found = {
    code: 'shared-snapshots',
    evidence: {
      looked,
      shared: shared.map(({ identifier, sharedWith }) => ({ identifier, sharedWith })),
      expected: expected.sharedWith,
    },
    next: 'Take the permission to restore away; if it is not known who gave it, treat the data as read by others.',
  } as const;
  const everybody = shared.filter(({ sharedWith }) => sharedWith.includes('all'));
  if (everybody.length > 0) {
    return {
      ...found,
      grade: 'critical',
      title: `public: ${everybody.map(({ identifier }) => identifier).join(', ')}`,
      meaning: 'Whoever has an AWS account can restore all of production from it.',
    };
  }
  const strange = shared.flatMap(({ identifier, sharedWith }) => {
    const others = sharedWith.filter((account) => !expected.sharedWith.includes(account));
    return others.length === 0 ? [] : [`${identifier} with ${others.join(', ')}`];
  });
  if (strange.length > 0) {
    return {
      ...found,
      grade: 'warning',
      title: `shared: ${strange.join('; ')}`,
      meaning: 'These accounts can restore all of production from it.',
    };
  }
  return {
    code: found.code,
    evidence: found.evidence,
    grade: 'ok',
    title: shared.length === 0 ? 'no snapshot is shared' : 'snapshots are shared with the expected accounts only',
    meaning: `Of ${looked} manual snapshots; automated ones cannot be shared.`,
  };
}
