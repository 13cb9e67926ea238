import { manualSnapshotName } from '../../core/names.js';
import { managedBy, tagKeys } from '../../core/tags.js';
import type { ConfigurationProfile } from '../instance/configuration-profile.js';
import type { PlanningContext } from '../plan/planning-context.js';
import type { Precondition, RestoreStep } from '../plan/restore-step.js';
import { withWritersStopped } from '../promotion/with-writers-stopped.js';
import type { ReplicaPromotionFacts } from './replica-promotion-facts.js';
import type { CheckedReplicaPromotionRequest } from './replica-promotion-request.js';
import type { ReplicaSource } from './replica-step.js';

/** What has been decided about a promotion, for the parts of its plan. */
export interface DecidedPromotion {
  readonly facts: ReplicaPromotionFacts;
  readonly request: CheckedReplicaPromotionRequest;
  readonly context: PlanningContext;
  /** Where the source is. Its resource id only where it was looked at. */
  readonly source: Omit<ReplicaSource, 'resourceId'> & { readonly resourceId?: string | undefined };
  readonly profile: ConfigurationProfile;
}

/**
 * The database is looked at and the lag waited for while the application writes; between the stop of the writers and the switch
 * lies only what must. What a promoted replica lacks, and needs no outage, it gets when it serves.
 */
export function replicaPromotionSteps(decided: DecidedPromotion, now: Date): readonly RestoreStep[] {
  const { facts, request, context, source, profile } = decided;
  const { identifier } = facts.replica;
  const followed = followedBy(decided);
  const follow: RestoreStep[] =
    followed === undefined
      ? []
      : [
          {
            id: 'wait-for-replication',
            kind: 'wait-for-replication',
            title: `Wait until ${identifier} follows ${source.identifier} closely`,
            preconditions: [],
            identifier,
            source: followed,
            database: context.database,
          },
        ];
  return [
    ...checkSteps(decided),
    ...follow,
    ...withWritersStopped(request.writersAcknowledged, exchange(decided, followed)),
    {
      id: 'apply-configuration',
      kind: 'apply-configuration',
      title: `Give ${identifier} what production has and a replica has not, without a reboot`,
      preconditions: [],
      profile,
      mayReboot: false,
    },
    {
      id: 'protect',
      kind: 'protect',
      title: `See to it that ${identifier} is backed up; keep ${followed === undefined ? 'nothing else' : source.identifier}`,
      preconditions: [],
      identifier,
      snapshot: manualSnapshotName(identifier, now, 'promoted'),
      backupRetentionDays: profile.backupRetentionDays,
    },
  ];
}

function followedBy({ source, request }: DecidedPromotion): ReplicaSource | undefined {
  const { region, identifier, resourceId } = source;
  return request.mode === 'planned' && resourceId !== undefined ? { region, identifier, resourceId } : undefined;
}

function checkSteps({ facts, request, context }: DecidedPromotion): readonly RestoreStep[] {
  if (request.expectation === undefined) return [];
  const { identifier } = facts.replica;
  return [
    {
      id: 'check-candidate',
      kind: 'check-candidate',
      title: `Check the database ${context.database} on ${identifier}; stop here unless every check passes`,
      preconditions: [],
      database: context.database,
      expectation: request.expectation,
    },
  ];
}

function exchange(
  { facts, request, context, source, profile }: DecidedPromotion,
  followed: ReplicaSource | undefined,
): readonly RestoreStep[] {
  const { identifier, resourceId, replicaSource = '' } = facts.replica;
  const { patienceMilliseconds } = request;
  const { database } = context;
  const asPlanned: Precondition[] = [
    { kind: 'replica-of', resourceId, source: replicaSource },
    ...(followed === undefined ? [] : [{ kind: 'source-is', ...followed } as const]),
  ];
  return [
    {
      id: 'await-replay',
      kind: 'await-replay',
      title:
        followed === undefined
          ? `Wait until ${identifier} shows all that it has received`
          : `Wait until ${identifier} has all that ${source.identifier} has written`,
      preconditions: [],
      identifier,
      database,
      source: followed,
      patienceMilliseconds,
    },
    {
      id: 'promote-replica',
      kind: 'promote-replica',
      title: `Promote ${identifier}, for good: it follows nothing from then on`,
      preconditions: asPlanned,
      identifier,
      source: replicaSource,
      backupRetentionDays: profile.backupRetentionDays,
      backupWindow: profile.backupWindow,
      tags: { [tagKeys.managedBy]: managedBy, [tagKeys.purpose]: 'promoted-replica' },
    },
    {
      id: 'verify-promotion',
      kind: 'verify-promotion',
      title: `Connect to ${identifier} and make sure that its server takes writes`,
      preconditions: [],
      identifier,
      database,
      proveWrites: true,
    },
    {
      id: 'switch-endpoint',
      kind: 'switch-endpoint',
      title: `Point the application at ${identifier}`,
      preconditions: [],
    },
  ];
}
