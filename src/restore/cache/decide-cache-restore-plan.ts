import { cacheFit } from '../../checks/cache/cache-fit.js';
import { formatMilliseconds } from '../../core/duration.js';
import { BackupError, invalidInput } from '../../core/errors.js';
import { cacheSnapshotStatus } from '../../core/snapshot-status.js';
import { managedBy, tagKeys } from '../../core/tags.js';
import type { CacheSnapshotDescription } from '../../ports/elasticache.js';
import type { PlanningContext } from '../plan/planning-context.js';
import type { CacheRestorePlan, PlanEstimate, PlanWarning } from '../plan/restore-plan.js';
import type { RestoreStep } from '../plan/restore-step.js';
import { sealPlan } from '../plan/seal-plan.js';
import { type CacheProfile, cacheProfileLeftIn, cacheProfileOf } from './cache-profile.js';
import type { CacheRestoreFacts } from './cache-restore-facts.js';
import type { CheckedCacheRestoreRequest } from './cache-restore-request.js';

/** How long ElastiCache takes to make a group: nobody says. */
const assumedMilliseconds = 15 * 60_000;

/**
 * Decides how to restore a snapshot of the cache, from what was seen and asked and nothing else.
 *
 * Errors: `identifier-taken`, `invalid-state` for a snapshot that is not available, `invalid-input`.
 */
export function decideCacheRestorePlan(
  facts: CacheRestoreFacts,
  request: CheckedCacheRestoreRequest,
  context: PlanningContext,
  now: Date,
): CacheRestorePlan {
  const { snapshot, source } = facts;
  if (facts.targetTaken) throw identifierTaken(request.target);
  const createdAt = availableSince(snapshot);
  const profile = completeProfile(facts, request);
  const { expectation, temporary } = request;
  return sealPlan<CacheRestorePlan>({
    version: 1,
    kind: 'cache',
    createdAt: now.toISOString(),
    system: { region: context.region, instance: context.instance, database: context.database },
    cache: facts.cache,
    candidate: request.target,
    temporary,
    facts: {
      snapshot: {
        identifier: snapshot.identifier,
        arn: snapshot.arn,
        type: snapshot.type,
        createdAt: createdAt.toISOString(),
        engine: snapshot.engine,
        engineVersion: snapshot.engineVersion,
        nodeType: snapshot.nodeType,
        nodeGroups: snapshot.nodeGroups,
        sizeBytes: snapshot.sizeBytes,
      },
      living: source !== undefined,
      profile,
    },
    steps: stepsOf(facts, request, profile, createdAt),
    warnings: warningsOf(profile, expectation === undefined, fitOf(snapshot, profile)),
    estimate: estimateOf(createdAt, now),
  });
}

function availableSince({ identifier, status, createdAt }: CacheSnapshotDescription): Date {
  // Being read by another restore takes nothing from it (facts F3).
  if (cacheSnapshotStatus(status) === 'available' && createdAt !== undefined) return createdAt;
  throw new BackupError({
    code: 'invalid-state',
    message: `snapshot ${identifier} is ${status}: only one that is available can be restored`,
    hint: 'Wait until it is available, or name another.',
    retryable: cacheSnapshotStatus(status) === 'in-progress',
    details: { snapshot: identifier, status },
  });
}

/** As the source where there is one; without it the request has to say what keeps strangers out (facts F12). */
function completeProfile({ source, snapshot }: CacheRestoreFacts, request: CheckedCacheRestoreRequest): CacheProfile {
  const { configuration } = request;
  const profile =
    source === undefined
      ? { ...cacheProfileLeftIn(snapshot), ...withoutSource(configuration) }
      : { ...cacheProfileOf(source.group, source.node, snapshot, source.tags), ...configuration };
  const { auth, transitEncryption, clusterMode } = profile;
  if (auth !== 'none' && !transitEncryption) {
    throw invalidInput(
      'configuration.transitEncryption',
      'is off, and a password without TLS is not taken',
      "Turn it on, or set configuration.auth to 'none'.",
    );
  }
  const fit = fitOf(snapshot, profile);
  if (fit.verdict === 'failed') {
    throw invalidInput(
      'configuration.nodeType',
      `is too small: ${fit.summary}`,
      `Use one of at least the memory of ${snapshot.nodeType}: the restore would fail after all the waiting.`,
    );
  }
  // In cluster mode it cannot be off, however few nodes there are.
  return { ...profile, automaticFailover: clusterMode || profile.automaticFailover };
}

