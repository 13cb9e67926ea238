import { formatMilliseconds } from '../../core/duration.js';
import { assessObjectives, type Objectives } from '../../core/objectives.js';
import type { PlanEstimate, PlanWarning } from '../plan/restore-plan.js';
import { renameWarnings } from '../promotion/rename-warnings.js';
import type { DecidedCandidate } from './candidate-plan.js';

/** What a person should know before approving a plan that restores an instance, whatever from. */
export function candidateWarnings(decided: DecidedCandidate, estimate: PlanEstimate): readonly PlanWarning[] {
  return [
    ...(decided.chosen?.warnings ?? []),
    ...carryWarnings(decided),
    ...temporaryWarnings(decided),
    ...promotionWarnings(decided),
    ...objectiveWarningsFor(estimate, decided.context.objectives),
  ];
}

function carryWarnings({ profile, request }: DecidedCandidate): readonly PlanWarning[] {
  return [
    {
      code: 'not-carried-over',
      message:
        'associated IAM roles, read replicas, RDS Proxy targets, event subscriptions, replication of backups and logical replication slots are not restored',
    },
    {
      code: 'credentials-of-restore-time',
      message: 'database users have the passwords of the restore time; one rotated since then is the old one again',
    },
    {
      code: 'first-reads-are-slow',
      message: 'the volume loads its blocks from S3 when they are first read: available does not mean fast',
    },
    ...(profile.backupRetentionDays === 0 && request.temporary === undefined
      ? [
          {
            code: 'backups-off',
            message: 'the candidate will have no automated backups: set configuration.backupRetentionDays',
          } as const,
        ]
      : []),
  ];
}

/** A drill on another class is a drill of another recovery. */
function temporaryWarnings({ request, profile, facts }: DecidedCandidate): readonly PlanWarning[] {
  const model = facts.source.instance ?? facts.production;
  if (request.temporary === undefined || model === undefined || profile.instanceClass === model.instanceClass)
    return [];
  return [
    {
      code: 'instance-class-differs',
      message: `${profile.instanceClass} instead of ${model.instanceClass}: the parameters of ${profile.parameterGroup ?? 'the engine'} may not fit into its memory, and the time measured is not that of a recovery`,
    },
  ];
}

function promotionWarnings({ archive, facts, request, profile, context }: DecidedCandidate): readonly PlanWarning[] {
  if (request.promote === 'endpoint') return endpointWarnings(request, context, profile);
  if (archive === undefined) return [];
  return [
    {
      code: 'window-starts-anew',
      message: `the restore window of ${context.instance} starts anew with its first backup; the history up to now belongs to ${archive} and goes with it`,
    },
    ...renameWarnings({
      instance: context.instance,
      production: facts.production,
      archive,
      writersUnfenced: request.acknowledged.writers,
      lostAfter: 'the restore time',
      iamAuthentication: profile.iamAuthentication,
    }),
  ];
}

function endpointWarnings(
  { target, acknowledged }: DecidedCandidate['request'],
  { instance }: DecidedCandidate['context'],
  { iamAuthentication }: DecidedCandidate['profile'],
): readonly PlanWarning[] {
  return [
    {
      code: 'endpoint-changes',
      message: `everything that connects to ${instance} has to be pointed at ${target}; what is forgotten goes on writing to the old instance`,
    },
    ...(acknowledged.writers
      ? [
          {
            code: 'writers-not-fenced',
            message: `whatever is still written to ${instance} after the restore time stays there only`,
          } as const,
        ]
      : []),
    ...(iamAuthentication
      ? [
          {
            code: 'resource-id-changes',
            message: 'the DbiResourceId changes: IAM policies for rds-db:connect that name it have to be changed',
          } as const,
        ]
      : []),
  ];
}

/** Where an estimate is beyond what the system promises. */
export function objectiveWarningsFor(estimate: PlanEstimate, objectives: Objectives): readonly PlanWarning[] {
  return assessObjectives(estimate, objectives)
    .filter(({ verdict }) => verdict === 'missed')
    .map(({ objective, measuredMilliseconds, allowedMilliseconds }) => ({
      code: `${objective}-beyond-objective` as const,
      message: `estimated ${objective.replace('-', ' ')} ${formatMilliseconds(measuredMilliseconds)}, objective ${formatMilliseconds(allowedMilliseconds)}`,
    }));
}
