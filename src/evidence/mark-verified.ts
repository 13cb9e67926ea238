import type { Verification } from '../core/backups.js';
import { invalidInput } from '../core/errors.js';
import type { PortCall } from '../ports/port-call.js';
import { archiveStore } from '../system/archive-store.js';
import type { System } from '../system/define-system.js';
import { checkInstantForKey, parseEvidenceKey } from './evidence-key.js';
import { type BackupIdentity, verifiedKey } from './verified-key.js';
import { keep } from './write-evidence.js';

/**
 * Marks a backup as verified, with the evidence that {@link writeEvidence} kept. The same mark made twice is there once.
 *
 * Errors: `invalid-input` where the system has no archive, the evidence is none, or neither time nor source of the backup is
 * known, so that another of its name could pass for it. Those of the store.
 */
export function markVerified(
  system: System,
  backup: BackupIdentity,
  verification: Verification,
  call?: PortCall,
): Promise<void> {
  return mark(system, backup, 'passed', verification, call);
}

/** Marks a backup as failed: it counts as verified no more, until a later check or drill proves it. Errors: as {@link markVerified}. */
export function markFailed(
  system: System,
  backup: BackupIdentity,
  verification: Verification,
  call?: PortCall,
): Promise<void> {
  return mark(system, backup, 'failed', verification, call);
}

async function mark(
  system: System,
  backup: BackupIdentity,
  verdict: 'passed' | 'failed',
  verification: Verification,
  call: PortCall | undefined,
): Promise<void> {
  const { id, createdAt, resourceId } = backup;
  checkInstantForKey(verification.at, 'verification.at');
  if (createdAt !== undefined) checkInstantForKey(createdAt, 'backup.createdAt');
  if (id === '' || /\p{Surrogate}/u.test(id)) {
    throw invalidInput('backup.id', 'is not an identifier', 'Give the id of a backup as list() tells it.');
  }
  if (createdAt === undefined && resourceId === undefined) {
    throw invalidInput(
      'backup',
      'has neither a time nor a source',
      'Give createdAt or resourceId: identifiers can be given again.',
    );
  }
  if (parseEvidenceKey(verification.evidence)?.kind !== verification.how) {
    throw invalidInput(
      'verification.evidence',
      `is not evidence of a ${verification.how}: ${JSON.stringify(verification.evidence)}`,
      'Give the key that writeEvidence returned.',
    );
  }
  const { store, encryption } = archiveStore(system);
  const key = verifiedKey({ backup, verdict, verification });
  const text = `${JSON.stringify({ backup, verdict, verification })}\n`;
  await keep(store, { key, text, encryption }, call);
}
