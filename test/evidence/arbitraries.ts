import fc from 'fast-check';
import { evidenceKey } from '../../src/evidence/evidence-record.js';
import type { VerificationMark } from '../../src/evidence/verified-key.js';

export const toTheSecond = (instant: Date): Date => new Date(Math.floor(instant.getTime() / 1_000) * 1_000);

export const anInstant: fc.Arbitrary<Date> = fc.date({
  min: new Date('0000-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59Z'),
  noInvalidDate: true,
});

/** Identifiers as AWS and this library give them, and worse. */
const anId = fc.oneof(
  fc.constantFrom(
    'zephyr-production-db-manual-20251109-142500',
    'rds:zephyr-production-db-2025-11-09-03-05',
    'awsbackup:job-0123',
    'manual/2025/11/09/zephyr-backup-20251109-142500.dump',
    'automatic.zephyr-production-redis-2025-11-09-03-00',
    'arn:aws:rds:us-east-1:123456789012:snapshot:shared_one',
    '%2F..%5F_/',
  ),
  fc.string({ unit: 'grapheme', minLength: 1 }),
);

const aSecond = anInstant.map(toTheSecond);

/** Marks as they can be written, instants to the second. */
export const aMark: fc.Arbitrary<VerificationMark> = fc
  .record({
    backup: fc.record(
      {
        kind: fc.constantFrom('database-snapshot', 'cache-snapshot', 'dump'),
        id: anId,
        region: fc.constantFrom('us-east-1', 'us-gov-west-1', 'odd_region'),
        createdAt: aSecond,
        resourceId: fc.constantFrom('db-ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'odd_one'),
      },
      { requiredKeys: ['kind', 'id', 'region'] },
    ),
    verdict: fc.constantFrom('passed', 'failed'),
    at: aSecond,
    how: fc.constantFrom('drill', 'dump-check'),
    content: fc.string(),
  })
  .map(({ backup, verdict, at, how, content }) => ({
    backup,
    verdict,
    verification: { at, how, evidence: evidenceKey(how, at, content) },
  }));
