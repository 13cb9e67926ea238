import { clearingUpSignal } from '../core/clock.js';
import { BackupError, isBackupError } from '../core/errors.js';
import type { PortCall } from '../ports/port-call.js';

/** How long the evidence of a run may take to be written, in milliseconds. */
const timeout = 20_000;

/**
 * Keeps the evidence of a run that was stopped, and gives what the run is to reject with: that which stopped it. Where the evidence
 * cannot be kept, an error of ours says so besides, in its message and in `details.evidenceLost`; the reason of a caller's own abort stays
 * as it is. In either case `tell` hears of it.
 */
export async function recordStopped(
  stoppedBy: unknown,
  record: (call: PortCall) => Promise<unknown>,
  tell: (problem: BackupError) => void,
): Promise<unknown> {
  try {
    await record({ signal: clearingUpSignal(timeout) });
    return stoppedBy;
  } catch (problem) {
    if (!isBackupError(problem))
      return new AggregateError([stoppedBy, problem], 'a run was stopped, and its evidence could not be kept');
    tell(problem);
    return isBackupError(stoppedBy) ? withLostEvidence(stoppedBy, problem) : stoppedBy;
  }
}

function withLostEvidence(error: BackupError, { code, message }: BackupError): BackupError {
  const { hint, field, retryable, details } = error;
  return new BackupError({
    code: error.code,
    message: `${error.message}; and what was done until then is not in the evidence: ${message}`,
    hint,
    field,
    retryable,
    details: { ...details, evidenceLost: { code, message } },
    cause: error,
  });
}
