import { renderFields } from '../plan/render-fields.js';
import type { KnownLag } from './known-lag.js';
import type { ReplicaPlan, ReplicaPromotionPlan } from './replica-plan.js';

/** What a plan to make a replica begins with, as text. */
export function replicaHeading({ candidate, region, createdAt, facts }: ReplicaPlan): readonly string[] {
  const { source, replicas } = facts;
  return [
    `Plan: make ${candidate} in ${region}, a read replica of ${source.identifier} in ${source.region}`,
    ...renderFields([
      ['made', createdAt],
      ['source', `${source.identifier} (${source.resourceId}), PostgreSQL ${source.engineVersion}`],
      ['size', `${source.allocatedStorageGiB} GiB, ${source.encrypted ? 'encrypted' : 'not encrypted'}`],
      ['other replicas', replicas.length === 0 ? 'none' : replicas.join(', ')],
    ]),
  ];
}

/** What a plan to promote a replica begins with, as text. */
export function replicaPromotionHeading(plan: ReplicaPromotionPlan): readonly string[] {
  const { candidate, region, mode, createdAt, incidentAt, facts } = plan;
  const { replica, source, lag, dataTime } = facts;
  const after = mode === 'planned' ? 'with nothing lost' : 'after its source was lost';
  return [
    `Plan: promote ${candidate} in ${region} ${after}`,
    ...renderFields([
      ['made', createdAt],
      ['replica', `${candidate} (${replica.resourceId}), PostgreSQL ${replica.engineVersion}, ${replica.status}`],
      ['replication', replica.replication ?? 'unknown'],
      ['lag', lagText(lag)],
      ['source', `${source.identifier} in ${source.region} (${source.resourceId ?? 'nobody looked'})`],
      ...(mode === 'planned' ? [] : [['data of', dataTime] as const]),
      ...(incidentAt === undefined ? [] : [['lost at', incidentAt] as const]),
      ['promotion', 'by endpoint: the application is pointed at the replica, which keeps its name'],
    ]),
  ];
}

function lagText(lag: KnownLag): string {
  if (lag.by === 'metric') return `${lag.seconds} s at ${lag.at}, as CloudWatch has measured it`;
  if (lag.by === 'nobody') return `unknown: ${lag.reason}`;
  return `replayed until ${lag.replayedUntil ?? 'nobody knows when'}, as its server says`;
}
