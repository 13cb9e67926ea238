import { renderFields } from '../render-fields.js';
import type { ReplicaPlan } from './replica-plan.js';

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
