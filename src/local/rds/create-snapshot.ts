import type { CreateDBSnapshotMessage, CreateDBSnapshotResult, Tag } from '@aws-sdk/client-rds';
import { required } from '../control-plane/parameter-fault.js';
import { checkTags } from '../control-plane/tag-list.js';
import type { LifecycleScript } from '../wire/wire-service.js';
import { addInstanceEvent, addSnapshotEvent } from './events.js';
import { newSnapshotName } from './identifiers.js';
import { availableStep, instanceSubject } from './instance-lifecycle.js';
import { getInstance, requireAvailable } from './instance-lookup.js';
import type { Instance, RdsState, Snapshot } from './rds-state.js';
import { addSnapshot, finishSnapshot, takeBackup } from './snapshot-lifecycle.js';
import { refuseSnapshot, snapshotView } from './snapshot-lookup.js';
import { snapshotSubject } from './snapshot-subject.js';

/** `CreateDBSnapshot`. */
export function createDBSnapshot(
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
