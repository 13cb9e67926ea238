import { isBackupError } from '../../core/errors.js';
import { writeEvidence } from '../../evidence/write-evidence.js';
import type { PortCall } from '../../ports/port-call.js';
import type { System } from '../../system/define-system.js';
import type { FailoverReport } from './failover-report.js';

/** Where the evidence of a failover is, or why it is nowhere. */
export type KeptEvidence = { readonly key: string } | { readonly problem: string };

/**
 * Keeps the report in the archive, where the system has one. That it cannot be written changes nothing about the failover: it is told
 * and no error.
 */
export async function keepFailoverEvidence(
  system: System,
  report: FailoverReport,
  call: PortCall,
): Promise<KeptEvidence | undefined> {
  if (system.archive === undefined) return undefined;
  try {
    const good = report.verdict === 'failed-over';
    return await writeEvidence(
      system,
      {
        kind: 'failover',
        at: new Date(report.finishedAt),
        subject: report.identifier,
        verdict: good ? 'passed' : 'failed',
        body: { ...report },
      },
      call,
    );
  } catch (error) {
    call.signal?.throwIfAborted();
    if (!isBackupError(error)) throw error;
    return { problem: error.message };
  }
}
