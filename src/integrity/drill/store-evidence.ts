import type { CheckResult } from '../../core/check-result.js';
import type { BackupError } from '../../core/errors.js';
import { isBackupError } from '../../core/errors.js';
import { markFailed, markVerified } from '../../evidence/mark-verified.js';
import { writeEvidence } from '../../evidence/write-evidence.js';
import type { PortCall } from '../../ports/port-call.js';
import type { System } from '../../system/define-system.js';
import type { DrillDecision } from './drill-decision.js';
import type { DrillEvidence } from './drill-evidence.js';

/** Where the evidence lies now, or why it does not. */
export type Stored = { readonly key: string } | { readonly unstored: BackupError };

/**
 * Keeps the evidence, and marks the backup by it: as verified by a pass, as failed where its data were found wrong. A drill that
 * could not be carried to its end, or had none of the passwords of the backup's time (facts B20), says nothing about the backup. What was
 * stored before is stored once.
 */
export async function storeEvidence(
  system: System,
  evidence: DrillEvidence,
  marks: DrillDecision['marks'],
  call: PortCall,
): Promise<Stored> {
  const { backup, verdict, finishedAt, error, checks } = evidence;
  const at = new Date(finishedAt);
  try {
    const body = JSON.parse(JSON.stringify(evidence)) as Readonly<Record<string, unknown>>;
    const recorded = verdict === 'partial' ? 'inconclusive' : verdict;
    const record = { kind: 'drill', at, subject: backup.id, verdict: recorded, body } as const;
    const { key } = await writeEvidence(system, record, call);
    if (marks !== undefined && error === undefined && (verdict === 'passed' || dataAreWrong(checks))) {
      const { id, region, createdAt, resourceId } = backup;
      const identity = { ...marks, id, region, resourceId, ...(createdAt && { createdAt: new Date(createdAt) }) };
      const mark = verdict === 'passed' ? markVerified : markFailed;
      await mark(system, identity, { at, how: 'drill', evidence: key }, call);
    }
    return { key };
  } catch (problem) {
    if (isBackupError(problem)) return { unstored: problem };
    throw problem;
  }
}

function dataAreWrong(checks: readonly CheckResult[]): boolean {
  return checks.some(({ verdict, evidence }) => verdict === 'failed' && evidence.code !== 'authentication-failed');
}
