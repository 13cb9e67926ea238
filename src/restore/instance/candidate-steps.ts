import { manualSnapshotName } from '../../core/names.js';
import type { RestoreFromSnapshotStep, RestoreStep } from '../plan/restore-step.js';
import { promotionSteps, type Renames } from '../promotion/promotion-steps.js';
import { withWritersStopped } from '../promotion/with-writers-stopped.js';
import type { DecidedCandidate } from './candidate-plan.js';

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
    ...(archive === undefined ? [] : promotionSteps(renamesOf(decided, archive), now)),
    ...(request.promote === 'endpoint' ? endpointSteps(decided, now) : []),
  ];
}

/** The classes that a restore may fall back on, and what its title says of them. */
export function standbyOf({ chosen, profile }: Pick<DecidedCandidate, 'chosen' | 'profile'>): {
  readonly standbyClasses: Pick<RestoreFromSnapshotStep, 'standbyClasses'>;
  readonly note: string;
} {
  const { standby = [] } = chosen ?? {};
  if (standby.length === 0) return { standbyClasses: {}, note: '' };
  const note = `; where RDS has no capacity for ${profile.instanceClass}, as ${standby.join(' or ')}`;
  return { standbyClasses: { standbyClasses: standby }, note };
}

function renamesOf({ facts, request, context, profile }: DecidedCandidate, archive: string): Renames {
  return {
    instance: context.instance,
    database: context.database,
    production: facts.production,
    archive,
    candidate: { identifier: request.target, called: 'the restored instance' },
    acknowledged: request.acknowledged,
    backupRetentionDays: profile.backupRetentionDays,
  };
}

/** The application is pointed at the candidate, which keeps its name (facts C10). */
function endpointSteps({ request, profile }: DecidedCandidate, now: Date): readonly RestoreStep[] {
  const { target, acknowledged } = request;
  return [
    ...withWritersStopped(acknowledged.writers, [
      {
        id: 'switch-endpoint',
        kind: 'switch-endpoint',
        title: `Point the application at ${target}`,
        preconditions: [],
      },
    ]),
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
