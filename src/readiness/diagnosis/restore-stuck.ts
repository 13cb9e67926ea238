import { formatMilliseconds } from '../../core/duration.js';
import { type EventKind, kindOfEvent } from '../../core/event-kind.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';
import { explainStatus } from '../status-meaning.js';
import { byLikelihood, type LikelyCause, type RuledOut } from './diagnosis.js';
import type { DiagnosisFacts } from './diagnosis-facts.js';
import { eventLine } from './missed-window.js';

const minute = 60_000;

/** Why a restore does not come to its end, the most likely first. Pure. */
export function causesOfStuckRestore(facts: DiagnosisFacts, now: Date): readonly LikelyCause[] {
  const { instance } = facts;
  if (instance === undefined) return [noSuchInstance(facts)];
  const found = explainStatus(instance.status);
  if (found.grade === 'critical') return [failed(facts, instance, found)];
  if (instance.status === 'creating') return byLikelihood([...notApplied(instance), creating(facts, instance, now)]);
  const ready = instance.status === 'available' || instance.status.startsWith('storage-');
  return byLikelihood([...notApplied(instance), ...(ready ? finished(facts, instance) : [finishing(instance)])]);
}

/** What the runbook looks at and what says nothing about a restore (facts K15, K50). */
export function ruledOutForRestore(): readonly RuledOut[] {
  return [
    {
      belief: 'PercentProgress shows how far the restore is',
      because: 'it is the progress of a storage optimization; of a restore RDS tells no percentage',
    },
    {
      belief: 'a security group holds the restore up',
      because: 'it can keep clients from the database, never RDS from restoring it',
    },
    {
      belief: 'the instance class has too little disk',
      because: 'classes have no disk; storage is the size of the source and is refused at once if it is too small',
    },
  ];
}

function noSuchInstance({ identifier, region, events }: DiagnosisFacts): LikelyCause {
  const told = events.known ? events.value : [];
  return {
    code: 'no-such-instance',
    likelihood: 'certain',
    title: `there is no instance ${identifier} in ${region}`,
    evidence: { events: told.map(eventLine).slice(-5) },
    fix:
      told.length === 0
        ? 'The restore was refused, or has another name or region: look at the error of the call. A name just given may take a minute to be seen.'
        : 'It was there and is gone: its events tell whether its creation failed or somebody deleted it. Restore anew under another name.',
  };
}

function failed(
  { events, production }: DiagnosisFacts,
  instance: DatabaseInstance,
  { meaning, next }: { readonly meaning: string; readonly next: string },
): LikelyCause {
  const bad: readonly EventKind[] = ['failure', 'storage-full', 'storage-low'];
  const told = events.known ? events.value.filter((event) => bad.includes(kindOfEvent(event))) : [];
  const source = production.known ? production.value : undefined;
  return {
    code: instance.status === 'storage-full' ? 'storage-full' : 'failed',
    likelihood: 'certain',
    title: `it is ${instance.status}: waiting will not help`,
    evidence: {
      status: instance.status,
      meaning,
      events: told.map(eventLine),
      subnetGroup: instance.subnetGroup,
      productionSubnetGroup: source?.subnetGroup,
      parameterGroup: instance.parameterGroups[0]?.name,
      productionParameterGroup: source?.parameterGroups[0]?.name,
    },
    fix: next,
  };
}

function creating({ events }: DiagnosisFacts, instance: DatabaseInstance, now: Date): LikelyCause {
  const { allocatedStorageGiB } = instance;
  const begun = instance.createdAt ?? (events.known ? events.value[0]?.at : undefined);
  const elapsed = begun === undefined ? undefined : now.getTime() - begun.getTime();
  // The assumption that plans are made with, until a drill has measured it (facts B21).
  const usual = Math.round((15 + allocatedStorageGiB / 50) * minute);
  const evidence = { allocatedStorageGiB, elapsedMilliseconds: elapsed, usualMilliseconds: usual };
  const since = elapsed === undefined ? '' : ` for ${formatMilliseconds(elapsed)}`;
  if (elapsed === undefined || elapsed <= 2 * usual) {
    return {
      code: 'still-creating',
      likelihood: 'likely',
      title: `it is being created${since}, which is not long for ${allocatedStorageGiB} GiB`,
      evidence,
      fix: `Wait: ${formatMilliseconds(usual)} are assumed, nobody is told how far it is. A point in time far from the last daily snapshot has more logs to replay.`,
    };
  }
  return {
    code: 'slow',
    likelihood: 'likely',
    title: `it has been creating${since}, more than twice as long as assumed for ${allocatedStorageGiB} GiB`,
    evidence,
    fix: 'Begin a second restore beside it, to a time soon after a daily snapshot, or from that snapshot; ask AWS support with the name of this one.',
  };
}

function finishing({ status }: DatabaseInstance): LikelyCause {
  return {
    code: 'finishing',
    likelihood: 'likely',
    title: `the data is restored; it is ${status}, one of the last steps`,
    evidence: { status },
    fix: 'Wait until it is available: after the restore RDS backs it up, applies its groups and restarts it.',
  };
}

function finished({ production }: DiagnosisFacts, instance: DatabaseInstance): readonly LikelyCause[] {
  const { identifier, status, endpoint, vpcSecurityGroups, subnetGroup } = instance;
  const source = production.known ? production.value : undefined;
  const groups = vpcSecurityGroups.map(({ id }) => id).sort();
  const expected = source?.vpcSecurityGroups.map(({ id }) => id).sort();
  const differs =
    source !== undefined &&
    source.identifier !== identifier &&
    (groups.join() !== expected?.join() || subnetGroup !== source.subnetGroup);
  return [
    {
      code: 'finished',
      likelihood: 'certain',
      title: `it is ${status}: the restore is over`,
      evidence: { status, endpoint },
      fix: 'Check it and use it. First reads are slow while its storage still loads in the background.',
    },
    ...(differs
      ? [
          {
            code: 'cannot-connect',
            likelihood: 'likely',
            title: 'nobody may be able to reach it: its groups are not those of production',
            evidence: { groups, subnetGroup, productionGroups: expected, productionSubnetGroup: source.subnetGroup },
            fix: 'Give it the security groups of production: left out of a restore, AWS sets the default group.',
          } as const,
        ]
      : []),
  ];
}

function notApplied({ parameterGroups, vpcSecurityGroups, pendingChanges }: DatabaseInstance): readonly LikelyCause[] {
  const waiting = [
    ...parameterGroups
      .filter(({ applyStatus }) => applyStatus !== 'in-sync')
      .map(({ name, applyStatus }) => `${name}: ${applyStatus}`),
    ...vpcSecurityGroups.filter(({ status }) => status !== 'active').map(({ id, status }) => `${id}: ${status}`),
    ...Object.keys(pendingChanges).map((name) => `${name}: pending`),
  ];
  if (waiting.length === 0) return [];
  return [
    {
      code: 'group-not-applied',
      likelihood: 'likely',
      title: `not everything has been applied: ${waiting.join(', ')}`,
      evidence: { parameterGroups, vpcSecurityGroups, pendingChanges },
      fix: 'Wait while it says applying or adding; pending-reboot needs a reboot, and a group that fails to apply another group.',
    },
  ];
}
