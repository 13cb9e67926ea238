import { formatMilliseconds } from '../../core/duration.js';
import { BackupError } from '../../core/errors.js';
import { classifyStatus } from '../../core/instance-status.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';
import type { PlanningContext } from '../plan/planning-context.js';
import type { PlanEstimate, PlanWarning } from '../plan/restore-plan.js';
import type { Precondition, RestoreStep } from '../plan/restore-step.js';
import { sealPlan } from '../plan/seal-plan.js';
import type { FailoverFacts } from './failover-facts.js';
import type { FailoverPlan } from './failover-plan.js';
import type { CheckedFailoverWatch } from './failover-request.js';

/** What AWS names for a Multi-AZ instance: a minute or two, longer with large transactions (facts D6). */
const usualOutage = 120_000;

/** Sooner after one failover RDS may give the next up, and only restarts the server (facts D4, D7). */
const tooSoon = 10 * 60_000;

/**
 * Decides how the database fails over, from what was seen and asked and nothing else.
 *
 * Errors: `precondition-failed` where there is no standby, or something would take effect with it that nobody has acknowledged;
 * `invalid-state` while RDS is at work on the instance.
 */
export function decideFailoverPlan(
  facts: FailoverFacts,
  request: CheckedFailoverWatch & { readonly acknowledgePendingChanges: boolean },
  context: PlanningContext,
  now: Date,
): FailoverPlan {
  const { instance } = facts;
  const { primary, standby, endpoint } = placesOf(instance);
  const awaitingRestart = parametersAwaitingRestart(instance);
  const pendingChanges = Object.keys(instance.pendingChanges).sort();
  checkNothingTakesEffect(instance, [...awaitingRestart, ...pendingChanges], request.acknowledgePendingChanges);
  return sealPlan<FailoverPlan>({
    version: 1,
    kind: 'failover',
    createdAt: now.toISOString(),
    system: {
      region: context.region,
      instance: instance.identifier,
      resourceId: instance.resourceId,
      database: context.database,
    },
    facts: {
      primary,
      standby,
      awaitingRestart,
      pendingChanges,
      replicas: [...instance.replicas].sort(),
      lastFailoverAt: facts.lastFailoverAt?.toISOString(),
      reachable: facts.unreachable === undefined,
    },
    steps: [stepOf(facts, request, { primary, endpoint })],
    warnings: warningsOf(facts, [...awaitingRestart, ...pendingChanges], now),
    estimate: estimateOf(),
  });
}

/** Names of parameter groups whose static parameters wait for a restart. */
export function parametersAwaitingRestart({ parameterGroups }: DatabaseInstance): readonly string[] {
  return parameterGroups
    .filter(({ applyStatus }) => applyStatus === 'pending-reboot')
    .map(({ name }) => name)
    .sort();
}

function placesOf(instance: DatabaseInstance): {
  readonly primary: string;
  readonly standby: string;
  readonly endpoint: { readonly address: string; readonly port: number };
} {
  const { identifier, status, multiAz, availabilityZone, standbyZone, endpoint } = instance;
  if (!multiAz || availabilityZone === undefined || standbyZone === undefined) {
    throw new BackupError({
      code: 'precondition-failed',
      message: multiAz ? `RDS shows no standby of ${identifier}` : `${identifier} is not Multi-AZ: it has no standby`,
      hint: multiAz
        ? 'Wait until the standby is there, then plan again.'
        : 'Turn Multi-AZ on: ModifyDBInstance with MultiAZ: true, which takes no outage; recover from a snapshot or to an instant where it is down now.',
      details: { instance: identifier, multiAz, standbyZone },
    });
  }
  if (classifyStatus(status) !== 'ready' || endpoint === undefined) {
    throw new BackupError({
      code: 'invalid-state',
      message: `${identifier} is ${status}: RDS takes a failover only while it is available`,
      hint: "Wait until it is available; followFailover and diagnose with the symptom 'unreachable' tell what is going on.",
      retryable: classifyStatus(status) !== 'failed',
      details: { instance: identifier, status },
    });
  }
  return { primary: availabilityZone, standby: standbyZone, endpoint };
}

function checkNothingTakesEffect(
  { identifier }: DatabaseInstance,
  waiting: readonly string[],
  acknowledged: boolean,
): void {
  if (waiting.length === 0 || acknowledged) return;
  throw new BackupError({
    code: 'precondition-failed',
    message: `a failover restarts the server, and with it may take effect what waits on ${identifier}: ${waiting.join(', ')}`,
    hint: 'Apply it by itself first, or set acknowledgePendingChanges.',
    field: 'acknowledgePendingChanges',
    details: { instance: identifier, waiting },
  });
}

function stepOf(
  { instance, unreachable }: FailoverFacts,
  request: CheckedFailoverWatch & { readonly acknowledgePendingChanges: boolean },
  { primary, endpoint }: Pick<ReturnType<typeof placesOf>, 'primary' | 'endpoint'>,
): RestoreStep {
  const { identifier, resourceId } = instance;
  const untouched: readonly Precondition[] = [
    { kind: 'nothing-pending', resourceId },
    { kind: 'nothing-awaits-restart', resourceId },
  ];
  return {
    id: 'fail-over',
    kind: 'fail-over',
    title: `Have ${identifier} fail over, and write to it all the time until the standby serves`,
    preconditions: [
      { kind: 'instance-is', resourceId, identifier },
      { kind: 'can-fail-over', resourceId, primary },
      ...(request.acknowledgePendingChanges ? [] : untouched),
    ],
    resourceId,
    endpoint,
    reachable: unreachable === undefined,
    probeEveryMilliseconds: request.probeEveryMilliseconds,
    outageWithinMilliseconds: request.outageWithinMilliseconds,
  };
}

function warningsOf(facts: FailoverFacts, waiting: readonly string[], now: Date): readonly PlanWarning[] {
  const { instance, lastFailoverAt, unreachable } = facts;
  const { identifier, replicas } = instance;
  const warnings: PlanWarning[] = [
    {
      code: 'connections-break',
      message:
        'every connection breaks and what is in a transaction is rolled back; whoever loses the answer to a COMMIT has to look whether it happened',
    },
  ];
  if (waiting.length > 0) {
    const message = `the restart may apply what waits on ${identifier}: ${waiting.join(', ')}`;
    warnings.push({ code: 'pending-changes-will-apply', message });
  }
  if (replicas.length > 0) {
    const message = `read replicas stop receiving while it lasts, and go on by themselves: ${[...replicas].sort().join(', ')}`;
    warnings.push({ code: 'replicas-wait', message });
  }
  const age = lastFailoverAt === undefined ? undefined : now.getTime() - lastFailoverAt.getTime();
  if (age !== undefined && age < tooSoon) {
    const message = `it failed over ${formatMilliseconds(Math.max(0, age))} ago: so soon RDS may give it up and only restart the server`;
    warnings.push({ code: 'failover-was-recent', message });
  }
  if (unreachable !== undefined) {
    const message = `nobody can connect now (${unreachable}): whether the server changes cannot be seen, and the outage has begun before`;
    warnings.push({ code: 'database-not-reachable', message });
  }
  return warnings;
}

function estimateOf(): PlanEstimate {
  return {
    recoveryTimeMilliseconds: usualOutage,
    recoveryPointMilliseconds: 0,
    basis: [
      'outage: 60 to 120 s by what AWS says, longer with large transactions',
      'nothing that was committed is lost: the standby has it all',
    ],
  };
}
