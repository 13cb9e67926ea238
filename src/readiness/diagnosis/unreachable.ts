import { formatMilliseconds } from '../../core/duration.js';
import type { BackupErrorCode } from '../../core/error-codes.js';
import { type EventKind, kindOfEvent } from '../../core/event-kind.js';
import { type FailoverEpisode, failoversIn, lastOfEpisode } from '../../core/failover-events.js';
import { classifyStatus } from '../../core/instance-status.js';
import type { DatabaseEvent } from '../../ports/database-event.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';
import { explainStatus } from '../status-meaning.js';
import { byLikelihood, type LikelyCause, type RuledOut } from './diagnosis.js';
import type { DiagnosisFacts } from './diagnosis-facts.js';
import { eventLine } from './missed-window.js';

/** What has happened longer ago explains nothing of now. */
const recent = 60 * 60_000;

type Facts = DiagnosisFacts & { readonly instance: DatabaseInstance };

/** Why nobody reaches the database, or why connections have broken, the most likely first. Pure. */
export function causesOfUnreachable(facts: Facts, now: Date): readonly LikelyCause[] {
  const { instance } = facts;
  const events = facts.events.known ? facts.events.value : [];
  const fresh = events.filter(({ at }) => now.getTime() - at.getTime() <= recent);
  const found = [
    ...inBadState(instance),
    ...failingOver(facts, failoversIn(fresh).at(-1), now),
    ...restarting(instance, fresh),
    ...answer(facts),
    ...withoutStandby(facts),
  ];
  return byLikelihood(found);
}

/** What says nothing about whether it serves (facts D3, D5, 0.7). */
export function ruledOutForUnreachable(): readonly RuledOut[] {
  return [
    {
      belief: 'an event "Multi-AZ failover completed" will tell when it is over',
      because: 'RDS has no such text; those that it has may be late or missing: ask the database itself',
    },
    {
      belief: 'the status available means that it serves',
      because: 'it lags by minutes, and says nothing of the network between',
    },
  ];
}

function inBadState({ status }: DatabaseInstance): readonly LikelyCause[] {
  const found = explainStatus(status);
  if (found.grade !== 'critical') return [];
  return [
    {
      code: status === 'storage-full' ? 'storage-full' : 'instance-not-available',
      likelihood: 'certain',
      title: `the instance is ${status}`,
      evidence: { status, meaning: found.meaning },
      fix: found.next,
    },
  ];
}

function failingOver(facts: Facts, episode: FailoverEpisode | undefined, now: Date): readonly LikelyCause[] {
  if (episode === undefined) return [];
  const { instance, server } = facts;
  const { startedAt, completedAt, abandonedAt } = episode;
  const evidence = {
    startedAt: startedAt?.toISOString(),
    completedAt: completedAt?.toISOString(),
    abandonedAt: abandonedAt?.toISOString(),
    status: instance.status,
    availabilityZone: instance.availabilityZone,
    standbyZone: instance.standbyZone,
  };
  const ago = formatMilliseconds(Math.max(0, now.getTime() - lastOfEpisode(episode).getTime()));
  if (abandonedAt !== undefined) {
    return [
      {
        code: 'failover-given-up',
        likelihood: 'likely',
        title: `RDS gave a failover up ${ago} ago, since another one had just been, and restarted the server where it was`,
        evidence,
        fix: 'Wait ten minutes before another one is asked for; look at why the first did not help.',
      },
    ];
  }
  if (completedAt !== undefined) {
    const took =
      startedAt === undefined ? '' : `, and took ${formatMilliseconds(completedAt.getTime() - startedAt.getTime())}`;
    return [
      {
        code: 'failed-over',
        likelihood: 'certain',
        title: `it failed over: by its events that was over ${ago} ago${took}`,
        evidence,
        fix: 'Whoever still cannot connect holds an address or connections of before: restart the pools, and cache names for less than 30 s. Look for what lost the answer to its COMMIT.',
      },
    ];
  }
  const back = server?.known === true && startedSince(server.value.startedAt, startedAt);
  if (back) {
    return [
      {
        code: 'failed-over',
        likelihood: 'likely',
        title: `it began to fail over ${ago} ago, and a server that was started since answers`,
        evidence,
        fix: 'RDS has not said that it is over, which it may never do: see with followFailover that the zone has changed.',
      },
    ];
  }
  return [
    {
      code: 'failing-over',
      likelihood: classifyStatus(instance.status) === 'ready' && server?.known === true ? 'likely' : 'certain',
      title: `it is failing over, for ${ago} now`,
      evidence,
      fix: 'Wait: one or two minutes are usual, more with large transactions. followFailover tells when it is over and what it cost. Do not reboot it.',
    },
  ];
}

