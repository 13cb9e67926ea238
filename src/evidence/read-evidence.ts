import { type BackupError, invalidInput, isBackupError } from '../core/errors.js';
import type { PortCall } from '../ports/port-call.js';
import { archiveStore } from '../system/archive-store.js';
import type { System } from '../system/define-system.js';
import { readText } from '../system/read-text.js';
import { parseEvidenceKey } from './evidence-key.js';
import type { EvidenceRecord } from './evidence-record.js';

/** The report of a check of a thousand tables has some hundred kB; what is far beyond was not written by us. */
const largestBytes = 33_554_432;

/**
 * The evidence of a key, as `verified.evidence` of a backup and {@link listEvidence} tell it; `undefined` if there is none.
 *
 * Errors: `invalid-input` if it is no such key, `evidence-invalid` where it is not what was written, `version-mismatch`,
 * `access-denied`, and what the store answers.
 */
export async function readEvidence(system: System, key: string, call?: PortCall): Promise<EvidenceRecord | undefined> {
  if (parseEvidenceKey(key) === undefined) {
    throw invalidInput(
      'key',
      `is none of evidence: ${JSON.stringify(key)}`,
      'Take it from a backup’s verified.evidence.',
    );
  }
  if (system.archive === undefined) return undefined;
  const { evidenceInvalid, parseEvidence } = await import('./evidence-record.js');
  const tooLarge = (sizeBytes: number): BackupError => evidenceInvalid(key, `it has ${sizeBytes} bytes`);
  try {
    return parseEvidence(await readText(archiveStore(system).store, key, { largestBytes, tooLarge }, call), key);
  } catch (error) {
    if (isBackupError(error, 'object-not-found')) return undefined;
    throw error;
  }
}
