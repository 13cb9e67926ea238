import type { ModifyDBSnapshotMessage, ModifyDBSnapshotResult } from '@aws-sdk/client-rds';
import { invalidCombination, required } from '../control-plane/parameter-fault.js';
import type { LifecycleScript } from '../wire/wire-service.js';
import { rdsFault } from './rds-fault.js';
import type { RdsState } from './rds-state.js';
import { getSnapshot } from './snapshot-lookup.js';
import { snapshotSubject } from './snapshot-subject.js';

/** `ModifyDBSnapshot`: brings a manual snapshot to a newer version, or names its option group (facts A22). */
export function modifyDBSnapshot(
  state: RdsState,
  input: ModifyDBSnapshotMessage,
  script: LifecycleScript | undefined,
): ModifyDBSnapshotResult {
  const snapshot = getSnapshot(state, required(input.DBSnapshotIdentifier, 'DBSnapshotIdentifier'));
  const { EngineVersion: version, OptionGroupName: optionGroup } = input;
  if (version === undefined && optionGroup === undefined) throw invalidCombination('No modifications were requested');
  const { SnapshotType: type, Status: status, DBSnapshotIdentifier: name } = snapshot.details;
  if (type !== 'manual' || status !== 'available' || snapshot.sharedWith.length > 0) {
    const shared = snapshot.sharedWith.length > 0 ? ', and shared' : '';
    const message = `DBSnapshot ${name} is ${type} and ${status}${shared}: it cannot be modified.`;
    throw rdsFault('InvalidDBSnapshotStateFault', message);
  }
  if (version !== undefined) refuseDowngrade(snapshot.details.EngineVersion ?? '', version);
  if (optionGroup !== undefined) snapshot.details = { ...snapshot.details, OptionGroupName: optionGroup };
  if (version === undefined) return { DBSnapshot: snapshot.details };
  const done = (): void => {
    snapshot.details = { ...snapshot.details, Status: 'available', EngineVersion: version };
    snapshot.source = { ...snapshot.source, EngineVersion: version };
  };
  const upgrade = { status: 'upgrading', milliseconds: state.settings.durations.modify, done };
  state.timeline.run(snapshotSubject(state, snapshot), [upgrade], script);
  return { DBSnapshot: snapshot.details };
}

function refuseDowngrade(from: string, to: string): void {
  const compared = from.localeCompare(to, 'en', { numeric: true });
  if (/^\d+(\.\d+)*$/.test(to) && compared < 0) return;
  throw invalidCombination(`Cannot upgrade postgres from ${from} to ${to}`);
}
