import { formatMilliseconds } from '../../core/duration.js';
import type { FailoverEpisode } from '../../core/failover-events.js';
import type { ObjectiveVerdict } from '../../core/objectives.js';
import { startOfServer } from './database-probe.js';
import type { FailoverFollower, SubjectLook } from './failover-subject.js';
import { episodeSince, type FailoverBaseline, type FailoverProof, keyOfEvent } from './judge-failover.js';
import type { FailoverOutage } from './outage-meter.js';

/**
 * What a failover came to. `failed-over`: the standby serves, within the objective. `slower-than-objective`: it serves, but nobody could
 * write for longer. `not-failed-over`: it serves where it was. `unreachable`: nobody answers. `none-seen`: watched only, and there was
 * none.
 */
export type FailoverVerdict = 'failed-over' | 'slower-than-objective' | 'not-failed-over' | 'unreachable' | 'none-seen';

/** Where the primary and its standby are, and since when the server runs. */
export interface FailoverPlaces {
  /** A zone of a database, a node of a cache; absent where AWS does not tell. */
  readonly primary?: string | undefined;
  readonly standby?: string | undefined;
  /** ISO instant, as the database server itself tells it. */
  readonly serverStartedAt?: string | undefined;
}

/** A part of a failover. */
export interface FailoverPhase {
  /** `reacting`: from the request until nobody answered. `outage`: until somebody did. `settling`: until AWS showed where. */
  readonly phase: 'reacting' | 'outage' | 'settling';
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly milliseconds: number;
}

/** What a failover came to, and by what that is known. JSON-safe: instants are ISO texts. */
export interface FailoverReport {
  readonly subject: 'database' | 'cache';
  readonly identifier: string;
  readonly verdict: FailoverVerdict;
  /** The verdict in one line. */
  readonly reason: string;
  /** What shows that it failed over. */
  readonly proof: readonly FailoverProof[];
  /** When it was asked for; absent where AWS did it by itself. */
  readonly requestedAt?: string | undefined;
  readonly finishedAt: string;
  readonly before: FailoverPlaces;
  readonly after: FailoverPlaces;
  /** What was measured by writing all the time; absent where no question failed, or nobody asked. */
  readonly outage?: FailoverOutage | undefined;
  /** The outage against the objective; absent where it was not measured. */
  readonly objective?: ObjectiveVerdict | undefined;
  readonly phases: readonly FailoverPhase[];
  /** The same as AWS tells it, as far as it does. */
  readonly told: {
    readonly startedAt?: string | undefined;
    readonly completedAt?: string | undefined;
    readonly milliseconds?: number | undefined;
  };
  /** What the read replicas in the same region did afterwards; absent where there are none, or nobody looked. */
  readonly replicas?: readonly FailoverFollower[] | undefined;
  /** What AWS reported meanwhile, the oldest first. */
  readonly events: readonly { readonly at: string; readonly message: string }[];
}

/** All that a report is made of. */
export interface FailoverFindings {
  readonly subject: 'database' | 'cache';
  readonly identifier: string;
  readonly before: FailoverBaseline;
  readonly look: SubjectLook;
  readonly proof: readonly FailoverProof[];
  /** Whether the standby serves; `undefined`: nobody waited for one, and there was none. */
  readonly failedOver: boolean | undefined;
  /** Whether the server takes writes; `undefined`: nobody asked. */
  readonly answers: boolean | undefined;
  readonly server: string | undefined;
  /** What it was when it was looked at last. */
  readonly status: string;
  readonly outage: FailoverOutage | undefined;
  readonly requestedAt: string | undefined;
  readonly allowedMilliseconds: number;
  readonly followers?: readonly FailoverFollower[] | undefined;
  readonly now: Date;
}

/** Makes the report. Pure. */
export function reportFailover(findings: FailoverFindings): FailoverReport {
  const { subject, identifier, before, look, proof, outage, requestedAt, now, allowedMilliseconds } = findings;
  const episode = episodeSince(before, look.events);
  const objective = objectiveOf(outage, episode, allowedMilliseconds);
  const verdict = verdictOf(findings, objective);
  const fresh = look.events.filter((event) => !before.events.includes(keyOfEvent(event)));
  return {
    subject,
    identifier,
    verdict,
    reason: reasonOf(findings, verdict, objective),
    proof,
    requestedAt,
    finishedAt: now.toISOString(),
    before: { primary: before.primary, standby: before.standby, serverStartedAt: startOf(subject, before.server) },
    after: { primary: look.primary, standby: look.standby, serverStartedAt: startOf(subject, findings.server) },
    outage,
    objective,
    phases: phasesOf(findings),
    told: toldOf(episode),
    replicas: findings.followers?.length ? findings.followers : undefined,
    events: [...fresh]
      .sort((a, b) => a.at.getTime() - b.at.getTime())
      .map(({ at, message }) => ({ at: at.toISOString(), message })),
  };
}

