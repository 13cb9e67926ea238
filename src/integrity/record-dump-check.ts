import type { DumpManifest } from '../backup/dump-manifest.js';
import type { Verification } from '../core/backups.js';
import { isBackupError } from '../core/errors.js';
import { markFailed, markVerified } from '../evidence/mark-verified.js';
import { writeEvidence } from '../evidence/write-evidence.js';
import type { PortCall } from '../ports/port-call.js';
import type { System } from '../system/define-system.js';
import { type DumpCheckReport, isPartial } from './dump-check-report.js';

/**
 * Keeps what a check found. A dump that was restored as a whole and passed is marked as verified from then on; one that failed at any
 * level no longer is. That it cannot be kept does not take the verdict away: the report says why.
 */
export async function recordDumpCheck(
  system: System,
  manifest: DumpManifest,
  report: DumpCheckReport,
  call: PortCall,
): Promise<DumpCheckReport> {
  const asked = report.levels.at(-1)?.level ?? 0;
  if (report.verdict !== 'failed' && asked < 3) return report;
  const { verdict } = report;
  const at = new Date(report.finishedAt);
  try {
    const record = { kind: 'dump-check', at, subject: manifest.key, verdict, body: { report } } as const;
    const { key } = await writeEvidence(system, record, call);
    const { resourceId, region } = manifest.source;
    const backup = {
      kind: 'dump',
      id: manifest.key,
      region,
      createdAt: new Date(manifest.createdAt),
      resourceId,
    } as const;
    const verification: Verification = { at, how: 'dump-check', evidence: key };
    if (verdict === 'passed' && !isPartial(report.coverage)) await markVerified(system, backup, verification, call);
    if (verdict === 'failed') await markFailed(system, backup, verification, call);
    return { ...report, evidence: { key } };
  } catch (error) {
    call.signal?.throwIfAborted();
    if (!isBackupError(error)) throw error;
    return { ...report, evidence: { problem: error.toJSON() } };
  }
}
