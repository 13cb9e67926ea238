import type { DBInstance } from '@aws-sdk/client-rds';
import { nameOf } from '../control-plane/resource-name.js';

import { rdsFault } from './rds-fault.js';
import type { Instance, RdsState } from './rds-state.js';

/** The instance that now has this name, or `undefined`. Takes an ARN too. */
export function findInstance(state: RdsState, identifier: string): Instance | undefined {
  const name = nameOf(identifier);
  return state.instances
    .sorted()
    .find((instance) => !instance.isNameless && instance.details.DBInstanceIdentifier === name);
}

/** The instance that now has this name, else the service's error. */
export function getInstance(state: RdsState, identifier: string): Instance {
  const instance = findInstance(state, identifier);
  if (instance === undefined) throw rdsFault('DBInstanceNotFoundFault', `DBInstance ${identifier} not found.`);
  return instance;
}

/** Refuses a name that an instance has, or that a rename under way has taken. */
export function refuseTakenName(state: RdsState, name: string): void {
  const isTaken = state.instances
    .sorted()
    .some((instance) => instance.details.DBInstanceIdentifier === name || instance.reservedName === name);
  if (isTaken) throw rdsFault('DBInstanceAlreadyExistsFault', 'DB instance already exists');
}

/** Refuses unless the instance is in a state that lets itself be changed, with nothing under way. */
export function requireAvailable(state: RdsState, instance: Instance): void {
  const status = instance.details.DBInstanceStatus;
  const ready = status === 'available' || status === 'storage-optimization';
  if (ready && state.timeline.isIdle(instance.key)) return;
  throw rdsFault(
    'InvalidDBInstanceStateFault',
    `Instance ${instance.details.DBInstanceIdentifier} is not in available state.`,
  );
}

/** The port that an instance and its backups show: where its real server listens, else the one asked for. */
export function shownPort({ endpoint, port }: Instance): number {
  return endpoint?.port ?? port;
}

/** Changes what the service shows of an instance; old views stay as they were. */
export function patchInstance(instance: Instance, changes: Partial<DBInstance>): void {
  instance.details = { ...instance.details, ...changes };
}

/** Takes out of what waits what has come about. */
export function dropPending(instance: Instance, names: readonly string[]): void {
  const waiting = Object.entries(instance.details.PendingModifiedValues ?? {});
  patchInstance(instance, {
    PendingModifiedValues: Object.fromEntries(waiting.filter(([name]) => !names.includes(name))),
  });
}

/** Lets reads show the instance as it is now for a while longer: call it before a change (facts 0.7). */
export function keepStale(state: RdsState, instance: Instance): void {
  const { reads, milliseconds } = state.settings.staleness;
  instance.stale = { details: instance.details, reads, until: state.timeline.instant().getTime() + milliseconds };
}

/** Whether reads still show the instance as it was before a change. */
export function isStale(state: RdsState, instance: Instance): boolean {
  const { stale } = instance;
  return stale !== undefined && stale.reads > 0 && state.timeline.instant().getTime() < stale.until;
}
