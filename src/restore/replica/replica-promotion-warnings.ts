import { objectiveWarningsFor } from '../instance/candidate-warnings.js';
import type { PlanEstimate, PlanWarning } from '../plan/restore-plan.js';
import { replicationText } from './judge-replication.js';
import { dataTimeBy } from './known-lag.js';
import type { DecidedPromotion } from './replica-promotion-steps.js';

/** What a person should know before approving the promotion of a replica. */
export function replicaPromotionWarnings(decided: DecidedPromotion, estimate: PlanEstimate): readonly PlanWarning[] {
  const { context, request } = decided;
  return [
    ...finalWarnings(decided),
    ...(request.mode === 'disaster' ? disasterWarnings(decided) : []),
    ...consequences(decided),
    ...objectiveWarningsFor(estimate, context.objectives),
  ];
}

function finalWarnings({ facts, source, request, context }: DecidedPromotion): readonly PlanWarning[] {
  const { identifier } = facts.replica;
  const old = `${source.identifier} in ${source.region}`;
  const others = (facts.source?.replicas ?? []).filter((one) => one !== identifier && one !== facts.replica.arn).sort();
  return [
    {
      code: 'promotion-is-final',
      message: `${identifier} never follows ${old} again: the way back is a new replica in the other direction`,
    },
    {
      code: 'endpoint-changes',
      message: `everything that connects to ${context.instance} has to be pointed at ${identifier}; what is forgotten goes on writing to ${old}`,
    },
    ...(request.writersAcknowledged
      ? [
          {
            code: 'writers-not-fenced',
            message: `whatever is still written to ${old} while ${identifier} is promoted, or after, stays there only`,
          } as const,
        ]
      : []),
    ...(others.length === 0
      ? []
      : [
          {
            code: 'replicas-stay-attached',
            message: `other read replicas go on following ${old}: ${others.join(', ')}`,
          } as const,
        ]),
  ];
}

function disasterWarnings({ facts, source, request, profile }: DecidedPromotion): readonly PlanWarning[] {
  const { replica, lag } = facts;
  const old = `${source.identifier} in ${source.region}`;
  const warnings: PlanWarning[] = [
    {
      code: 'split-brain',
      message: `nothing keeps ${old} from taking writes when it comes back: shut it off from its clients (security group, DNS, stopped applications), and bring nothing over from it unseen`,
    },
  ];
  const until = dataTimeBy(lag);
  if (until === undefined) {
    const why = lag.by === 'nobody' ? lag.reason : 'its server has replayed nothing since it was started';
    warnings.push({ code: 'loss-unknown', message: `how far ${replica.identifier} is behind is not known: ${why}` });
  } else {
    const message = `what was written to ${old} after ${until} is lost, unless ${replica.identifier} has received it and only not replayed it`;
    warnings.push({ code: 'later-writes-are-lost', message });
  }
  if (lag.by === 'server' && lag.receiving) {
    const message = `${replica.identifier} has a process that receives: where ${old} is still there, a planned promotion loses nothing`;
    warnings.push({ code: 'source-still-sends', message });
  }
  if (replica.replication !== undefined && !replica.replication.normal) {
    warnings.push({
      code: 'not-replicating',
      message: `${replica.identifier}: ${replicationText(replica.replication)}`,
    });
  }
  if (!profile.multiAz && request.configuration.multiAz === undefined) {
    const message = `${replica.identifier} is in one zone, and stays so: what production had nobody can be asked (configuration.multiAz)`;
    warnings.push({ code: 'single-zone', message });
  }
  return warnings;
}

function consequences({ facts, source, profile }: DecidedPromotion): readonly PlanWarning[] {
  const { identifier } = facts.replica;
  return [
    {
      code: 'window-starts-anew',
      message: `the restore window of ${identifier} starts with its first backup; the history up to now belongs to ${source.identifier}`,
    },
    {
      code: 'not-carried-over',
      message:
        "RDS Proxy targets, event subscriptions, alarms, replication of backups, replicas and logical replication slots are not the source's",
    },
    ...(profile.backupRetentionDays === 0
      ? [
          {
            code: 'backups-off',
            message: `${identifier} will have no automated backups: set configuration.backupRetentionDays`,
          } as const,
        ]
      : []),
    ...(profile.iamAuthentication
      ? [
          {
            code: 'resource-id-changes',
            message: 'the DbiResourceId is another: IAM policies for rds-db:connect have to name that of the replica',
          } as const,
        ]
      : []),
  ];
}
