import type { DBSnapshot } from '@aws-sdk/client-rds';
import { nameOf } from '../control-plane/resource-name.js';
import { holderOf, otherAccounts } from './neighbours.js';
import { rdsFault } from './rds-fault.js';
import type { RdsState, Snapshot } from './rds-state.js';

/** A snapshot that an account can see, and the control plane that holds it. */
export interface VisibleSnapshot {
  readonly holder: RdsState;
  readonly snapshot: Snapshot;
}

/** The snapshot of a name, or of an ARN, which may be of another region or of an account that shares it. */
export function findVisible(state: RdsState, identifier: string): VisibleSnapshot {
  const holder = holderOf(state, identifier);
  const snapshot = holder?.snapshots.get(nameOf(identifier));
  if (holder === undefined || snapshot === undefined || kindOfSharing(state, holder, snapshot) === 'hidden') {
    throw rdsFault('DBSnapshotNotFoundFault', `DBSnapshot ${identifier} not found.`);
  }
  return { holder, snapshot };
}

/** What a snapshot is to this account. */
export function kindOfSharing(
  state: RdsState,
  holder: RdsState,
  { sharedWith }: Snapshot,
): 'own' | 'shared' | 'public' | 'hidden' {
  const { accountId } = state.settings;
  if (holder.settings.accountId === accountId) return 'own';
  if (sharedWith.includes(accountId)) return 'shared';
  return sharedWith.includes('all') ? 'public' : 'hidden';
}

/** The snapshots that other accounts in this region share with this one, or with everybody. */
export function sharedSnapshots(state: RdsState, kind: 'shared' | 'public'): readonly Snapshot[] {
  return otherAccounts(state).flatMap((holder) =>
    holder.snapshots.sorted().filter((snapshot) => kindOfSharing(state, holder, snapshot) === kind),
  );
}

/** Another account's snapshot as this one is shown it: named by its ARN, without its tags (facts A19). */
export function sharedView(details: DBSnapshot, kind: 'shared' | 'public'): DBSnapshot {
  return { ...details, DBSnapshotIdentifier: details.DBSnapshotArn, SnapshotType: kind, TagList: undefined };
}
