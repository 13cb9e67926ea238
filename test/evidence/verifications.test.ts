import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Verification } from '../../src/core/backups.js';
import { evidenceKey } from '../../src/evidence/evidence-record.js';
import { markFailed, markVerified } from '../../src/evidence/mark-verified.js';
import { readVerifications } from '../../src/evidence/read-verifications.js';
import type { BackupIdentity } from '../../src/evidence/verified-key.js';
import { fakeSystem } from '../backup/fakes/fake-system.js';
import { aMark } from './arbitraries.js';

const dump: BackupIdentity = {
  kind: 'dump',
  id: 'manual/2025/11/09/zephyr-backup-20251109-030000.dump',
  region: 'us-east-1',
  createdAt: new Date('2025-11-09T03:00:00Z'),
  resourceId: 'db-PRODUCTION',
};
const by = (at: string, how: Verification['how'] = 'dump-check'): Verification => ({
  at: new Date(at),
  how,
  evidence: evidenceKey(how, new Date(at), 'report'),
});

describe('a backup', () => {
  it('is verified by the newest mark, told by the listing alone', async () => {
    const { system, store } = fakeSystem();
    await markVerified(system, dump, by('2025-11-09T05:00:00Z', 'drill'));
    await markVerified(system, dump, by('2025-11-09T06:00:00Z'));
    await markVerified(system, dump, by('2025-11-09T04:00:00Z', 'drill'));
    store.get = () => Promise.reject(new Error('nothing is read'));
    const verifications = await readVerifications(system);
    expect(verifications.of(dump)).toEqual(by('2025-11-09T06:00:00Z'));
  });

  it('is verified no more once a later check failed, and again once a later one passed', async () => {
    const { system } = fakeSystem();
    const verified = async () => (await readVerifications(system, { kind: 'dump' })).of(dump)?.at.toISOString();
    await markVerified(system, dump, by('2025-11-09T05:00:00Z'));
    await markFailed(system, dump, by('2025-11-09T06:00:00Z'));
    expect(await verified()).toBeUndefined();
    await markVerified(system, dump, by('2025-11-09T06:00:00Z'));
    expect(await verified()).toBeUndefined();
    await markVerified(system, dump, by('2025-11-09T07:00:00Z'));
    expect(await verified()).toBe('2025-11-09T07:00:00.000Z');
  });

  it('is as its last mark says, also where an earlier one knew less of it', async () => {
    const { system } = fakeSystem();
    const { resourceId: _, ...less } = dump;
    await markVerified(system, dump, by('2025-11-09T05:00:00Z'));
    await markFailed(system, less, by('2025-11-09T05:00:00Z'));
    expect((await readVerifications(system)).of(dump)).toBeUndefined();
    await markVerified(system, less, by('2025-11-09T06:00:00Z'));
    expect((await readVerifications(system)).of(dump)).toEqual(by('2025-11-09T06:00:00Z'));
    await markVerified(system, dump, by('2025-11-09T05:30:00Z'));
    expect((await readVerifications(system)).of(less)).toEqual(by('2025-11-09T06:00:00Z'));
  });

  it('does not inherit what another of its name had', async () => {
    const { system } = fakeSystem();
    const reused: BackupIdentity = { kind: 'database-snapshot', id: 'before-release', region: 'us-east-1' };
    const first = { ...reused, createdAt: new Date('2025-11-01T00:00:00Z'), resourceId: 'db-A' };
    const second = { ...reused, createdAt: new Date('2025-11-05T00:00:00Z'), resourceId: 'db-A' };
    const foreign = { ...reused, createdAt: first.createdAt, resourceId: 'db-B' };
    await markVerified(system, first, by('2025-11-02T00:00:00Z', 'drill'));
    const verifications = await readVerifications(system);
    expect(verifications.of(first)).toBeDefined();
    expect(verifications.of({ ...reused, createdAt: first.createdAt })).toBeDefined();
    for (const other of [second, foreign, reused, { ...first, region: 'us-west-2' }])
      expect(verifications.of(other)).toBeUndefined();
    await markFailed(system, second, by('2025-11-06T00:00:00Z', 'drill'));
    expect((await readVerifications(system)).of(first)).toBeDefined();
  });

  it('is as its last mark says, whatever was marked in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aMark, { maxLength: 12 }), async (marks) => {
        const { system, store } = fakeSystem();
        const known = marks.filter(({ backup }) => (backup.createdAt ?? backup.resourceId) !== undefined);
        for (const { backup, verdict, verification } of known)
          await (verdict === 'passed' ? markVerified : markFailed)(system, backup, verification);
        await store.put('evidence/verified/notes.txt', 'none of ours');
        const verifications = await readVerifications(system);
        for (const { backup } of known) {
          const own = known.filter((mark) => JSON.stringify(mark.backup) === JSON.stringify(backup));
          const newest = Math.max(...own.map(({ verification }) => verification.at.getTime()));
          const last = own.filter(({ verification }) => verification.at.getTime() === newest);
          const verdict = last.some((mark) => mark.verdict === 'failed') ? undefined : newest;
          const rivals = known.filter((mark) => mark.backup.id === backup.id);
          if (rivals.length === own.length) expect(verifications.of(backup)?.at.getTime()).toBe(verdict);
        }
      }),
    );
  });
});

describe('a mark', () => {
  it('cannot be made of what is not known', async () => {
    const { system, withoutArchive, store } = fakeSystem();
    const proof = by('2025-11-09T05:00:00Z');
    const { createdAt: _made, resourceId: _source, ...unknown } = dump;
    for (const [backup, verification, field] of [
      [unknown, proof, 'backup'],
      [{ ...dump, id: '' }, proof, 'backup.id'],
      [{ ...dump, id: 'lone \ud800' }, proof, 'backup.id'],
      [{ ...dump, createdAt: new Date(Number.NaN) }, proof, 'backup.createdAt'],
      [dump, { ...proof, at: new Date(Number.NaN) }, 'verification.at'],
      [dump, { ...proof, evidence: 'somewhere' }, 'verification.evidence'],
      [dump, { ...proof, how: 'drill' }, 'verification.evidence'],
    ] as const) {
      await expect(markVerified(system, backup, verification)).rejects.toMatchObject({ code: 'invalid-input', field });
    }
    await expect(markVerified(withoutArchive, dump, proof)).rejects.toMatchObject({ field: 'archive' });
    expect((await readVerifications(withoutArchive)).of(dump)).toBeUndefined();
    expect(store.objects.size).toBe(0);
  });
});
