import { BackupError } from '../../core/errors.js';
import { classifyStatus } from '../../core/instance-status.js';
import { cacheSnapshotStatus } from '../../core/snapshot-status.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';
import { cacheOf } from '../../system/cache-of.js';
import { regionOf } from '../../system/region-of.js';
import { placesOf } from '../failover/cache-subject.js';
import { parametersAwaitingRestart } from '../failover/decide-failover-plan.js';
import { readRestoreWindow } from '../instance/restore-window.js';
import type { Precondition, RestoreStep } from '../plan/restore-step.js';
import type { Execution } from './execution.js';

/** A precondition in words. */
export function describePrecondition(precondition: Precondition): string {
  switch (precondition.kind) {
    case 'instance-is':
      return `${precondition.resourceId} is called ${precondition.identifier}`;
    case 'identifier-free':
      return `no instance is called ${precondition.identifier}`;
    case 'restorable-to':
      return `${precondition.resourceId} can be restored to ${precondition.time}`;
    case 'snapshot-is':
      return `snapshot ${precondition.snapshot} is available and of ${precondition.createdAt}`;
    case 'nothing-pending':
      return `no modification is queued on ${precondition.resourceId}`;
    case 'cache-identifier-free':
      return `no replication group is called ${precondition.identifier}`;
    case 'cache-snapshot-is':
      return `snapshot ${precondition.snapshot} of the cache is available and of ${precondition.createdAt}`;
    case 'replicas-are':
      return `${precondition.resourceId} has ${precondition.replicas.length === 0 ? 'no read replicas' : `the read replicas ${precondition.replicas.join(', ')}`}`;
    case 'source-is':
      return `${precondition.resourceId} in ${precondition.region} is called ${precondition.identifier}`;
    case 'replica-of':
      return `${precondition.resourceId} is a read replica of ${precondition.source}`;
    case 'source-keeps-backups':
      return `${precondition.resourceId} in ${precondition.region} keeps automated backups`;
    case 'can-fail-over':
      return `${precondition.resourceId} is available, Multi-AZ, with its primary in ${precondition.primary}`;
    case 'nothing-awaits-restart':
      return `no parameter of ${precondition.resourceId} waits for a restart`;
    case 'cache-can-fail-over':
      return `${precondition.replicationGroup} is available, and ${precondition.nodeGroup} fails over by itself${precondition.primary === undefined ? '' : ` from ${precondition.primary}`}`;
    default:
      throw new Error(`no such precondition: ${precondition satisfies never}`);
  }
}

/**
 * Reads again what a step rests on, right before it acts.
 *
 * Errors: `precondition-failed` names what no longer holds; nothing has been done.
 */
export async function requirePreconditions(execution: Execution, step: RestoreStep): Promise<void> {
  for (const precondition of step.preconditions) {
    const found = await violation(execution, precondition);
    if (found === undefined) continue;
    throw new BackupError({
      code: 'precondition-failed',
      message: `${step.id}: the plan needs that ${describePrecondition(precondition)}, but ${found}`,
      hint: 'Nothing was done in this step. Look at what changed since the plan was made; make a new plan if it is meant to be so.',
      details: { step: step.id, precondition, found },
    });
  }
}

