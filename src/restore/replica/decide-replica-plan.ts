import { formatMilliseconds } from '../../core/duration.js';
import { BackupError, invalidInput } from '../../core/errors.js';
import { classifyStatus } from '../../core/instance-status.js';
import { instancePlace } from '../../system/instance-place.js';
import type { ConfigurationProfile } from '../instance/configuration-profile.js';
import { engineWarnings } from '../instance/engine-support.js';
import type { PlanningContext } from '../plan/planning-context.js';
import type { PlanEstimate, PlanWarning } from '../plan/restore-plan.js';
import type { RestoreStep } from '../plan/restore-step.js';
import { sealPlan } from '../plan/seal-plan.js';
import { noRoom, type ReplicaFacts } from './replica-facts.js';
import type { ReplicaPlan } from './replica-plan.js';
import { replicaProfile, replicaSettingsOf } from './replica-profile.js';
import type { CheckedReplicaRequest } from './replica-request.js';

const minute = 60_000;

/** Replicas that one source may have, and how many across regions AWS stands up for (facts E4). */
const mostReplicas = 15;
const mostAcrossRegions = 5;

/**
 * Decides how to make a read replica, from what was seen and asked and nothing else.
 *
 * Errors: `invalid-input`, `identifier-taken`, `precondition-failed`, `invalid-state`, `quota-exceeded`.
 */
export function decideReplicaPlan(
  facts: ReplicaFacts,
  request: CheckedReplicaRequest,
  context: PlanningContext,
  now: Date,
): ReplicaPlan {
  const { source } = facts;
  const { region, target } = request;
  const isCrossRegion = region !== context.region;
  checkSource(source, isCrossRegion);
  checkKey(source, request, isCrossRegion);
  checkRoom(facts, request);
  const profile = replicaProfile(source, request, isCrossRegion);
  return sealPlan<ReplicaPlan>({
    version: 1,
    kind: 'replica',
    createdAt: now.toISOString(),
    system: {
      region: context.region,
      instance: context.instance,
      resourceId: source.resourceId,
      database: context.database,
    },
    region,
    candidate: target,
    facts: {
      source: {
        region: context.region,
        identifier: source.identifier,
        arn: source.arn,
        resourceId: source.resourceId,
        engineVersion: source.engineVersion,
        allocatedStorageGiB: source.allocatedStorageGiB,
        encrypted: source.encrypted,
      },
      profile,
      replicas: [...source.replicas].sort(),
    },
    steps: stepsOf(facts, request, context, profile),
    warnings: warningsOf(facts, request, context),
    estimate: estimateOf(facts),
  });
}

/** What can have replicas (facts E1, E4). */
function checkSource(source: ReplicaFacts['source'], isCrossRegion: boolean): void {
  const { identifier, status, replicas, replicaSource } = source;
  if (source.backupRetentionDays === 0) {
    throw new BackupError({
      code: 'precondition-failed',
      message: `${identifier} keeps no automated backups: it can have no replicas`,
      hint: 'Turn automated backups on, and wait for the first one: a replica is made from it.',
      details: { instance: identifier },
    });
  }
  if (isCrossRegion && replicaSource !== undefined) {
    throw new BackupError({
      code: 'precondition-failed',
      message: `${identifier} follows ${replicaSource} itself: of PostgreSQL such a one has no replicas in other regions`,
      hint: 'Make the replica of what it follows.',
      details: { instance: identifier, replicaSource },
    });
  }
  if (replicas.length >= mostReplicas) {
    throw new BackupError({
      code: 'precondition-failed',
      message: `${identifier} has ${replicas.length} read replicas, and no instance can have more than ${mostReplicas}`,
      hint: 'Delete one that nobody reads.',
      details: { instance: identifier, replicas },
    });
  }
  if (classifyStatus(status) === 'failed') {
    throw new BackupError({
      code: 'invalid-state',
      message: `${identifier} is ${status}: it cannot be copied now`,
      hint: 'Bring it to a state in which it serves, then plan again.',
      details: { instance: identifier, status },
    });
  }
}

