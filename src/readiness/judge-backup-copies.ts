import { formatMilliseconds } from '../core/duration.js';
import type { CheckedExpectation } from './expected-configuration.js';
import type { ReadinessFacts } from './readiness-facts.js';
import type { ReadinessFinding } from './readiness-report.js';
import { unknownFinding } from './unknown-finding.js';

/** Logs are copied as they are shipped; what is behind by more is stuck. */
const lateMilliseconds = 3_600_000;

/** Whether the automated backups are copied to the regions that should have them, and keep up (facts E11). */
export function judgeBackupCopies(facts: ReadinessFacts, expected: CheckedExpectation, now: Date): ReadinessFinding {
  const { instance, region, copies } = facts;
  const about = { code: 'backup-copies', title: 'copies of the automated backups in other regions' } as const;
  if (!copies.known) return unknownFinding(about, copies.error);
  // arn:aws:rds:us-west-2:123456789012:auto-backup:ab-...
  const told = (instance.backupCopies ?? []).map((arn) => arn.split(':')[3] ?? '');
  const regions = [...new Set([...told, ...copies.value.map((copy) => copy.region)])];
  const missing = expected.backupRegions.filter((wanted) => !regions.includes(wanted));
  const late = copies.value.flatMap(({ region: where, latest }) => {
    const lag = latest === undefined ? 0 : now.getTime() - latest.getTime();
    return lag > lateMilliseconds ? [`${where} by ${formatMilliseconds(lag)}`] : [];
  });
  const found = {
    code: about.code,
    evidence: {
      regions,
      expected: expected.backupRegions,
      copies: copies.value.map(({ latest, ...copy }) => ({ ...copy, latest: latest?.toISOString() })),
    },
  } as const;
  if (missing.length > 0) {
    return {
      ...found,
      grade: 'warning',
      title: `automated backups are not copied to ${missing.join(', ')}`,
      meaning: `When ${region} is gone, so are they.`,
      next: 'Start the replication of automated backups in that region; an encrypted instance needs a KMS key there.',
    };
  }
  if (late.length > 0) {
    return {
      ...found,
      grade: 'warning',
      title: `copies are behind: ${late.join(', ')}`,
      meaning: 'A recovery in that region would lose that much.',
      next: 'Look at the status of the automated backup there; stop and start its replication if it does not catch up.',
    };
  }
  return {
    ...found,
    grade: 'ok',
    title: regions.length === 0 ? 'automated backups are kept in one region' : `copied to ${regions.join(', ')}`,
    meaning:
      regions.length === 0
        ? 'No copy elsewhere is expected.'
        : 'They can be restored there even when this region cannot be reached.',
  };
}
