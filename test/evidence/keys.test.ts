import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkInstantForKey,
  evidenceKinds,
  evidencePlace,
  instantInKey,
  instantOfKey,
  parseEvidenceKey,
} from '../../src/evidence/evidence-key.js';
import { evidenceKey } from '../../src/evidence/evidence-record.js';
import { isSameBackup, parseVerifiedKey, verifiedKey, verifiedPrefix } from '../../src/evidence/verified-key.js';
import { aMark, anInstant, toTheSecond } from './arbitraries.js';

describe('the key of evidence', () => {
  it('tells kind and time, and is found below its place', () => {
    fc.assert(
      fc.property(fc.constantFrom(...evidenceKinds), anInstant, fc.string(), (kind, at, content) => {
        const key = evidenceKey(kind, at, content);
        expect(parseEvidenceKey(key)).toEqual({ key, kind, at: toTheSecond(at) });
        expect(key.startsWith(evidencePlace(kind, at))).toBe(true);
      }),
    );
  });

  it('is in the order of time', () => {
    fc.assert(
      fc.property(anInstant, anInstant, fc.string(), fc.string(), (one, other, first, second) => {
        const [a, b] = [toTheSecond(one), toTheSecond(other)];
        fc.pre(a < b);
        expect(evidenceKey('drill', a, first) < evidenceKey('drill', b, second)).toBe(true);
      }),
    );
  });

  it('is another for another content of the same second, and the same for the same', () => {
    const at = new Date('2025-11-09T14:25:00Z');
    expect(evidenceKey('drill', at, 'a')).toBe(evidenceKey('drill', at, 'a'));
    expect(evidenceKey('drill', at, 'a')).not.toBe(evidenceKey('drill', at, 'b'));
    expect(evidenceKey('drill', at, 'a')).toMatch(
      /^evidence\/drill\/2025\/11\/09\/20251109T142500Z-[0-9a-f]{16}\.json$/,
    );
  });

  it.each([
    'evidence/verified/dump/x/y.json',
    'evidence/secret/2025/11/09/20251109T142500Z-0123456789abcdef.json',
    'evidence/drill/2025/11/08/20251109T142500Z-0123456789abcdef.json',
    'evidence/drill/2025/13/09/20251309T142500Z-0123456789abcdef.json',
    'evidence/drill/2025/11/09/20251109T142500Z-0123456789abcdef.json/more',
    'manual/2025/11/09/zephyr-backup-20251109-142500.dump',
    '',
  ])('is not %s', (key) => {
    expect(parseEvidenceKey(key)).toBeUndefined();
  });
});

describe('an instant in a key', () => {
  it('comes back to the second', () => {
    fc.assert(
      fc.property(anInstant, (at) => {
        expect(instantOfKey(instantInKey(at))).toEqual(toTheSecond(at));
      }),
    );
  });

  it('must be one that four digits of a year can carry', () => {
    for (const bad of [
      new Date(Number.NaN),
      new Date('+010000-01-01T00:00:00Z'),
      new Date('-000001-01-01T00:00:00Z'),
    ]) {
      expect(() => checkInstantForKey(bad, 'at')).toThrow(
        expect.objectContaining({ code: 'invalid-input', field: 'at' }),
      );
    }
    expect(() => checkInstantForKey('2025-11-09' as unknown as Date, 'at')).toThrow(/is not an instant/);
    expect(() => checkInstantForKey(new Date(0), 'at')).not.toThrow();
  });
});

describe('the key of a mark', () => {
  it('says all, whatever the identifier is made of', () => {
    fc.assert(
      fc.property(aMark, (mark) => {
        const key = verifiedKey(mark);
        expect(parseVerifiedKey(key)).toEqual(mark);
        expect(key.startsWith(verifiedPrefix(mark.backup.kind))).toBe(true);
        expect(key.split('/')).toHaveLength(5);
      }),
    );
  });

  it('fits into what S3 takes, for the longest names', () => {
    const mark = {
      backup: {
        kind: 'dump',
        id: `manual/2025/11/09/${encodeURIComponent('ü'.repeat(31))}-backup-20251109-142500-abcd.dump`,
        region: 'ap-southeast-7',
        createdAt: new Date(0),
        resourceId: `db-${'A'.repeat(26)}`,
      },
      verdict: 'passed',
      verification: { at: new Date(0), how: 'dump-check', evidence: evidenceKey('dump-check', new Date(0), '') },
    } as const;
    expect(Buffer.byteLength(verifiedKey(mark))).toBeLessThan(900);
  });

  it.each([
    'evidence/verified/tape/x/20251109T142500Z-drill-passed_us-east-1___e.json',
    'evidence/verified/dump/x/20251109T142500Z-drill-perhaps_us-east-1___e.json',
    'evidence/verified/dump/x/20251309T142500Z-drill-passed_us-east-1___e.json',
    'evidence/verified/dump/x/20251109T142500Z-drill-passed_us-east-1_yesterday__e.json',
    'evidence/verified/dump/%/20251109T142500Z-drill-passed_us-east-1___e.json',
    'evidence/verified/dump/x/20251109T142500Z-drill-passed_us-east-1___%.json',
    'evidence/verified/dump/x/20251109T142500Z-drill-passed_%_____e.json',
  ])('is not %s', (key) => {
    expect(parseVerifiedKey(key)).toBeUndefined();
  });
});

describe('the same backup', () => {
  const one = { kind: 'database-snapshot', id: 'a', region: 'us-east-1' } as const;
  const createdAt = new Date('2025-11-09T14:25:00.400Z');
  it.each([
    [{ createdAt, resourceId: 'db-A' }, { createdAt, resourceId: 'db-A' }, true],
    [{ createdAt }, { createdAt: new Date('2025-11-09T14:25:00Z') }, true],
    [{ createdAt, resourceId: 'db-A' }, { createdAt }, true],
    [{ createdAt, resourceId: 'db-A' }, { resourceId: 'db-A' }, true],
    [{ createdAt, resourceId: 'db-A' }, { createdAt, resourceId: 'db-B' }, false],
    [{ createdAt, resourceId: 'db-A' }, { createdAt: new Date(0), resourceId: 'db-A' }, false],
    [{ createdAt }, { resourceId: 'db-A' }, false],
    [{}, {}, false],
  ])('%j and %j: %s', (left, right, same) => {
    expect(isSameBackup({ ...one, ...left }, { ...one, ...right })).toBe(same);
  });

  it('has the same kind, identifier and region', () => {
    for (const other of [{ kind: 'cache-snapshot' }, { id: 'b' }, { region: 'us-west-2' }] as const)
      expect(isSameBackup({ ...one, createdAt }, { ...one, createdAt, ...other })).toBe(false);
  });
});
