import type {
  CreateDBSnapshotMessage,
  CreateDBSnapshotResult,
  DBSnapshot,
  DBSnapshotMessage,
  DeleteDBSnapshotMessage,
  DeleteDBSnapshotResult,
  DescribeDBSnapshotsMessage,
  Tag,
} from '@aws-sdk/client-rds';
import { pageOf } from '../control-plane/paging.js';
import { invalidParameterValue, required } from '../control-plane/parameter-fault.js';
import { nameOf } from '../control-plane/resource-name.js';
import { checkTags } from '../control-plane/tag-list.js';
import type { LifecycleScript } from '../wire/wire-service.js';
import { addInstanceEvent, addSnapshotEvent } from './events.js';
import { type FilterFields, matchesFilters } from './filters.js';
import { newSnapshotName } from './identifiers.js';
import { availableStep, instanceSubject } from './instance-lifecycle.js';
import { getInstance, requireAvailable } from './instance-lookup.js';
import { rdsFault } from './rds-fault.js';
import type { Instance, OperationTable, RdsState, Snapshot } from './rds-state.js';
import { addSnapshot, finishSnapshot, removeSnapshot, snapshotSubject, takeBackup } from './snapshot-lifecycle.js';

/** The operations on snapshots. */
export const snapshotOperations: OperationTable = {
  CreateDBSnapshot: createDBSnapshot,
  DescribeDBSnapshots: describeDBSnapshots,
  DeleteDBSnapshot: deleteDBSnapshot,
};

function createDBSnapshot(
  state: RdsState,
  input: CreateDBSnapshotMessage,
  script: LifecycleScript | undefined,
): CreateDBSnapshotResult {
  const name = newSnapshotName(required(input.DBSnapshotIdentifier, 'DBSnapshotIdentifier'), 'DBSnapshotIdentifier');
  const instance = getInstance(state, required(input.DBInstanceIdentifier, 'DBInstanceIdentifier'));
  refuseSnapshot(state, name);
  requireAvailable(state, instance);
  const snapshot = takeManualSnapshot(state, instance, { name, tags: checkTags(input.Tags) }, script);
  return { DBSnapshot: snapshotView(state, snapshot) };
}

/** Refuses a name that is taken, and a snapshot beyond the quota: only manual ones count (facts A12). */
export function refuseSnapshot(state: RdsState, name: string): void {
  if (state.snapshots.get(name) !== undefined) {
    const message = `Cannot create the snapshot because a snapshot with the identifier ${name} already exists.`;
    throw rdsFault('DBSnapshotAlreadyExistsFault', message);
  }
  const manual = state.snapshots.count(({ details }) => details.SnapshotType === 'manual');
  if (manual >= state.settings.quotas.manualSnapshots) {
    const message = `Cannot create more than ${state.settings.quotas.manualSnapshots} manual snapshots`;
    throw rdsFault('SnapshotQuotaExceededFault', message);
  }
}

/** Starts a manual snapshot; the instance shows `backing-up` meanwhile. */
function takeManualSnapshot(
  state: RdsState,
  instance: Instance,
  asked: { readonly name: string; readonly tags: readonly Tag[] },
  script: LifecycleScript | undefined,
): Snapshot {
  const milliseconds = state.settings.durations.snapshot;
  // Tags given replace those that would be copied (facts A13).
  const copied = instance.details.CopyTagsToSnapshot === true ? (instance.details.TagList ?? []) : [];
  const tags = asked.tags.length > 0 ? asked.tags : copied;
  const snapshot = addSnapshot(state, instance, { name: asked.name, type: 'manual', tags, milliseconds });
  const { startedAt } = snapshot;
  addSnapshotEvent(state, snapshot, 'creation', 'Creating manual snapshot');
  let taken: Awaited<ReturnType<typeof takeBackup>> = { databaseTime: startedAt, sizeBytes: undefined };
  let settled: Promise<void> | undefined;
  const work = async (): Promise<void> => {
    settled ??= takeBackup(state, instance, snapshot, startedAt).then((backup) => {
      taken = backup;
    });
    await settled;
  };
  const hasWork = state.settings.dataPlane !== undefined;
  const done = (): void => {
    finishSnapshot(snapshot, { startedAt, ...taken });
    addSnapshotEvent(state, snapshot, 'creation', 'Manual snapshot created');
  };
  const creating = { status: 'creating', milliseconds, done, work: hasWork ? work : undefined };
  state.timeline.run(snapshotSubject(state, snapshot), [creating], script);
  // The instance waits for the same backup, and does not care how it ends.
  const waiting = hasWork ? () => (settled ?? Promise.resolve()).catch(() => {}) : undefined;
  addInstanceEvent(state, instance, 'backup', 'Backing up DB instance');
  state.timeline.run(instanceSubject(state, instance), [
    {
      status: 'backing-up',
      milliseconds,
      work: waiting,
      done: () => addInstanceEvent(state, instance, 'backup', 'Finished DB Instance backup'),
    },
    availableStep(),
  ]);
  return snapshot;
}

