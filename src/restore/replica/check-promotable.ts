import { BackupError } from '../../core/errors.js';
import { classifyStatus } from '../../core/instance-status.js';
import { type InstancePlace, instancePlace } from '../../system/instance-place.js';
import type { PlanningContext } from '../plan/planning-context.js';
import { replicationText } from './judge-replication.js';
import { dataTimeBy } from './known-lag.js';
import type { ReplicaPromotionFacts } from './replica-promotion-facts.js';
import type { CheckedReplicaPromotionRequest } from './replica-promotion-request.js';

/**
 * What a replica has to be to be promoted, and where its source is. It must be one of the system's instance: what else follows
 * something in this account is none of this plan's.
 *
 * Errors: `precondition-failed`, `invalid-state`.
 */
export function checkPromotable(
  facts: ReplicaPromotionFacts,
  request: CheckedReplicaPromotionRequest,
  { instance }: Pick<PlanningContext, 'instance'>,
  now: Date,
): InstancePlace {
  const { replica, source } = facts;
  const { identifier, replicaSource, status } = replica;
  if (replicaSource === undefined) {
    throw unmet(
      `${identifier} is no read replica`,
      'Name a replica; one that is promoted already is an instance of its own.',
      {
        instance: identifier,
      },
    );
  }
  const place = instancePlace(replicaSource, request.region);
  if (place.identifier !== instance) {
    throw unmet(
      `${identifier} follows ${replicaSource}, and not ${instance}`,
      "Name a replica of the system's instance. After a promotion by rename, replicas still follow the old one: make new ones.",
      { instance: identifier, replicaSource },
    );
  }
  if (classifyStatus(status) === 'failed') {
    throw new BackupError({
      code: 'invalid-state',
      message: `${identifier} is ${status}: it cannot be promoted`,
      hint: 'Bring it to a state in which it serves; where it cannot be, restore a backup in its region.',
      details: { instance: identifier, status },
    });
  }
  if (request.mode === 'planned') checkFollowing(facts, place);
  else checkLag(facts, request, now);
  if (source !== undefined && source.engine !== replica.engine) {
    throw unmet(`${identifier} runs ${replica.engine}, and its source ${source.engine}`, 'Look at both.', {});
  }
  return place;
}

/** Nothing is lost only where both are there and the one follows the other. */
function checkFollowing({ replica, source }: ReplicaPromotionFacts, place: InstancePlace): void {
  const { identifier, replication, arn } = replica;
  const hint = "Where the source is lost, promote with mode: 'disaster'.";
  if (source === undefined) {
    throw unmet(`${place.identifier} is not in ${place.region}: ${identifier} has nothing to catch up with`, hint, {});
  }
  if (!source.replicas.some((one) => one === identifier || one === arn)) {
    throw unmet(
      `${source.identifier} in ${place.region} does not know ${identifier} as its replica`,
      'Another instance has that name by now: look at both.',
      { instance: identifier, source: source.resourceId },
    );
  }
  if (replication?.normal === true) return;
  const state =
    replication === undefined ? 'RDS does not tell how its replication fares' : replicationText(replication);
  throw unmet(`${identifier} does not follow: ${state}`, `Let it follow again, or make another. ${hint}`, {
    instance: identifier,
    replication,
  });
}

/** Behind by more than the caller is ready to lose, as far as is known. Later it can only have replayed more. */
function checkLag(
  { lag, replica }: ReplicaPromotionFacts,
  { maxLagMilliseconds, incidentAt }: CheckedReplicaPromotionRequest,
  now: Date,
): void {
  if (maxLagMilliseconds === undefined) return;
  const until = dataTimeBy(lag);
  const least = new Date((incidentAt ?? now).getTime() - maxLagMilliseconds).toISOString();
  if (until !== undefined && until >= least) return;
  throw unmet(
    `${replica.identifier} has replayed until ${until ?? 'nobody knows when'}, and not until ${least}`,
    'Promote it with a longer maxLag, or without, to lose what is missing; or restore another way.',
    { instance: replica.identifier, lag },
  );
}

function unmet(message: string, hint: string, details: Readonly<Record<string, unknown>>): BackupError {
  return new BackupError({ code: 'precondition-failed', message, hint, details });
}
