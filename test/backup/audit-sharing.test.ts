import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auditSharing } from '../../src/backup/audit-sharing.js';
import { decideSharing } from '../../src/backup/decide-sharing.js';
import type { SnapshotDescription } from '../../src/ports/database-backups.js';
import { fakeRds } from './fakes/fake-rds.js';
import { fakeSystem } from './fakes/fake-system.js';

const [friend, stranger] = ['111122223333', '444455556666'];
const snapshot = (identifier: string, type = 'manual'): SnapshotDescription => ({
  identifier,
  arn: `arn:aws:rds:us-east-1:123456789012:snapshot:${identifier}`,
  type,
  status: 'available',
  instance: 'zephyr-production-db',
  resourceId: 'db-PRODUCTION',
  createdAt: new Date('2025-11-09T14:00:00Z'),
  engine: 'postgres',
  engineVersion: '15.18',
  allocatedStorageGiB: 100,
  encrypted: false,
  tags: {},
});

describe('auditSharing', () => {
  it('finds what others may restore, the worst first, in every region', async () => {
    const { rds, systemWith, clock, faults } = fakeSystem();
    const west = fakeRds(clock, 'us-west-2');
    const objectStore = systemWith({}).aws.objectStore;
    const system = systemWith({ otherRegions: [{ region: 'us-west-2', rds: faults.wrap('west', west), objectStore }] });
    rds.snapshots.push(snapshot('private'), snapshot('lent'), snapshot('lost'), snapshot('rds:x', 'automated'));
    west.snapshots.push(snapshot('open'));
    rds.sharedWith.set('lent', [friend]);
    rds.sharedWith.set('lost', [friend, stranger]);
    west.sharedWith.set('open', ['all']);
    const report = await auditSharing(system, { allowedAccounts: [friend] });
    expect(report).toMatchObject({ grade: 'critical', checked: 4 });
    expect(report.shared.map(({ id, region, grade, strangers }) => [id, region, grade, strangers])).toEqual([
      ['open', 'us-west-2', 'critical', []],
      ['lost', 'us-east-1', 'warning', [stranger]],
      ['lent', 'us-east-1', 'ok', []],
    ]);
  });

  it('passes over a snapshot that is deleted meanwhile, and not over a refusal', async () => {
    const { rds, system, faults } = fakeSystem();
    rds.snapshots.push(snapshot('a'), snapshot('b'));
    rds.sharedWith.set('a', undefined);
    expect(await auditSharing(system)).toEqual({ grade: 'ok', shared: [], checked: 2 });
    faults.arm(3, 'is-denied');
    await expect(auditSharing(system)).rejects.toMatchObject({ code: 'access-denied' });
  });

  it('refuses what it cannot be asked before any call', async () => {
    const { system, faults } = fakeSystem();
    await expect(auditSharing(system, { allowedAccounts: ['12'] })).rejects.toMatchObject({ field: 'allowedAccounts' });
    await expect(auditSharing(system, {}, { signal: AbortSignal.abort('no') })).rejects.toBe('no');
    expect(faults.calls).toEqual([]);
  });
});

describe('decideSharing', () => {
  const fact = fc
    .record({
      id: fc.string(),
      region: fc.constant('us-east-1'),
      encrypted: fc.boolean(),
      accounts: fc.subarray([friend, stranger]),
      isPublic: fc.boolean(),
    })
    .filter(({ accounts, isPublic }) => isPublic || accounts.length > 0);

  it('is never better than its worst snapshot, and names every one', () => {
    fc.assert(
      fc.property(fc.array(fact), fc.subarray([friend, stranger]), (facts, allowedAccounts) => {
        const report = decideSharing(facts, { allowedAccounts, checked: 9 });
        const open = facts.some(({ isPublic }) => isPublic);
        const lent = facts.some(({ accounts }) => accounts.some((account) => !allowedAccounts.includes(account)));
        expect(report.grade).toBe(open ? 'critical' : lent ? 'warning' : 'ok');
        expect(report.shared).toHaveLength(facts.length);
      }),
    );
  });
});
