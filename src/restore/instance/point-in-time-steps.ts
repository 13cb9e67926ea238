import { managedBy, tagKeys } from '../../core/tags.js';
import type { Precondition, RestoreStep } from '../plan/restore-step.js';
import { standbyOf, stepsAfterRestore } from './candidate-steps.js';
import { restoreSettingsOf } from './configuration-profile.js';
import type { DecidedPointInTime } from './decide-point-in-time-plan.js';
import { candidateTags } from './temporary-candidate.js';

/** The steps of a point-in-time recovery, in order. */
export function pointInTimeSteps(decided: DecidedPointInTime, now: Date): readonly RestoreStep[] {
  const { facts, request, profile } = decided;
  const { resourceId, instance, automatedBackup } = facts.source;
  const { target, restoreTo, temporary } = request;
  const { standbyClasses, note } = standbyOf(decided);
  const to =
    restoreTo.kind === 'time'
      ? ({ kind: 'time', time: restoreTo.time.toISOString() } as const)
      : ({ kind: 'latest' } as const);
  const restorable: Precondition[] = to.kind === 'time' ? [{ kind: 'restorable-to', resourceId, time: to.time }] : [];
  return [
    {
      id: 'restore-to-point-in-time',
      kind: 'restore-to-point-in-time',
      title: `Restore ${to.kind === 'time' ? `to ${to.time}` : 'to the latest restorable time'} as ${target}${note}`,
      preconditions: [{ kind: 'identifier-free', identifier: target }, ...restorable],
      source: { resourceId, automatedBackupArn: instance === undefined ? automatedBackup.arn : undefined },
      to,
      settings: restoreSettingsOf(profile, target, { ...candidateTags(temporary), [tagKeys.managedBy]: managedBy }),
      ...standbyClasses,
      maxAllocatedStorageGiB: profile.maxAllocatedStorageGiB,
    },
    ...stepsAfterRestore(decided, now),
  ];
}
