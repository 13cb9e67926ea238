import type { CallOptions } from '../core/call-options.js';
import { checkObject, checkTexts } from '../core/check-shape.js';
import { invalidInput } from '../core/errors.js';
import type { System } from '../system/define-system.js';
import { readSnapshotSharing } from '../system/snapshot-sharing.js';
import { decideSharing, type SharingFact, type SharingReport } from './decide-sharing.js';
import { lineageOf } from './list-database-backups.js';

/** Who may restore snapshots. */
export interface SharingRequest {
  /** Ids of accounts, of 12 digits, that snapshots may be shared with. Default: none. */
  readonly allowedAccounts?: readonly string[] | undefined;
}

/** Finds out who else may restore the system's snapshots: see `BackupClient.auditSharing`. */
export async function auditSharing(
  system: System,
  request: SharingRequest = {},
  options: CallOptions = {},
): Promise<SharingReport> {
  checkObject(request, 'request');
  const { allowedAccounts = [] } = request;
  checkTexts(allowedAccounts, 'allowedAccounts');
  const strange = allowedAccounts.find((account) => !/^\d{12}$/.test(account));
  if (strange !== undefined) {
    throw invalidInput('allowedAccounts', `names no account: ${JSON.stringify(strange)}`, 'Write 12 digits each.');
  }
  const call = { signal: options.signal };
  call.signal?.throwIfAborted();
  const { resourceId } = await lineageOf(system, true, call);
  const facts: SharingFact[] = [];
  let checked = 0;
  for (const aws of [system.aws, ...system.otherRegions]) {
    const { looked, shared } = await readSnapshotSharing({ ...system, aws }, resourceId, call);
    checked += looked;
    for (const { identifier: id, encrypted, sharedWith } of shared) {
      const accounts = sharedWith.filter((account) => account !== 'all');
      facts.push({ id, region: aws.region, encrypted, accounts, isPublic: sharedWith.includes('all') });
    }
  }
  return decideSharing(facts, { allowedAccounts, checked });
}
