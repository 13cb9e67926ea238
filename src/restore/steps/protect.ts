import { BackupError } from '../../core/errors.js';
import { classifyStatus } from '../../core/instance-status.js';
import type { Judgement } from '../../core/poll.js';
import { snapshotStatus } from '../../core/snapshot-status.js';
import { managedBy, tagKeys } from '../../core/tags.js';
import type { SnapshotDescription } from '../../ports/database-backups.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';
import type { Execution, StepResult } from '../execution/execution.js';
import { reconcile } from '../execution/reconcile.js';
import { describeCandidate, describePrevious, previousRegion } from '../instance/candidate.js';
import { isStable } from '../instance/instance-status.js';
import type { ProtectStep } from '../plan/restore-step.js';

const hour = 3_600_000;

/**
 * After the instances have changed places nothing protects the new one until its first backup (facts C9): backups are turned
 * on where they should be, a snapshot is taken where nothing can be restored yet, and the old instance, which holds the
 * history, is kept from being deleted.
 */
export async function protect(execution: Execution, step: ProtectStep): Promise<StepResult> {
  await turnBackupsOn(execution, step);
  const keptPrevious = await keepPrevious(execution, step);
  const instance = await describeCandidate(execution);
  const snapshot = instance.latestRestorableTime === undefined ? await takeSnapshot(execution, step) : undefined;
  return {
    status: 'finished',
    facts: {
      backupRetentionDays: instance.backupRetentionDays,
      keptPrevious,
      ...(snapshot === undefined ? {} : { snapshot }),
    },
  };
}

async function turnBackupsOn(execution: Execution, step: ProtectStep): Promise<void> {
  const { rds, call } = execution;
  await reconcile<DatabaseInstance>(execution, step, {
    what: `backups of ${step.identifier} to be on`,
    subject: step.identifier,
    observe: () => describeCandidate(execution),
    decide: (seen) => {
      if (seen.backupRetentionDays >= step.backupRetentionDays) return { state: 'ready' };
      return isStable(seen) ? { state: 'act' } : { state: 'pending', status: seen.status };
    },
    act: (seen) => rds.modifyInstance(seen.identifier, { backupRetentionDays: step.backupRetentionDays }, call),
    tolerated: ['invalid-state'],
    boundMilliseconds: hour,
    status: (seen) => seen.status,
  });
}

/** Turns deletion protection on for the old instance, if there still is one. */
async function keepPrevious(execution: Execution, step: ProtectStep): Promise<boolean> {
  const { call, plan } = execution;
  const { resourceId } = plan.system;
  if (resourceId === undefined) return false;
  const rds = previousRegion(execution);
  const previous = await reconcile<DatabaseInstance | undefined>(execution, step, {
    what: 'the previous instance to be protected from deletion',
    subject: resourceId,
    observe: () => describePrevious(execution),
    decide: (seen) => {
      // A broken one cannot be changed; nothing deletes it but a person.
      if (seen === undefined || seen.deletionProtection || classifyStatus(seen.status) === 'failed')
        return { state: 'ready' };
      return isStable(seen) ? { state: 'act' } : { state: 'pending', status: seen.status };
    },
    act: async (seen) => {
      if (seen !== undefined) await rds.modifyInstance(seen.identifier, { deletionProtection: true }, call);
    },
    tolerated: ['invalid-state', 'instance-not-found'],
    boundMilliseconds: hour,
    status: (seen) => seen?.status ?? 'gone',
  });
  return previous?.deletionProtection ?? false;
}

/** The first copy of the new primary: made once, and whole before the recovery counts as completed. */
async function takeSnapshot(execution: Execution, step: ProtectStep): Promise<string> {
  const { rds, call, operationId } = execution;
  const tags = { [tagKeys.managedBy]: managedBy, [tagKeys.operationId]: operationId, [tagKeys.purpose]: 'promotion' };
  await reconcile<SnapshotDescription | undefined>(execution, step, {
    what: `snapshot ${step.snapshot} to become available`,
    subject: step.snapshot,
    observe: () => rds.describeSnapshot(step.snapshot, call),
    decide: (seen) => (seen === undefined ? { state: 'act' } : judgeSnapshot(seen, operationId)),
    act: () => rds.createSnapshot({ snapshot: step.snapshot, instance: step.identifier, tags }, call),
    tolerated: ['identifier-taken', 'invalid-state'],
    boundMilliseconds: 12 * hour,
    status: () => 'not begun',
  });
  return step.snapshot;
}

function judgeSnapshot({ identifier, status, tags }: SnapshotDescription, operationId: string): Judgement {
  if (tags[tagKeys.operationId] !== operationId) {
    const error = new BackupError({
      code: 'identifier-taken',
      message: `there already is a snapshot ${identifier}, and it was not made by this plan`,
      hint: 'The promotion is done. Take a snapshot of the new primary by hand, or remove this one and execute the plan again.',
      details: { snapshot: identifier },
    });
    return { state: 'failed', error };
  }
  const means = snapshotStatus(status);
  if (means === 'available') return { state: 'ready' };
  if (means === 'in-progress') return { state: 'pending', status };
  const error = new BackupError({
    code: 'resource-failed',
    message: `snapshot ${identifier} is ${status}`,
    hint: 'The promotion is done. Delete that snapshot and execute the plan again: it takes another one.',
    details: { snapshot: identifier, status },
  });
  return { state: 'failed', error };
}