/** What is otherwise, or `undefined` where the precondition holds. */
async function violation({ rds, call, system }: Execution, precondition: Precondition): Promise<string | undefined> {
  switch (precondition.kind) {
    case 'identifier-free': {
      const holder = await rds.describeInstance(precondition.identifier, call);
      return holder === undefined ? undefined : `${holder.resourceId} is called so`;
    }
    case 'instance-is': {
      const instance = await rds.describeInstanceByResourceId(precondition.resourceId, call);
      if (instance === undefined) return 'it no longer exists';
      return instance.identifier === precondition.identifier ? undefined : `it is called ${instance.identifier}`;
    }
    case 'nothing-pending': {
      const instance = await rds.describeInstanceByResourceId(precondition.resourceId, call);
      const pending = Object.keys(instance?.pendingChanges ?? {}).sort();
      return pending.length === 0 ? undefined : `queued is ${pending.join(', ')}`;
    }
    case 'replicas-are': {
      const instance = await rds.describeInstanceByResourceId(precondition.resourceId, call);
      const replicas = [...(instance?.replicas ?? [])].sort();
      return replicas.join() === precondition.replicas.join() ? undefined : `it has ${replicas.join(', ') || 'none'}`;
    }
    case 'source-is': {
      const source = await sourceOf(system, precondition, call);
      if (source === undefined) return 'it no longer exists';
      return source.identifier === precondition.identifier ? undefined : `it is called ${source.identifier}`;
    }
    case 'replica-of': {
      const replica = await rds.describeInstanceByResourceId(precondition.resourceId, call);
      if (replica === undefined) return 'it no longer exists';
      return replica.replicaSource === precondition.source
        ? undefined
        : `it is one of ${replica.replicaSource ?? 'none'}`;
    }
    case 'source-keeps-backups': {
      const source = await sourceOf(system, precondition, call);
      return (source?.backupRetentionDays ?? 0) > 0 ? undefined : 'it keeps none';
    }
    case 'snapshot-is': {
      const snapshot = await rds.describeSnapshot(precondition.snapshot, call);
      if (snapshot === undefined) return 'it no longer exists';
      if (snapshot.createdAt?.toISOString() !== precondition.createdAt) return 'there is another one of that name now';
      return snapshot.status === 'available' ? undefined : `it is ${snapshot.status}`;
    }
    case 'cache-identifier-free': {
      const holder = await cacheOf(system).port.describeReplicationGroup(precondition.identifier, call);
      return holder === undefined ? undefined : `there is one, and it is ${holder.status}`;
    }
    case 'cache-snapshot-is': {
      const snapshot = await cacheOf(system).port.describeSnapshot(precondition.snapshot, call);
      if (snapshot === undefined) return 'it no longer exists';
      if (snapshot.createdAt?.toISOString() !== precondition.createdAt) return 'there is another one of that name now';
      return cacheSnapshotStatus(snapshot.status) === 'available' ? undefined : `it is ${snapshot.status}`;
    }
    case 'can-fail-over':
      return cannotFailOver(
        await rds.describeInstanceByResourceId(precondition.resourceId, call),
        precondition.primary,
      );
    case 'nothing-awaits-restart': {
      const instance = await rds.describeInstanceByResourceId(precondition.resourceId, call);
      const waiting = instance === undefined ? [] : parametersAwaitingRestart(instance);
      return waiting.length === 0 ? undefined : `those of ${waiting.join(', ')} do`;
    }
    case 'cache-can-fail-over': {
      const group = await cacheOf(system).port.describeReplicationGroup(precondition.replicationGroup, call);
      if (group === undefined) return 'it no longer exists';
      if (group.status !== 'available') return `it is ${group.status}`;
      if (group.automaticFailover !== true) return 'automatic failover is off';
      const { primary } = placesOf(group, precondition.nodeGroup);
      return primary === precondition.primary ? undefined : `its primary is ${primary ?? 'not to be seen'}`;
    }
    case 'restorable-to':
      return unrestorable({ rds, call }, precondition.resourceId, new Date(precondition.time));
    default:
      throw new Error(`no such precondition: ${precondition satisfies never}`);
  }
}

function sourceOf(
  system: Execution['system'],
  { region, resourceId }: { readonly region: string; readonly resourceId: string },
  call: Execution['call'],
): Promise<DatabaseInstance | undefined> {
  return regionOf(system, region, 'plan').rds.describeInstanceByResourceId(resourceId, call);
}

function cannotFailOver(instance: DatabaseInstance | undefined, primary: string): string | undefined {
  if (instance === undefined) return 'it no longer exists';
  const { status, multiAz, availabilityZone, standbyZone } = instance;
  if (classifyStatus(status) !== 'ready') return `it is ${status}`;
  if (!multiAz || standbyZone === undefined) return 'it has no standby';
  return availabilityZone === primary ? undefined : `its primary is in ${availabilityZone ?? 'no zone that is shown'}`;
}

async function unrestorable(
  { rds, call }: Pick<Execution, 'rds' | 'call'>,
  resourceId: string,
  time: Date,
): Promise<string | undefined> {
  const window = await readRestoreWindow(rds, resourceId, call);
  if (window.latest === undefined) return 'there is nothing to restore from';
  if (time > window.latest) return `the restore window ends at ${window.latest.toISOString()}`;
  if (window.earliest !== undefined && time < window.earliest) {
    return `the restore window begins at ${window.earliest.toISOString()}`;
  }
  return undefined;
}
