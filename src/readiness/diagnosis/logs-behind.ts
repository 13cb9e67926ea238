import { formatMilliseconds } from '../../core/duration.js';
import { type EventKind, kindOfEvent } from '../../core/event-kind.js';
import type { DatabaseEvent } from '../../ports/database-event.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';
import { explainStatus } from '../status-meaning.js';
import { byLikelihood, type LikelyCause, type RuledOut } from './diagnosis.js';
import type { DiagnosisFacts } from './diagnosis-facts.js';
import { measuredCauses } from './measured-causes.js';
import { eventLine } from './missed-window.js';

const minute = 60_000;
const hour = 60 * minute;

/** Logs are shipped every five minutes (facts B8): twice that is no cause for concern yet (facts B9). */
const usual = 10 * minute;

/** Why the latest restorable time does not follow the clock, the most likely first. Pure. */
export function causesOfLogsBehind(
  facts: DiagnosisFacts & { readonly instance: DatabaseInstance },
  now: Date,
): readonly LikelyCause[] {
  const { instance } = facts;
  const events = facts.events.known ? facts.events.value : [];
  const latest = instance.latestRestorableTime;
  const none = noLogs(instance, events);
  if (none !== undefined) return [none];
  if (latest === undefined) return [firstBackup(instance)];
  if (now.getTime() - latest.getTime() <= usual) return [notBehind(latest, now)];
  // What has held the logs up happened about when they stopped.
  const since = latest.getTime() - hour;
  const recent = events.filter(({ at }) => at.getTime() >= since);
  const found = [
    ...inBadState(instance),
    ...shippingFailed(recent),
    ...measuredCauses(facts, instance, (at) => at.getTime() >= since),
    ...disturbed(recent),
  ];
  return found.length === 0 ? [unseen(instance, now)] : byLikelihood(found);
}

/** What keeps no logs back (facts E5, K17). */
export function ruledOutForLogs(): readonly RuledOut[] {
  return [
    {
      belief: 'nobody writes, so there is nothing to ship',
      because: 'RDS ends a log every five minutes, written or not',
    },
    {
      belief: 'a long transaction holds the logs back',
      because: 'its changes are in logs that are shipped while it runs',
    },
    {
      belief: 'a read replica is behind',
      because: 'replicas get their logs another way; one that is gone only fills the storage',
    },
  ];
}

function noLogs(instance: DatabaseInstance, events: readonly DatabaseEvent[]): LikelyCause | undefined {
  const { replicaSource, backupRetentionDays } = instance;
  if (replicaSource !== undefined) {
    return {
      code: 'read-replica',
      likelihood: 'certain',
      title: `it is a read replica of ${replicaSource}: it has no point-in-time recovery of its own`,
      evidence: { replicaSource },
      fix: 'Look at its source; promote it if it is to stand alone, and give it a retention period.',
    };
  }
  if (backupRetentionDays === 0) {
    const disabled = events.findLast((event) => kindOfEvent(event) === 'backups-disabled');
    return {
      code: 'backups-off',
      likelihood: 'certain',
      title: 'automated backups are off: no log is kept',
      evidence: { backupRetentionDays: 0, disabled: disabled?.at.toISOString() },
      fix: 'Set a retention period; that restarts the instance. Find out who set it to 0.',
    };
  }
  return undefined;
}

function firstBackup({ createdAt, status }: DatabaseInstance): LikelyCause {
  return {
    code: 'new-instance',
    likelihood: 'certain',
    title: 'its first automated backup has not finished: there is nothing to recover to yet',
    evidence: { createdAt: createdAt?.toISOString(), status },
    fix: 'Wait for it; until then a manual snapshot or a dump is the only backup.',
  };
}

function notBehind(latest: Date, now: Date): LikelyCause {
  return {
    code: 'not-behind',
    likelihood: 'certain',
    title: `it is ${formatMilliseconds(Math.max(0, now.getTime() - latest.getTime()))} behind, as usual`,
    evidence: { latestRestorableTime: latest.toISOString() },
    fix: 'Nothing: logs are shipped every five minutes. An objective below that needs more than RDS promises.',
  };
}

function inBadState(instance: DatabaseInstance): readonly LikelyCause[] {
  const { status } = instance;
  const found = explainStatus(status);
  if (found.grade === 'ok') return [];
  return [
    {
      code: status === 'storage-full' ? 'storage-full' : 'instance-not-available',
      likelihood: found.grade === 'critical' ? 'certain' : 'likely',
      title: `the instance is ${status}`,
      evidence: { status, meaning: found.meaning },
      fix: found.next,
    },
  ];
}

function shippingFailed(events: readonly DatabaseEvent[]): readonly LikelyCause[] {
  const bad: readonly EventKind[] = ['logs-stuck', 'storage-full', 'storage-low'];
  const told = events.filter((event) => bad.includes(kindOfEvent(event)));
  if (told.length === 0) return [];
  return [
    {
      code: 'shipping-failed',
      likelihood: 'likely',
      title: 'RDS reported trouble with its storage or with shipping logs',
      evidence: { events: told.map(eventLine) },
      fix: 'Give it more storage. Take a manual snapshot or a dump meanwhile: every minute more is at risk.',
    },
  ];
}

function disturbed(events: readonly DatabaseEvent[]): readonly LikelyCause[] {
  const disturbing: readonly EventKind[] = ['failover', 'shutdown', 'restart', 'recovery', 'maintenance', 'failure'];
  const told = events.filter((event) => disturbing.includes(kindOfEvent(event)));
  const [first] = told;
  if (first === undefined) return [];
  return [
    {
      code: 'interrupted',
      likelihood: 'likely',
      title: `it was interrupted about when logs stopped: ${kindOfEvent(first)}`,
      evidence: { events: told.map(eventLine) },
      fix: 'Wait for two shipments, ten minutes; if it does not catch up, take a manual snapshot and ask AWS support.',
    },
  ];
}

function unseen({ status, latestRestorableTime }: DatabaseInstance, now: Date): LikelyCause {
  return {
    code: 'unseen',
    likelihood: 'possible',
    title: 'nothing that can be seen explains it',
    evidence: { status, latestRestorableTime: latestRestorableTime?.toISOString(), at: now.toISOString() },
    fix: 'Take a manual snapshot or a dump now, and ask AWS support with the latest restorable time.',
  };
}