function startedSince(server: string, startedAt: Date | undefined): boolean {
  return startedAt !== undefined && Number(server) * 1_000 >= startedAt.getTime();
}

function restarting({ status }: DatabaseInstance, events: readonly DatabaseEvent[]): readonly LikelyCause[] {
  const kinds: readonly EventKind[] = ['shutdown', 'restart', 'recovery', 'maintenance', 'failure'];
  const told = events.filter((event) => kinds.includes(kindOfEvent(event)));
  const evidence = { status, events: told.map(eventLine) };
  if (classifyStatus(status) === 'transient') {
    return [
      {
        code: 'restarting',
        likelihood: 'certain',
        title: `the instance is ${status}`,
        evidence,
        fix: 'Wait until it is available; its events tell who asked for it.',
      },
    ];
  }
  const newest = told.at(-1);
  if (newest === undefined) return [];
  return [
    {
      code: 'restarted',
      likelihood: 'likely',
      title: `RDS reported within the last hour: ${newest.message}`,
      evidence,
      fix: 'A restart ends every connection: whoever does not connect anew has to be restarted.',
    },
  ];
}

/** What the database itself says, asked from here. */
function answer({ server, instance }: Facts): readonly LikelyCause[] {
  if (server === undefined) return [];
  if (server.known) {
    const startedAt = new Date(Number(server.value.startedAt) * 1_000);
    const since = Number.isNaN(startedAt.getTime()) ? undefined : startedAt.toISOString();
    return [
      {
        code: 'answers',
        likelihood: 'certain',
        title: `it answers from here; its server was started at ${since ?? 'a time that it does not tell'}`,
        evidence: { startedAt: since, recovering: server.value.recovering, address: server.value.address },
        fix: 'Look at those who cannot connect: their pools, their cache of names, their security groups, their password.',
      },
    ];
  }
  const { code, message, hint } = server.error;
  if (refusals.includes(code)) {
    return [
      {
        code: 'refuses',
        likelihood: 'certain',
        title: `something answers, and refuses: ${message}`,
        evidence: { code, message },
        fix: hint,
      },
    ];
  }
  const { vpcSecurityGroups, publiclyAccessible, subnetGroup, endpoint } = instance;
  const groups = vpcSecurityGroups.map(({ id }) => id);
  return [
    {
      code: 'cannot-connect',
      likelihood: classifyStatus(instance.status) === 'ready' ? 'likely' : 'possible',
      title: `nobody answers from here: ${message}`,
      evidence: { code, endpoint, groups, subnetGroup, publiclyAccessible },
      fix: 'Where RDS shows it as available and nothing has happened, look at the network: security groups, routes, names. What RDS shows may be minutes old.',
    },
  ];
}

/** Errors of a connection that a server was behind. */
const refusals: readonly BackupErrorCode[] = [
  'authentication-failed',
  'database-missing',
  'permission-denied',
  'tls-failed',
];

function withoutStandby({ instance, server }: Facts): readonly LikelyCause[] {
  if (instance.multiAz || server?.known === true) return [];
  return [
    {
      code: 'no-standby',
      likelihood: 'possible',
      title: 'it is not Multi-AZ: where its host is ill, nothing takes over',
      evidence: { multiAz: false, availabilityZone: instance.availabilityZone },
      fix: 'Begin a recovery to the latest instant beside it now; turn Multi-AZ on afterwards.',
    },
  ];
}
