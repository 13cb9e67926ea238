import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkAnySnapshotIdentifier,
  checkInstanceIdentifier,
  checkSnapshotIdentifier,
  dumpKeys,
  manualSnapshotName,
  timestampInName,
} from '../../src/core/names.js';

const instant = new Date('2025-11-09T14:05:09.876Z');

describe('names', () => {
  it('writes instants in UTC to the second', () => {
    expect(timestampInName(instant)).toBe('20251109-140509');
  });

  it('names manual snapshots after instance and instant', () => {
    expect(manualSnapshotName('zephyr-production-db', instant)).toBe('zephyr-production-db-manual-20251109-140509');
    expect(manualSnapshotName('zephyr-production-db', instant, 'k3')).toBe(
      'zephyr-production-db-manual-20251109-140509-k3',
    );
  });

  it('puts dumps below their UTC day, the manifest beside the dump', () => {
    expect(dumpKeys('zephyr', instant)).toEqual({
      dump: 'manual/2025/11/09/zephyr-backup-20251109-140509.dump',
      manifest: 'manual/2025/11/09/zephyr-backup-20251109-140509.manifest.json',
    });
    expect(dumpKeys('zephyr', instant, 'x1').dump).toBe('manual/2025/11/09/zephyr-backup-20251109-140509-x1.dump');
  });
});

describe('identifiers', () => {
  it('are returned as AWS stores them', () => {
    expect(checkInstanceIdentifier('Zephyr-Production-DB', 'f')).toBe('zephyr-production-db');
    expect(checkSnapshotIdentifier('A', 'f')).toBe('a');
    expect(checkAnySnapshotIdentifier('RDS:Zephyr-2025-11-09-03-12', 'f')).toBe('rds:zephyr-2025-11-09-03-12');
    expect(checkAnySnapshotIdentifier('awsbackup:job-1234', 'f')).toBe('awsbackup:job-1234');
    expect(checkAnySnapshotIdentifier('mine', 'f')).toBe('mine');
  });

  it.each(['', '1a', '-a', 'a-', 'a--b', 'a_b', 'a:b', 'a b', 'ä', `a${'b'.repeat(63)}`])('refuse %j', (identifier) => {
    expect(() => checkInstanceIdentifier(identifier, 'database.instance')).toThrow(
      expect.objectContaining({ code: 'invalid-input', field: 'database.instance' }),
    );
  });

  it('may be longer for a snapshot, up to 255', () => {
    expect(checkSnapshotIdentifier(`a${'b'.repeat(254)}`, 'f')).toHaveLength(255);
    expect(() => checkSnapshotIdentifier(`a${'b'.repeat(255)}`, 'f')).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('1 to 255') }),
    );
  });

  it('refuse what is no string', () => {
    expect(() => checkInstanceIdentifier(undefined as unknown as string, 'target')).toThrow(/target is not a valid/);
    expect(() => checkAnySnapshotIdentifier(null as unknown as string, 'snapshot')).toThrow(/snapshot is not a valid/);
  });

  it('accept exactly what the rule of RDS accepts', () => {
    const part = fc.stringMatching(/^[A-Za-z0-9]{1,8}$/);
    const valid = fc
      .tuple(fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,7}$/), fc.array(part, { maxLength: 5 }))
      .map(([first, rest]) => [first, ...rest].join('-'));
    fc.assert(
      fc.property(valid, (identifier) => checkInstanceIdentifier(identifier, 'f') === identifier.toLowerCase()),
    );
  });
});