function withoutSource(
  configuration: Partial<CacheProfile>,
): Partial<CacheProfile> & Pick<CacheProfile, 'securityGroups' | 'transitEncryption' | 'auth'> {
  const { securityGroups, transitEncryption, auth } = configuration;
  if (securityGroups !== undefined && transitEncryption !== undefined && auth !== undefined) {
    return { ...configuration, securityGroups, transitEncryption, auth };
  }
  const missing = Object.entries({ securityGroups, transitEncryption, auth }).find(([, value]) => value === undefined);
  throw invalidInput(
    `configuration.${missing?.[0]}`,
    'is missing, and there is no replication group left to take it from',
    'A snapshot does not hold what keeps strangers out: give securityGroups, transitEncryption and auth.',
  );
}

function fitOf(
  snapshot: CacheSnapshotDescription,
  { nodeType, nodeGroups }: CacheProfile,
): ReturnType<typeof cacheFit> {
  return cacheFit({ sizeBytes: snapshot.sizeBytes, sourceNodeType: snapshot.nodeType, nodeType, nodeGroups });
}

function stepsOf(
  { snapshot }: CacheRestoreFacts,
  { target, tags, expectation }: CheckedCacheRestoreRequest,
  profile: CacheProfile,
  createdAt: Date,
): readonly RestoreStep[] {
  const { auth, ...settings } = profile;
  return [
    {
      id: 'restore-cache',
      kind: 'restore-cache',
      title: `Restore ${snapshot.identifier} as ${target}`,
      preconditions: [
        { kind: 'cache-identifier-free', identifier: target },
        { kind: 'cache-snapshot-is', snapshot: snapshot.identifier, createdAt: createdAt.toISOString() },
      ],
      auth,
      settings: {
        ...settings,
        target,
        snapshot: snapshot.identifier,
        tags: { ...settings.tags, ...tags, [tagKeys.managedBy]: managedBy },
      },
    },
    {
      id: 'wait-for-cache',
      kind: 'wait-for-cache',
      title: `Wait until ${target} is available`,
      preconditions: [],
      identifier: target,
    },
    ...(expectation === undefined
      ? []
      : [
          {
            id: 'check-cache',
            kind: 'check-cache',
            title: `Look into ${target}; stop here unless every check passes`,
            preconditions: [],
            expectation,
          } as const,
        ]),
  ];
}

function warningsOf(
  profile: CacheProfile,
  unchecked: boolean,
  fit: ReturnType<typeof cacheFit>,
): readonly PlanWarning[] {
  const warnings: PlanWarning[] = [];
  if (!profile.transitEncryption) {
    warnings.push({ code: 'cache-without-tls', message: 'what clients send and get is readable on the way' });
  }
  if (profile.auth === 'none') {
    warnings.push({ code: 'cache-without-password', message: 'whoever reaches the cache may read the sessions in it' });
  }
  if (fit.verdict === 'inconclusive') warnings.push({ code: 'cache-may-not-fit', message: fit.summary });
  if (unchecked) {
    const message = 'nobody looks into the restored cache: give an expectation, and connectCache to execute';
    warnings.push({ code: 'cache-not-checked', message });
  }
  return warnings;
}

function estimateOf(createdAt: Date, now: Date): PlanEstimate {
  const lost = Math.max(0, now.getTime() - createdAt.getTime());
  return {
    recoveryTimeMilliseconds: assumedMilliseconds,
    recoveryPointMilliseconds: lost,
    basis: [
      `making the replication group: ${formatMilliseconds(assumedMilliseconds)}, an assumption until a drill has measured it`,
      `data of ${formatMilliseconds(lost)}: from the snapshot, ${createdAt.toISOString()}, to the making of this plan`,
    ],
  };
}

function identifierTaken(identifier: string): BackupError {
  return new BackupError({
    code: 'identifier-taken',
    message: `there already is a replication group called ${identifier}`,
    hint: 'Choose another target: nothing is ever restored over a cache.',
    field: 'target',
    details: { identifier },
  });
}