/** What had begun before anybody asked lasted longer than was seen: then AWS's own word counts for the beginning. */
function objectiveOf(
  outage: FailoverOutage | undefined,
  episode: FailoverEpisode | undefined,
  allowedMilliseconds: number,
): ObjectiveVerdict | undefined {
  if (outage?.to === undefined) return undefined;
  const seen = Date.parse(outage.from);
  const began = outage.lastAnsweredAt === undefined ? Math.min(seen, episode?.startedAt?.getTime() ?? seen) : seen;
  const measuredMilliseconds = Math.max(0, Date.parse(outage.to) - began);
  const verdict = measuredMilliseconds <= allowedMilliseconds ? 'met' : 'missed';
  const known = outage.lastAnsweredAt !== undefined || episode?.startedAt !== undefined;
  if (!known && verdict === 'met') return undefined;
  return { objective: 'recovery-time', verdict, measuredMilliseconds, allowedMilliseconds };
}

function verdictOf(
  { answers, failedOver }: FailoverFindings,
  objective: ObjectiveVerdict | undefined,
): FailoverVerdict {
  if (answers === false) return 'unreachable';
  if (failedOver === undefined) return 'none-seen';
  if (!failedOver) return 'not-failed-over';
  return objective?.verdict === 'missed' ? 'slower-than-objective' : 'failed-over';
}

function reasonOf(
  { identifier, before, look, outage, status, allowedMilliseconds }: FailoverFindings,
  verdict: FailoverVerdict,
  objective: ObjectiveVerdict | undefined,
): string {
  const took =
    outage === undefined
      ? 'no outage was measured'
      : `nobody could write for ${formatMilliseconds(outage.milliseconds)}`;
  const from = before.primary === undefined ? '' : ` from ${before.primary}`;
  switch (verdict) {
    case 'failed-over':
    case 'slower-than-objective': {
      const moved = look.primary === undefined || look.primary === before.primary ? '' : `${from} to ${look.primary}`;
      const held =
        objective === undefined
          ? ''
          : `; ${formatMilliseconds(allowedMilliseconds)} ${objective.verdict === 'met' ? 'are' : 'were'} allowed`;
      return `${identifier} failed over${moved}: ${took}${held}`;
    }
    case 'not-failed-over':
      return `${identifier} did not fail over${look.primary === undefined ? '' : `, it is still in ${look.primary}`}: ${status}; ${took}`;
    case 'unreachable':
      return `${identifier} does not answer: ${status}; ${took}`;
    case 'none-seen':
      return `${identifier} answers and is ${status}: no failover is under way, and none was`;
  }
}

function phasesOf({ requestedAt, outage, now }: FailoverFindings): readonly FailoverPhase[] {
  if (outage === undefined) return [];
  const { from, to } = outage;
  return [
    ...(requestedAt === undefined || requestedAt > from ? [] : [phase('reacting', requestedAt, from)]),
    phase('outage', from, to ?? now.toISOString()),
    ...(to === undefined ? [] : [phase('settling', to, now.toISOString())]),
  ];
}

function phase(name: FailoverPhase['phase'], startedAt: string, finishedAt: string): FailoverPhase {
  return {
    phase: name,
    startedAt,
    finishedAt,
    milliseconds: Math.max(0, Date.parse(finishedAt) - Date.parse(startedAt)),
  };
}

function toldOf(episode: FailoverEpisode | undefined): FailoverReport['told'] {
  const { startedAt, completedAt } = episode ?? {};
  return {
    startedAt: startedAt?.toISOString(),
    completedAt: completedAt?.toISOString(),
    milliseconds: startedAt && completedAt && completedAt.getTime() - startedAt.getTime(),
  };
}

/** A cache tells its servers apart by an id. */
function startOf(subject: FailoverFindings['subject'], server: string | undefined): string | undefined {
  return subject === 'database' ? startOfServer(server) : undefined;
}
