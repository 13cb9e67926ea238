import { BackupError, isBackupError } from '../../core/errors.js';
import { type FailoverEpisode, failoversIn, lastOfEpisode } from '../../core/failover-events.js';
import type { Execution, StepResult } from '../execution/execution.js';
import { requirePreconditions } from '../execution/preconditions.js';
import { type Decision, reconcile } from '../execution/reconcile.js';
import type { FailOverCacheStep, FailOverStep } from '../plan/restore-step.js';
import { keepFailoverEvidence } from './failover-evidence.js';
import { type FailoverNotes, meterOfNotes, notesOfMeter, readFailoverNotes } from './failover-notes.js';
import { type FailoverReport, reportFailover } from './failover-report.js';
import type { FailoverSubject, SubjectLook } from './failover-subject.js';
import { type FailoverBaseline, type FailoverSight, judgeFailover, keyOfEvent } from './judge-failover.js';
import { outageOf } from './outage-meter.js';
import { type Watch, whileProbing } from './while-probing.js';

/** AWS's clock and ours differ; events a little older than our request still are of it. */
const eventsSlack = 300_000;

/** Nothing of a request that was accepted may be seen for a while (facts 0.7): so long it is not made again. */
const settling = 120_000;

/** The same where nobody asks the server, and only AWS tells. */
const settlingUnasked = 600_000;

/** A request that is refused for so long is not of the kind that passes. */
const refusedFor = 300_000;

/** Until the standby serves and its place is shown: the latter may take minutes (facts D7). */
const boundMilliseconds = 30 * 60_000;

/**
 * Has something fail over, once however often answers get lost and processes are killed, and follows it until it is over. A run that
 * takes it up knows by the journal what was so before, and by the server and the primary's place whether it has begun: only where
 * nothing shows that, it asks again.
 *
 * Errors: `precondition-failed`, `resource-failed`, `deadline-exceeded` at the caller's own deadline, those of a connection that
 * cannot be made for other reasons than an outage, and AWS's own.
 */
export function requestFailover(
  execution: Execution,
  step: FailOverStep | FailOverCacheStep,
  subject: FailoverSubject,
  expected: { readonly reachable: boolean },
): Promise<StepResult> {
  const { system, call } = execution;
  const noted = readFailoverNotes(execution.progress().notes.get(step.id));
  const everyMilliseconds = step.probeEveryMilliseconds;
  const options = { clock: system.clock, everyMilliseconds, signal: call.signal, seed: meterOfNotes(noted) };
  return whileProbing(subject, options, async (watch) => {
    await watch.firstReading;
    call.signal?.throwIfAborted();
    const before = noted.before ?? (await baselineOf(execution, subject, watch, expected.reachable));
    return followRequested({ execution, step, subject, watch, before, noted });
  });
}

async function baselineOf(
  { plan, call }: Execution,
  subject: FailoverSubject,
  watch: Watch,
  reachable: boolean,
): Promise<FailoverBaseline> {
  const { server } = watch.meter();
  const problem = watch.problem();
  // A password that is refused says nothing of the server.
  if (problem !== undefined && !isBackupError(problem, `${subject.kind}-unreachable`)) throw problem;
  if (watch.probed && reachable && server === undefined) {
    throw new BackupError({
      code: 'precondition-failed',
      message: `${subject.identifier} answered when the plan was made, and does not now: ${watch.meter().problem}`,
      hint: 'It may be failing over by itself: followFailover tells. Nothing was done; make a new plan if it has to be made to.',
      details: { identifier: subject.identifier },
    });
  }
  const plannedAt = new Date(plan.createdAt);
  const { primary, standby, events } = await subject.look(new Date(plannedAt.getTime() - eventsSlack), call);
  const episode = failoversIn(events).at(-1);
  // Where the journal of an earlier run is lost, the new place of the primary may not be shown yet.
  if (episode !== undefined && lastOfEpisode(episode) > plannedAt) throw failedOverSince(subject, episode);
  return { primary, standby, server, events: events.map(keyOfEvent) };
}

function failedOverSince({ identifier }: FailoverSubject, episode: FailoverEpisode): BackupError {
  return new BackupError({
    code: 'precondition-failed',
    message: `${identifier} has failed over since the plan was made, at ${lastOfEpisode(episode).toISOString()}`,
    hint: 'Nothing was done. Where an earlier run of this plan did it, its journal tells; make a new plan if it is meant to go back.',
    details: { identifier, ...episode },
  });
}

interface Following {
  readonly execution: Execution;
  readonly step: FailOverStep | FailOverCacheStep;
  readonly subject: FailoverSubject;
  readonly watch: Watch;
  readonly before: FailoverBaseline;
  /** By earlier runs. */
  readonly noted: FailoverNotes;
}

