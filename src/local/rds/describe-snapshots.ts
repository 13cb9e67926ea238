import type { DBSnapshot, DBSnapshotMessage, DescribeDBSnapshotsMessage } from '@aws-sdk/client-rds';
import { byPlace, pageOf } from '../control-plane/paging.js';
import { invalidParameterValue } from '../control-plane/parameter-fault.js';
import { nameOf } from '../control-plane/resource-name.js';
import { type FilterFields, matchesFilters } from './filters.js';
import { rdsFault } from './rds-fault.js';
import type { RdsState, Snapshot } from './rds-state.js';
import { snapshotView } from './snapshot-lookup.js';
import { findVisible, kindOfSharing, sharedSnapshots, sharedView } from './snapshot-visibility.js';

const fields: FilterFields<DBSnapshot> = {
  'db-instance-id': (snapshot) => snapshot.DBInstanceIdentifier,
  'db-snapshot-id': (snapshot) => snapshot.DBSnapshotIdentifier,
  'dbi-resource-id': (snapshot) => snapshot.DbiResourceId,
  'snapshot-type': (snapshot) => snapshot.SnapshotType,
  engine: (snapshot) => snapshot.Engine,
};

/**
 * `DescribeDBSnapshots`. Without a type the account's own are shown, with `IncludeShared` and `IncludePublic` those of others
 * too; a type of `shared` or `public` asks for nothing else (facts A3).
 */
export function describeDBSnapshots(state: RdsState, input: DescribeDBSnapshotsMessage): DBSnapshotMessage {
  const { SnapshotType: type } = input;
  if (type !== undefined && !['automated', 'manual', 'shared', 'public', 'awsbackup'].includes(type)) {
    throw invalidParameterValue(`Invalid snapshot type: ${type}`);
  }
  const matches = matchesFilters(input.Filters, fields);
  const instance = input.DBInstanceIdentifier === undefined ? undefined : nameOf(input.DBInstanceIdentifier);
  const candidates = candidatesFor(state, input);
  const isListed = ({ details }: Snapshot): boolean => {
    if (instance !== undefined && details.DBInstanceIdentifier !== instance) return false;
    if (type !== undefined && details.SnapshotType !== type) return false;
    if (input.DbiResourceId !== undefined && details.DbiResourceId !== input.DbiResourceId) return false;
    return matches(details);
  };
  if (input.DBSnapshotIdentifier !== undefined && !candidates.some(isListed)) {
    throw rdsFault('DBSnapshotNotFoundFault', `DBSnapshot ${input.DBSnapshotIdentifier} not found.`);
  }
  const { page, Marker } = pageOf(candidates, input, 100, isListed);
  return { Marker, DBSnapshots: page.map((snapshot) => snapshotView(state, snapshot)) };
}

function candidatesFor(state: RdsState, input: DescribeDBSnapshotsMessage): readonly Snapshot[] {
  const { SnapshotType: type, DBSnapshotIdentifier: identifier } = input;
  if (identifier !== undefined) return named(state, identifier);
  const kinds = (['shared', 'public'] as const).filter((kind) => {
    const isIncluded = kind === 'shared' ? input.IncludeShared : input.IncludePublic;
    return type === kind || (type === undefined && isIncluded === true);
  });
  const own = state.snapshots.sorted();
  if (kinds.length === 0) return own;
  const others = kinds.flatMap((kind) => sharedSnapshots(state, kind).map((snapshot) => asShared(snapshot, kind)));
  return [...own, ...others].sort(byPlace);
}

/** The one of a name, or of an ARN, which may be another account's. */
function named(state: RdsState, identifier: string): readonly Snapshot[] {
  const { holder, snapshot } = findVisible(state, identifier);
  const kind = kindOfSharing(state, holder, snapshot);
  if (holder === state) return [snapshot];
  // Another region's cannot be seen from here.
  const isHere = holder.settings.region === state.settings.region;
  return isHere && (kind === 'shared' || kind === 'public') ? [asShared(snapshot, kind)] : [];
}

function asShared(snapshot: Snapshot, kind: 'shared' | 'public'): Snapshot {
  const details = sharedView(snapshot.details, kind);
  return { ...snapshot, key: snapshot.details.DBSnapshotArn ?? snapshot.key, details };
}
