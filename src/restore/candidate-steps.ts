import { manualSnapshotName } from '../core/names.js';
import type { DecidedCandidate } from './candidate-plan.js';
import type { RestoreStep } from './restore-step.js';

/** What follows the restore call, whatever was restored: wait, configure, check, and the promotion where there is one. */
export function stepsAfterRestore(decided: DecidedCandidate, now: Date): readonly RestoreStep[] {
  const { request, context, profile, archive } = decided;
  const { target } = request;
  return [
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
    ...(archive === undefined ? [] : promotionSteps(decided, archive, now)),
    ...(request.promote === 'endpoint' ? endpointSteps(decided, now) : []),
  ];
}

function promotionSteps(
  { facts, request, context, profile }: DecidedCandidate,
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

/** The application is pointed at the candidate, which keeps its name (facts C10). */
function endpointSteps({ request, profile }: DecidedCandidate, now: Date): readonly RestoreStep[] {
  const { target, acknowledged } = request;
  return [
    {
      id: 'stop-writers',
      kind: 'stop-writers',
      title: acknowledged.writers ? 'Writers have been stopped by the caller' : 'Stop the writers',
      preconditions: [],
      how: acknowledged.writers ? 'acknowledged' : 'hooks',
    },
    {
      id: 'switch-endpoint',
      kind: 'switch-endpoint',
      title: `Point the application at ${target}`,
      preconditions: [],
    },
    ...(acknowledged.writers
      ? []
      : [{ id: 'resume-writers', kind: 'resume-writers', title: 'Let the writers go on', preconditions: [] } as const]),
    {
      id: 'protect',
      kind: 'protect',
      title: `See to it that ${target} is backed up; keep the old instance`,
      preconditions: [],
      identifier: target,
      snapshot: manualSnapshotName(target, now, 'promoted'),
      backupRetentionDays: profile.backupRetentionDays,
    },
  ];
}
