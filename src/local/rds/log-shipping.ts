import { addInstanceEvent } from './events.js';
import type { Instance, RdsState, RestoreBase } from './rds-state.js';

/**
 * The instant up to which an instance can be recovered: what real logs reach, or, without a data plane, the last multiple of
 * the shipping interval since its first backup (facts B8). `undefined` while there is no backup to start from.
 */
export function latestRestorableTime(state: RdsState, instance: Instance): Date | undefined {
  const { recoverableTo } = instance;
  if (recoverableTo === undefined || state.settings.dataPlane !== undefined) return recoverableTo;
  const interval = state.settings.logShippingInterval;
  const now = instance.disruptedAt ?? state.timeline.instant();
  if (interval === 0) return now;
  const passed = now.getTime() - recoverableTo.getTime();
  const shipments = Math.floor(passed / interval);
  return shipments === 0 ? recoverableTo : new Date(recoverableTo.getTime() + shipments * interval);
}

/** The oldest instant that one of the backups reaches. */
export function earliestOf(backups: readonly Pick<RestoreBase, 'details'>[]): Date | undefined {
  let earliest: Date | undefined;
  for (const { details } of backups) {
    const time = details.Status === 'available' ? details.SnapshotDatabaseTime : undefined;
    if (time !== undefined && (earliest === undefined || time < earliest)) earliest = time;
  }
  return earliest;
}

/**
 * Ships the logs of an instance; a failure is an event and leaves the restorable time where it was, as stuck shipping does
 * (facts B9). Only with a data plane is there anything to ship.
 */
export async function shipLogs(state: RdsState, instance: Instance): Promise<Date | undefined> {
  const { dataPlane } = state.settings;
  if (dataPlane === undefined || instance.recoverableTo === undefined) {
    return latestRestorableTime(state, instance);
  }
  try {
    const shipped = await dataPlane.shipLogs(instance.resourceId);
    if (instance.recoverableTo === undefined || shipped > instance.recoverableTo) instance.recoverableTo = shipped;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    addInstanceEvent(state, instance, 'notification', `Transaction logs could not be shipped. ${message}`);
  }
  return instance.recoverableTo;
}

/** Ships the logs of every instance that runs and has backups. */
export async function shipAllLogs(state: RdsState): Promise<void> {
  for (const instance of state.instances.sorted()) {
    const { DBInstanceStatus: status } = instance.details;
    if (status === 'available' || status === 'backing-up') await shipLogs(state, instance);
  }
}
