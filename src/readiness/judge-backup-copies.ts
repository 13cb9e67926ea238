import type { CheckedExpectation } from './expected-configuration.js';
import type { ReadinessFacts } from './readiness-facts.js';
import type { ReadinessFinding } from './readiness-report.js';

/** Whether the automated backups are copied to the regions that should have them (facts E11). */
export function judgeBackupCopies(
  { instance, region }: ReadinessFacts,
  expected: CheckedExpectation,
): ReadinessFinding {
  const copies = instance.backupCopies ?? [];
  // arn:aws:rds:us-west-2:123456789012:auto-backup:ab-...
  const regions = copies.map((arn) => arn.split(':')[3] ?? '');
  const missing = expected.backupRegions.filter((wanted) => !regions.includes(wanted));
  const found = { code: 'backup-copies', evidence: { copies, expected: expected.backupRegions } } as const;
  if (missing.length > 0) {
    return {
      ...found,
      grade: 'warning',
      title: `automated backups are not copied to ${missing.join(', ')}`,
      meaning: `When ${region} is gone, so are they.`,
      next: 'Start the replication of automated backups in that region; an encrypted instance needs a KMS key there.',
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