async function followRequested(following: Following): Promise<StepResult> {
  const { execution, step, subject, watch, before } = following;
  const { clock } = execution.system;
  const state = {
    noted: following.noted,
    firstAskedAt: undefined as number | undefined,
    refusal: undefined as BackupError | undefined,
  };
  let last: FailoverSight | undefined;
  const now = (): number => clock.now().getTime();
  const note = async (facts: Partial<FailoverNotes>): Promise<void> => {
    await execution.note(step, { ...facts });
    state.noted = { ...state.noted, ...facts };
  };
  try {
    await reconcile<FailoverSight>(execution, step, {
      what: `${subject.identifier} to fail over`,
      subject: subject.identifier,
      observe: async () => {
        const since = new Date(Date.parse(state.noted.requestedAt ?? clock.now().toISOString()) - eventsSlack);
        const look = await subject.look(since, execution.call);
        const meter = watch.meter();
        const news = notesOfMeter(meter, state.noted);
        if (news !== undefined && state.noted.requestedAt !== undefined) await note(news);
        last = { before, look, meter, probed: watch.probed, now: clock.now() };
        return last;
      },
      decide: (sight): Decision => {
        if (sight.look.broken) return { state: 'failed', error: broken(subject, sight.look) };
        const judged = judgeFailover(sight);
        if (judged.stage === 'over') return { state: 'ready' };
        if (judged.stage === 'under-way') return { state: 'pending', status: judged.status };
        const { requestedAt } = state.noted;
        if (requestedAt === undefined) return { state: 'act' };
        if (state.refusal !== undefined && now() - (state.firstAskedAt ?? now()) > refusedFor) {
          return { state: 'failed', error: state.refusal };
        }
        return now() - Date.parse(requestedAt) < (watch.probed ? settling : settlingUnasked)
          ? {
              state: 'pending',
              status: state.refusal?.message ?? `${judged.status}; asked for, nothing to be seen yet`,
            }
          : { state: 'act' };
      },
      act: async () => {
        await requirePreconditions(execution, step);
        // Written down first: whoever takes it up has to know that it may have been asked for.
        await note({ requestedAt: clock.now().toISOString(), before });
        state.firstAskedAt ??= now();
        state.refusal = undefined;
        await subject.request(execution.call).catch((error: unknown) => {
          if (isBackupError(error)) state.refusal = error;
          throw error;
        });
      },
      // By our own request whose answer was lost, most likely: the next look tells.
      tolerated: ['invalid-state'],
      boundMilliseconds,
      status: ({ look }) => look.status,
    });
  } catch (error) {
    const own = execution.until !== undefined && clock.now() >= execution.until;
    if (!isBackupError(error, 'deadline-exceeded') || own || last === undefined) throw error;
  }
  if (last === undefined) throw new Error('a wait ends with a look');
  return conclude(following, state.noted, last);
}

async function conclude(
  { execution, step, subject, watch, before, noted: earlier }: Following,
  noted: FailoverNotes,
  sight: FailoverSight,
): Promise<StepResult> {
  const { system, call } = execution;
  const now = system.clock.now();
  const meter = watch.meter();
  const judged = judgeFailover(sight);
  const interrupted = earlier.firstFailedAt !== undefined && (earlier.answeredAgainAt ?? '') === '';
  const { probeEveryMilliseconds } = step;
  const report: FailoverReport = reportFailover({
    subject: subject.kind,
    identifier: subject.identifier,
    before,
    look: sight.look,
    proof: judged.proof,
    failedOver: judged.stage === 'over' && judged.failedOver,
    answers: watch.probed ? meter.answeringSince !== undefined : undefined,
    server: meter.server,
    status: judged.status,
    outage: outageOf(meter, { now, probeEveryMilliseconds, interrupted }),
    requestedAt: noted.requestedAt,
    allowedMilliseconds: step.outageWithinMilliseconds,
    followers: await subject.followers?.(call),
    now,
  });
  const facts = { report, evidence: await keepFailoverEvidence(system, report, call) };
  return report.verdict === 'failed-over' || report.verdict === 'slower-than-objective'
    ? { status: 'finished', facts }
    : { status: 'stopped', reason: report.reason, facts };
}

function broken({ identifier }: FailoverSubject, { status, events }: SubjectLook): BackupError {
  const newest = [...events].sort((a, b) => a.at.getTime() - b.at.getTime()).at(-1);
  return new BackupError({
    code: 'resource-failed',
    message: `${identifier} is ${status}${newest === undefined ? '' : `; AWS says: ${newest.message}`}`,
    hint: 'It will not come back by waiting: read its events; recover to an instant or from a snapshot.',
    details: { identifier, status, events: events.map(keyOfEvent) },
  });
}