/** A key where one has to be, and nowhere else (facts E2). */
function checkKey(
  source: ReplicaFacts['source'],
  { kmsKey, region }: CheckedReplicaRequest,
  isCrossRegion: boolean,
): void {
  const isNeeded = source.encrypted && isCrossRegion;
  if (isNeeded === (kmsKey !== undefined)) return;
  if (isNeeded) {
    throw invalidInput('kmsKey', 'is missing, and the source is encrypted', `Give a KMS key of ${region}.`);
  }
  throw source.encrypted
    ? invalidInput(
        'kmsKey',
        'is given, and the replica is in the region of its source',
        'Leave it out: the key is the same.',
      )
    : invalidInput(
        'kmsKey',
        'is given, and the source is not encrypted',
        'Leave it out: its replicas cannot be either.',
      );
}

function checkRoom({ taken, quotas, source }: ReplicaFacts, { target, region }: CheckedReplicaRequest): void {
  if (taken) {
    throw new BackupError({
      code: 'identifier-taken',
      message: `there already is an instance called ${target} in ${region}`,
      hint: 'Choose another target; if it is the replica that you want, there is nothing to make.',
      field: 'target',
      details: { identifier: target, region },
    });
  }
  for (const [name, needed] of [
    ['DBInstances', 1],
    ['AllocatedStorage', source.allocatedStorageGiB],
  ] as const) {
    const quota = quotas?.get(name);
    if (quota !== undefined && quota.used + needed > quota.max) throw noRoom(name, quota, needed, region);
  }
}

function stepsOf(
  { source }: ReplicaFacts,
  request: CheckedReplicaRequest,
  { region: own, database }: PlanningContext,
  profile: ConfigurationProfile,
): readonly RestoreStep[] {
  const { target, region } = request;
  const isCrossRegion = region !== own;
  const { resourceId, identifier } = source;
  return [
    {
      id: 'create-replica',
      kind: 'create-replica',
      title: `Make ${target} in ${region}, a read replica of ${identifier}`,
      preconditions: [
        { kind: 'identifier-free', identifier: target },
        { kind: 'source-is', region: own, resourceId, identifier },
        { kind: 'source-keeps-backups', region: own, resourceId },
      ],
      source: isCrossRegion ? source.arn : identifier,
      settings: replicaSettingsOf(profile, request, isCrossRegion),
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
      title: `Give ${target} the configuration that a replica cannot be made with`,
      preconditions: [],
      profile,
    },
    {
      id: 'wait-for-replication',
      kind: 'wait-for-replication',
      title: `Wait until ${target} follows ${identifier} closely: its server has what the other one had moments before`,
      preconditions: [],
      identifier: target,
      source: { region: own, identifier, resourceId },
      database,
      orByMetric: true,
    },
  ];
}

function warningsOf(
  { source, engine }: ReplicaFacts,
  { region }: CheckedReplicaRequest,
  { region: own }: PlanningContext,
): readonly PlanWarning[] {
  const warnings: PlanWarning[] = [
    {
      code: 'source-is-modified',
      message: `${source.identifier} is modifying while it is copied: it serves, and takes no other modification and no snapshot meanwhile`,
    },
    ...engineWarnings(engine, `${region} must have the version of the source`),
  ];
  const elsewhere = source.replicas.filter((replica) => instancePlace(replica, own).region !== own).length;
  if (region !== own && elsewhere >= mostAcrossRegions) {
    const message = `${source.identifier} has ${elsewhere} replicas in other regions: with more than ${mostAcrossRegions} AWS answers for no lag`;
    warnings.push({ code: 'many-replicas', message });
  }
  return warnings;
}

/** Nothing is lost: what takes time is the copy. */
function estimateOf({ source }: ReplicaFacts): PlanEstimate {
  const copying = Math.round((25 + source.allocatedStorageGiB / 25) * minute);
  const settling = 5 * minute;
  return {
    recoveryTimeMilliseconds: copying + settling,
    recoveryPointMilliseconds: 0,
    basis: [
      `copy of ${source.allocatedStorageGiB} GiB: ${formatMilliseconds(copying)}, an assumption (25 min and 1 min for every 25 GiB); AWS says that it can take hours`,
      `configuration and catching up: ${formatMilliseconds(settling)}, an assumption`,
    ],
  };
}
