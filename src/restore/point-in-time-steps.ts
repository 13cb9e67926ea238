import { manualSnapshotName } from '../core/names.js';
import { managedBy, tagKeys } from '../core/tags.js';
import { restoreSettingsOf } from './configuration-profile.js';
import type { Decided } from './decide-point-in-time-plan.js';
import type { Precondition, RestoreStep } from './restore-step.js';

/** The steps of a point-in-time recovery, in order. */
export function pointInTimeSteps(decided: Decided, now: Date): readonly RestoreStep[] {
  return [
    ...candidateSteps(decided),
    ...(decided.archive === undefined ? [] : promotionSteps(decided, decided.archive, now)),
  ];
}

function candidateSteps({ facts, request, context, profile }: Decided): readonly RestoreStep[] {
  const { resourceId, instance, automatedBackup } = facts.source;
  const { target, restoreTo } = request;
  const to =
    restoreTo.kind === 'time'
      ? ({ kind: 'time', time: restoreTo.time.toISOString() } as const)
      : ({ kind: 'latest' } as const);
  const restorable: Precondition[] = to.kind === 'time' ? [{ kind: 'restorable-to', resourceId, time: to.time }] : [];
  return [
    {
      id: 'restore-to-point-in-time',
      kind: 'restore-to-point-in-time',
      title: `Restore ${to.kind === 'time' ? `to ${to.time}` : 'to the latest restorable time'} as ${target}`,
      preconditions: [{ kind: 'identifier-free', identifier: target }, ...restorable],
      source: { resourceId, automatedBackupArn: instance === undefined ? automatedBackup?.arn : undefined },
      to,
      settings: restoreSettingsOf(profile, target, { [tagKeys.managedBy]: managedBy, [tagKeys.purpose]: 'candidate' }),
      maxAllocatedStorageGiB: profile.maxAllocatedStorageGiB,
    },
    {
      id: 'wait-for-instance',
      kind: 'wait-for-instance',
      title: `Wait until ${target} is available`,
      preconditions: [],
      identifier: target,
    },
    {
      id: 'apply-configuration',
      kind: 'apply-configuration',
      title: `Give ${target} the configuration that a restore call cannot set`,
      preconditions: [],
      profile,
    },
    {
      id: 'check-candidate',
      kind: 'check-candidate',
      title: `Check the database ${context.database} on ${target}; stop here unless every check passes`,
      preconditions: [],
      database: context.database,
      expectation: request.expectation,
    },
  ];
}

function promotionSteps(
  { facts, request, context, profile }: Decided,
  archive: string,
  now: Date,
): readonly RestoreStep[] {
  const { production } = facts;
  const { instance, database } = context;
  const { target, acknowledged } = request;
  const away: RestoreStep[] =
    production === undefined
      ? []
      : [
          {
            id: 'rename-away',
            kind: 'rename-away',
            title: `Rename ${instance} to ${archive}`,
            preconditions: [
              { kind: 'instance-is', resourceId: production.resourceId, identifier: instance },
              { kind: 'identifier-free', identifier: archive },
              // With the queued changes acknowledged, nobody has to look at them again.
              ...(acknowledged.pendingChanges
                ? []
                : [{ kind: 'nothing-pending', resourceId: production.resourceId } as const]),
              { kind: 'replicas-are', resourceId: production.resourceId, replicas: [...production.replicas].sort() },
            ],
            resourceId: production.resourceId,
            from: instance,
            to: archive,
          },
        ];
  return [
    {
      id: 'stop-writers',
      kind: 'stop-writers',
      title: acknowledged.writers ? 'Writers have been stopped by the caller' : 'Stop the writers',
      preconditions: [],
      how: acknowledged.writers ? 'acknowledged' : 'hooks',
    },
    ...away,
    {
      id: 'rename-into-place',
      kind: 'rename-into-place',
      title: `Rename ${target} to ${instance}`,
      preconditions: [{ kind: 'identifier-free', identifier: instance }],
      from: target,
      to: instance,
    },
    {
      id: 'verify-promotion',
      kind: 'verify-promotion',
      title: `Connect to ${instance} and make sure that the restored instance answers`,
      preconditions: [],
      identifier: instance,
      database,
      address: production?.endpoint?.address,
    },
    ...(acknowledged.writers
      ? []
      : [{ id: 'resume-writers', kind: 'resume-writers', title: 'Let the writers go on', preconditions: [] } as const]),
    {
      id: 'protect',
      kind: 'protect',
      title: `See to it that ${instance} is backed up; keep ${production === undefined ? 'nothing else' : archive}`,
      preconditions: [],
      identifier: instance,
      snapshot: manualSnapshotName(instance, now, 'promoted'),
      backupRetentionDays: profile.backupRetentionDays,
    },
  ];
}