const fields: FilterFields<DBSnapshot> = {
  'db-instance-id': (snapshot) => snapshot.DBInstanceIdentifier,
  'db-snapshot-id': (snapshot) => snapshot.DBSnapshotIdentifier,
  'dbi-resource-id': (snapshot) => snapshot.DbiResourceId,
  'snapshot-type': (snapshot) => snapshot.SnapshotType,
  engine: (snapshot) => snapshot.Engine,
};

function describeDBSnapshots(state: RdsState, input: DescribeDBSnapshotsMessage): DBSnapshotMessage {
  const { SnapshotType: type } = input;
  if (type !== undefined && !['automated', 'manual', 'shared', 'public', 'awsbackup'].includes(type)) {
    throw invalidParameterValue(`Invalid snapshot type: ${type}`);
  }
  const matches = matchesFilters(input.Filters, fields);
  const name = input.DBSnapshotIdentifier === undefined ? undefined : nameOf(input.DBSnapshotIdentifier);
  const instance = input.DBInstanceIdentifier === undefined ? undefined : nameOf(input.DBInstanceIdentifier);
  const candidates = name === undefined ? state.snapshots.sorted() : [state.snapshots.get(name)];
  const found = candidates.filter((snapshot): snapshot is Snapshot => {
    if (snapshot === undefined) return false;
    const { details } = snapshot;
    if (instance !== undefined && details.DBInstanceIdentifier !== instance) return false;
    if (type !== undefined && details.SnapshotType !== type) return false;
    if (input.DbiResourceId !== undefined && details.DbiResourceId !== input.DbiResourceId) return false;
    return matches(details);
  });
  if (name !== undefined && found.length === 0) {
    throw rdsFault('DBSnapshotNotFoundFault', `DBSnapshot ${input.DBSnapshotIdentifier} not found.`);
  }
  const { page, Marker } = pageOf(found, input);
  return { Marker, DBSnapshots: page.map((snapshot) => snapshotView(state, snapshot)) };
}

function snapshotView(state: RdsState, snapshot: Snapshot): DBSnapshot {
  const { details, startedAt, milliseconds } = snapshot;
  if (details.Status !== 'creating' || milliseconds === 0) return details;
  const passed = state.timeline.instant().getTime() - startedAt.getTime();
  return { ...details, PercentProgress: Math.min(99, Math.floor((100 * passed) / milliseconds)) };
}

/** The snapshot of this name, else the service's error. */
export function getSnapshot(state: RdsState, identifier: string): Snapshot {
  const snapshot = state.snapshots.get(nameOf(identifier));
  if (snapshot === undefined) throw rdsFault('DBSnapshotNotFoundFault', `DBSnapshot ${identifier} not found.`);
  return snapshot;
}

function deleteDBSnapshot(state: RdsState, input: DeleteDBSnapshotMessage): DeleteDBSnapshotResult {
  const snapshot = getSnapshot(state, required(input.DBSnapshotIdentifier, 'DBSnapshotIdentifier'));
  const { details } = snapshot;
  // Automated ones go with their retention only (facts A14).
  if (details.SnapshotType !== 'manual') {
    const message = `Only manual snapshots may be deleted. ${details.DBSnapshotIdentifier} is ${details.SnapshotType}.`;
    throw rdsFault('InvalidDBSnapshotStateFault', message);
  }
  if ((details.Status !== 'available' && details.Status !== 'failed') || snapshot.readers > 0) {
    throw rdsFault(
      'InvalidDBSnapshotStateFault',
      `DBSnapshot ${details.DBSnapshotIdentifier} is not in available state.`,
    );
  }
  removeSnapshot(state, snapshot);
  addSnapshotEvent(state, snapshot, 'deletion', 'Deleted user snapshot');
  return { DBSnapshot: { ...details, Status: 'deleted' } };
}
