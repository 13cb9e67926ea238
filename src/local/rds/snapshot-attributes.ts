import type {
  DBSnapshotAttributesResult,
  DescribeDBSnapshotAttributesMessage,
  DescribeDBSnapshotAttributesResult,
  ModifyDBSnapshotAttributeMessage,
  ModifyDBSnapshotAttributeResult,
} from '@aws-sdk/client-rds';
import { invalidParameterValue, required } from '../control-plane/parameter-fault.js';
import { isDefaultKey } from './copy-snapshot.js';
import { rdsFault } from './rds-fault.js';
import type { RdsState, Snapshot } from './rds-state.js';
import { getSnapshot } from './snapshot-lookup.js';

/** How many accounts a snapshot can be shared with (facts A19). */
const mostAccounts = 20;

/** `DescribeDBSnapshotAttributes`: who may restore a snapshot. */
export function describeDBSnapshotAttributes(
  state: RdsState,
  input: DescribeDBSnapshotAttributesMessage,
): DescribeDBSnapshotAttributesResult {
  const snapshot = getSnapshot(state, required(input.DBSnapshotIdentifier, 'DBSnapshotIdentifier'));
  return { DBSnapshotAttributesResult: attributesOf(snapshot) };
}

/** `ModifyDBSnapshotAttribute`: shares a manual snapshot with accounts or with everybody, or takes that back. */
export function modifyDBSnapshotAttribute(
  state: RdsState,
  input: ModifyDBSnapshotAttributeMessage,
): ModifyDBSnapshotAttributeResult {
  const snapshot = getSnapshot(state, required(input.DBSnapshotIdentifier, 'DBSnapshotIdentifier'));
  if (input.AttributeName !== 'restore') throw invalidParameterValue(`Invalid attribute name: ${input.AttributeName}`);
  const { ValuesToAdd: added = [], ValuesToRemove: removed = [] } = input;
  for (const account of [...added, ...removed]) checkAccount(account);
  const { SnapshotType: type, Status: status, DBSnapshotIdentifier: name } = snapshot.details;
  if (type !== 'manual' || status !== 'available') {
    const message = `DBSnapshot ${name} is ${type} and ${status}: only manual snapshots that are available can be shared.`;
    throw rdsFault('InvalidDBSnapshotStateFault', message);
  }
  if (added.length > 0) refuseUnshareable(snapshot, added);
  const kept = snapshot.sharedWith.filter((account) => !removed.includes(account));
  const sharedWith = [...new Set([...kept, ...added])];
  if (sharedWith.filter((account) => account !== 'all').length > mostAccounts) {
    const message = `A snapshot can be shared with ${mostAccounts} accounts at most.`;
    throw rdsFault('SharedSnapshotQuotaExceededFault', message);
  }
  snapshot.sharedWith = sharedWith;
  return { DBSnapshotAttributesResult: attributesOf(snapshot) };
}

function checkAccount(account: string): void {
  if (account !== 'all' && !/^\d{12}$/.test(account)) throw invalidParameterValue(`Invalid account: ${account}`);
}

function refuseUnshareable({ details }: Snapshot, added: readonly string[]): void {
  if (details.Encrypted !== true) return;
  if (added.includes('all')) throw invalidParameterValue('An encrypted snapshot cannot be shared with everybody.');
  if (!isDefaultKey(details.KmsKeyId)) return;
  throw invalidParameterValue("A snapshot that is encrypted with the account's default key cannot be shared.");
}

function attributesOf({ details, sharedWith }: Snapshot): DBSnapshotAttributesResult {
  return {
    DBSnapshotIdentifier: details.DBSnapshotIdentifier,
    DBSnapshotAttributes: [{ AttributeName: 'restore', AttributeValues: [...sharedWith] }],
  };
}
