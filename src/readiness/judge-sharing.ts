import type { CheckedExpectation } from './expected-configuration.js';
import type { ReadinessFacts } from './readiness-facts.js';
import type { ReadinessFinding } from './readiness-report.js';
import { unknownFinding } from './unknown-finding.js';

/** Whether others can read production's data from a snapshot (facts A19). */
export function judgeSharing({ sharing }: ReadinessFacts, expected: CheckedExpectation): ReadinessFinding {
  const about = { code: 'shared-snapshots', title: 'with whom snapshots are shared' } as const;
  if (!sharing.known) return unknownFinding(about, sharing.error);
  const { looked, shared } = sharing.value;
  const found = {
    code: about.code,
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
