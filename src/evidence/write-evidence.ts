import { invalidInput, isBackupError } from '../core/errors.js';
import type { ObjectStorePort, PutOptions } from '../ports/object-store.js';
import type { PortCall } from '../ports/port-call.js';
import { archiveStore } from '../system/archive-store.js';
import type { System } from '../system/define-system.js';
import { checkInstantForKey } from './evidence-key.js';
import { type EvidenceRecord, evidenceKey, serializeEvidence } from './evidence-record.js';

/**
 * Keeps evidence in the archive and says where. The same record written twice, such as after a lost answer, is there once.
 *
 * Errors: `invalid-input` where the system has no archive: ask before the work begins. Those of the store.
 */
export async function writeEvidence(
  system: System,
  record: EvidenceRecord,
  call?: PortCall,
): Promise<{ readonly key: string }> {
  checkInstantForKey(record.at, 'at');
  if (record.subject === '') throw invalidInput('subject', 'is empty', 'Say what the evidence speaks of.');
  const { store, encryption } = archiveStore(system);
  const text = serializeEvidence(record);
  const key = evidenceKey(record.kind, record.at, text);
  await keep(store, { key, text, encryption }, call);
  return { key };
}

/** Writes an object whose key says what is in it: if it is there already, it is the same. */
export async function keep(
  store: ObjectStorePort,
  object: { readonly key: string; readonly text: string; readonly encryption: PutOptions['encryption'] },
  call: PortCall | undefined,
): Promise<void> {
  const { key, text, encryption } = object;
  try {
    // Far below what STANDARD_IA bills at least (facts G11).
    const options: PutOptions = { contentType: 'application/json', storageClass: 'STANDARD', encryption };
    await store.put(key, text, { ...options, onlyIf: { absent: true } }, call);
  } catch (error) {
    if (!isBackupError(error, 'object-exists')) throw error;
  }
}
