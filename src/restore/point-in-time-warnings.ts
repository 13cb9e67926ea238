import { formatMilliseconds } from '../core/duration.js';
import { assessObjectives } from '../core/objectives.js';
import type { Decided } from './decide-point-in-time-plan.js';
import type { PlanEstimate, PlanWarning } from './restore-plan.js';

/** Beyond this the logs are stuck rather than on their way (facts B9). */
const suspiciousLag = 15 * 60_000;

/** Everything that a person should know before approving a point-in-time plan. */
export function pointInTimeWarnings(decided: Decided, estimate: PlanEstimate, now: Date): readonly PlanWarning[] {
  return [
    ...timeWarnings(decided, now),
    ...carryWarnings(decided),
    ...promotionWarnings(decided),
    ...objectiveWarnings(decided, estimate),
  ];
}

function timeWarnings({ request, restoreWindow, facts }: Decided, now: Date): readonly PlanWarning[] {
  const warnings: PlanWarning[] = [];
  if (request.restoreTo.kind === 'time' && request.restoreTo.floored) {
    const message = `RDS restores to whole seconds: the time was cut to ${request.restoreTo.time.toISOString()}`;
    warnings.push({ code: 'restore-time-floored', message });
  }
  if (restoreWindow.earliest === undefined) {
    const message = 'RDS lists no automated backup yet: how far back the window reaches could not be checked';
    warnings.push({ code: 'earliest-restorable-time-unknown', message });
  }
  const lag = now.getTime() - restoreWindow.latest.getTime();
  if (lag > suspiciousLag && facts.source.instance !== undefined) {
    const message = `the newest log that can be restored is ${formatMilliseconds(lag)} old, usual are five minutes: log shipping may be stuck`;
    warnings.push({ code: 'log-shipping-behind', message });
  }
  return warnings;
}

function carryWarnings({ profile }: Decided): readonly PlanWarning[] {
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
    ...(profile.backupRetentionDays === 0
      ? [
          {
            code: 'backups-off',
            message: 'the candidate will have no automated backups: set configuration.backupRetentionDays',
          } as const,
        ]
      : []),
  ];
}

function promotionWarnings({ archive, facts, request, profile, context }: Decided): readonly PlanWarning[] {
  if (archive === undefined) return [];
  const { production } = facts;
  const pending = Object.keys(production?.pendingChanges ?? {}).sort();
  const replicas = [...(production?.replicas ?? [])].sort();
  const warnings: PlanWarning[] = [
    {
      code: 'window-starts-anew',
      message: `the restore window of ${context.instance} starts anew with its first backup; the history up to now belongs to ${archive} and goes with it`,
    },
  ];
  if (production === undefined) {
    const message = `no instance is called ${context.instance}: there is nothing to rename away`;
    warnings.push({ code: 'previous-instance-missing', message });
  }
  if (request.acknowledged.writers) {
    const message = `whatever is still written to ${context.instance} after the restore time stays in ${archive} only`;
    warnings.push({ code: 'writers-not-fenced', message });
  }
  if (pending.length > 0) {
    const message = `renaming also applies what is queued on ${context.instance}: ${pending.join(', ')}`;
    warnings.push({ code: 'pending-changes-will-apply', message });
  }
  if (replicas.length > 0) {
    const message = `read replicas stay attached to ${archive}: ${replicas.join(', ')}`;
    warnings.push({ code: 'replicas-stay-attached', message });
  }
  if (profile.iamAuthentication) {
    const message = 'the DbiResourceId changes: IAM policies for rds-db:connect that name it have to be changed';
    warnings.push({ code: 'resource-id-changes', message });
  }
  return warnings;
}

function objectiveWarnings({ context }: Decided, estimate: PlanEstimate): readonly PlanWarning[] {
  return objectiveWarningsFor(estimate, context.objectives);
}

/** Where an estimate is beyond what the system promises. */
export function objectiveWarningsFor(
  estimate: PlanEstimate,
  objectives: Decided['context']['objectives'],
): readonly PlanWarning[] {
  return assessObjectives(estimate, objectives)
    .filter(({ verdict }) => verdict === 'missed')
    .map(({ objective, measuredMilliseconds, allowedMilliseconds }) => ({
      code: `${objective}-beyond-objective` as const,
      message: `estimated ${objective.replace('-', ' ')} ${formatMilliseconds(measuredMilliseconds)}, objective ${formatMilliseconds(allowedMilliseconds)}`,
    }));
}
