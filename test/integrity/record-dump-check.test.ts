import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/core/check-result.js';
import { readVerifications } from '../../src/evidence/read-verifications.js';
import { dumpCheckReport } from '../../src/integrity/dump-check-report.js';
import type { DumpCheckLevel } from '../../src/integrity/dump-check-request.js';
import { recordDumpCheck } from '../../src/integrity/record-dump-check.js';
import { coded } from '../backup/fakes/fake-rds.js';
import { fakeSystem } from '../backup/fakes/fake-system.js';
import { manifestFor } from '../backup/manifest-for.js';

const manifest = manifestFor(new Date('2025-11-09T03:00:00Z'));
const { source } = manifest;
const backup = {
  kind: 'dump',
  id: manifest.key,
  region: source.region,
  createdAt: new Date(manifest.createdAt),
  resourceId: source.resourceId,
} as const;
const report = (asked: DumpCheckLevel, verdict: Verdict, hour = 14) =>
  dumpCheckReport(
    manifest.key,
    asked,
    ([0, 1, 2, 3, 4] as const)
      .filter((level) => level <= asked)
      .map((level) => ({
        level,
        result: { check: 'x', verdict: level === asked ? verdict : 'passed', summary: '', evidence: {} },
      })),
    { startedAt: '2025-11-09T04:00:00.000Z', finishedAt: `2025-11-09T${hour}:00:00.000Z` },
  );

describe('what remains of a check', () => {
  it.each([
    [0, 'passed', 'nothing', false],
    [2, 'passed', 'nothing', false],
    [2, 'inconclusive', 'nothing', false],
    [3, 'passed', 'evidence', true],
    [4, 'passed', 'evidence', true],
    [4, 'inconclusive', 'evidence', false],
    [3, 'failed', 'evidence', false],
    [1, 'failed', 'evidence', false],
  ] as const)('of level %i that %s: %s, verified: %s', async (level, verdict, kept, verified) => {
    const { system } = fakeSystem();
    const recorded = await recordDumpCheck(system, manifest, report(level, verdict), {});
    expect(recorded).toEqual({
      ...report(level, verdict),
      ...(kept === 'nothing' ? {} : { evidence: { key: expect.stringMatching(/^evidence\/dump-check\/2025\//) } }),
    });
    expect((await readVerifications(system)).of(backup) !== undefined).toBe(verified);
  });

  it('of a part is kept, and verifies nothing', async () => {
    const { system } = fakeSystem();
    const coverage = { n: 1, of: 2, read: ['a'], notRead: ['b'] };
    const recorded = await recordDumpCheck(system, manifest, { ...report(4, 'passed'), coverage }, {});
    expect(recorded.evidence).toMatchObject({ key: expect.stringContaining('dump-check') });
    expect((await readVerifications(system)).of(backup)).toBeUndefined();
  });

  it('a dump that failed later is verified no more', async () => {
    const { system } = fakeSystem();
    await recordDumpCheck(system, manifest, report(4, 'passed', 14), {});
    expect((await readVerifications(system)).of(backup)).toBeDefined();
    await recordDumpCheck(system, manifest, report(0, 'failed', 15), {});
    expect((await readVerifications(system)).of(backup)).toBeUndefined();
  });
});

describe('what cannot be kept', () => {
  it('does not take the verdict away, and is told', async () => {
    for (const failing of [1, 2]) {
      const { system, faults } = fakeSystem();
      faults.arm(failing, 'is-denied');
      const recorded = await recordDumpCheck(system, manifest, report(4, 'passed'), {});
      expect(recorded).toMatchObject({
        verdict: 'passed',
        proven: 4,
        evidence: { problem: { code: 'access-denied' } },
      });
      expect(JSON.parse(JSON.stringify(recorded)).evidence.problem.hint).toBeTypeOf('string');
    }
  });

  it('is an error where it is none of the store’s, and where the caller gave up', async () => {
    const broken = fakeSystem();
    broken.store.put = async () => {
      throw new TypeError('a bug');
    };
    await expect(recordDumpCheck(broken.system, manifest, report(4, 'passed'), {})).rejects.toThrow('a bug');
    const stopped = fakeSystem();
    const abort = new AbortController();
    stopped.store.put = async () => {
      abort.abort(new Error('enough'));
      throw coded('service-unreachable');
    };
    const recording = recordDumpCheck(stopped.system, manifest, report(4, 'passed'), { signal: abort.signal });
    await expect(recording).rejects.toThrow('enough');
  });
});
