import type { CallOptions } from '../../core/call-options.js';
import { type Duration, parseDuration } from '../../core/duration.js';
import { BackupError, invalidInput, isBackupError } from '../../core/errors.js';
import { checkInstanceIdentifier } from '../../core/names.js';
import { pollUntil } from '../../core/poll.js';
import type { PortCall } from '../../ports/port-call.js';
import type { System } from '../../system/define-system.js';
import { instanceNotFound } from '../../system/instance-not-found.js';
import type { ConnectCache } from '../execution/execution.js';
import { cacheGroupOf, chooseNodeGroup } from './cache-group.js';
import { cacheSubject } from './cache-subject.js';
import { databaseSubject } from './database-subject.js';
import { type FailoverReport, reportFailover } from './failover-report.js';
import { checkFailoverWatch, checkNodeGroup, type FailoverWatch } from './failover-request.js';
import type { FailoverSubject } from './failover-subject.js';
import type { FailoverSight } from './judge-failover.js';
import { judgeWatched } from './judge-watched.js';
import { outageOf } from './outage-meter.js';
import { type Watch, whileProbing } from './while-probing.js';

/** What to watch, and how closely. */
export interface FollowFailoverRequest extends FailoverWatch {
  /** How far back a failover counts that is over already. Default `'1h'`, at most 13 days: RDS keeps events for 14. */
  readonly since?: Duration | undefined;
  /** Default: the database. */
  readonly of?: 'database' | 'cache' | undefined;
  /** Identifier of the instance. Default: the system's own. */
  readonly instance?: string | undefined;
  /** Which part of a cache in cluster mode: `0001`. Default: the only one. */
  readonly nodeGroup?: string | undefined;
  /** How the cache is asked whether it takes writes. Without it, and in cluster mode, only what ElastiCache tells counts. */
  readonly connectCache?: ConnectCache | undefined;
}

const day = 86_400_000;

/** So long it is watched at most. */
const boundMilliseconds = 30 * 60_000;

/** Follows a failover that RDS does by itself: see the root's `followFailover`. */
export async function watchFailover(
  system: System,
  request: FollowFailoverRequest,
  options: CallOptions,
): Promise<FailoverReport> {
  const watching = checkFailoverWatch(request, system.objectives);
  const back = parseDuration(request.since ?? '1h', 'since');
  const { clock } = system;
  const { signal } = options;
  signal?.throwIfAborted();
  const since = new Date(clock.now().getTime() - Math.min(back, 13 * day));
  const subject = await subjectOf(system, request, { signal });
  const everyMilliseconds = watching.probeEveryMilliseconds;
  return whileProbing(subject, { clock, everyMilliseconds, signal }, async (watch) => {
    await watch.firstReading;
    signal?.throwIfAborted();
    const problem = watch.problem();
    if (problem !== undefined && !isBackupError(problem, `${subject.kind}-unreachable`)) throw problem;
    const sight = await watchUntilOver(system, subject, watch, since, options);
    return reportOf(sight, subject, watch, { ...watching, now: clock.now() });
  });
}

async function subjectOf(system: System, request: FollowFailoverRequest, call: PortCall): Promise<FailoverSubject> {
  const { of = 'database', instance, connectCache } = request;
  if (of === 'cache') {
    const group = await cacheGroupOf(system, call);
    const nodeGroup = chooseNodeGroup(group, checkNodeGroup(request));
    const connect = connectCache === undefined || group.clusterMode ? undefined : { group, connectCache };
    return cacheSubject(system, { replicationGroup: group.identifier, nodeGroup }, connect);
  }
  if (of !== 'database') throw invalidInput('of', `is neither: ${JSON.stringify(of)}`, "Give 'database' or 'cache'.");
  const identifier = instance === undefined ? system.database.instance : checkInstanceIdentifier(instance, 'instance');
  const found = await system.aws.rds.describeInstance(identifier, call);
  if (found === undefined) throw instanceNotFound(identifier, system.aws.region);
  const { endpoint, resourceId, status } = found;
  if (endpoint === undefined) throw withoutEndpoint(identifier, status);
  return databaseSubject(system, { identifier, resourceId, endpoint });
}

async function watchUntilOver(
  system: System,
  subject: FailoverSubject,
  watch: Watch,
  since: Date,
  { signal, deadline, onProgress }: CallOptions,
): Promise<FailoverSight> {
  const { clock, random } = system;
  const began = clock.now();
  const bound = new Date(began.getTime() + boundMilliseconds);
  const { server } = watch.meter();
  let first: FailoverSight['before'] | undefined;
  let last: FailoverSight | undefined;
  try {
    return await pollUntil<FailoverSight>({
      what: `${subject.identifier} to answer after a failover`,
      observe: async () => {
        const look = await subject.look(since, { signal });
        first ??= { primary: look.primary, standby: look.standby, server, events: [] };
        last = { before: first, look, meter: watch.meter(), probed: watch.probed, now: clock.now() };
        return last;
      },
      judge: (sight) => {
        const { stage, status } = judgeWatched(sight);
        return stage === 'under-way' && !sight.look.broken ? { state: 'pending', status } : { state: 'ready' };
      },
      deadline: deadline !== undefined && deadline < bound ? deadline : bound,
      ...system.polling,
      clock,
      random,
      signal,
      onPending: (sight, elapsedMilliseconds) =>
        onProgress?.({
          operation: 'follow-failover',
          phase: 'under-way',
          subject: subject.identifier,
          status: judgeWatched(sight).status,
          at: sight.now,
          elapsedMilliseconds,
        }),
    });
  } catch (error) {
    // What was seen by then is the answer.
    if (!isBackupError(error, 'deadline-exceeded') || last === undefined) throw error;
    return last;
  }
}

function reportOf(
  sight: FailoverSight,
  subject: FailoverSubject,
  watch: Watch,
  {
    probeEveryMilliseconds,
    outageWithinMilliseconds,
    now,
  }: ReturnType<typeof checkFailoverWatch> & { readonly now: Date },
): FailoverReport {
  const { before, look } = sight;
  const judged = judgeWatched(sight);
  const meter = watch.meter();
  return reportFailover({
    subject: subject.kind,
    identifier: subject.identifier,
    before,
    look,
    proof: judged.proof,
    failedOver: judged.stage === 'none' ? undefined : judged.stage === 'over' && judged.failedOver,
    answers: watch.probed ? meter.answeringSince !== undefined : undefined,
    server: meter.server,
    status: judged.status,
    outage: outageOf(meter, { now, probeEveryMilliseconds, interrupted: false }),
    requestedAt: undefined,
    allowedMilliseconds: outageWithinMilliseconds,
    now,
  });
}

function withoutEndpoint(identifier: string, status: string): BackupError {
  return new BackupError({
    code: 'invalid-state',
    message: `instance ${identifier} has no endpoint yet: it is ${status}`,
    hint: 'Wait until the instance is available, then call again.',
    retryable: true,
    details: { instance: identifier, status },
  });
}
