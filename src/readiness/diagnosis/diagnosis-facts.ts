import type { Attempt } from '../../checks/attempt.js';
import type { SnapshotDescription } from '../../ports/database-backups.js';
import type { DatabaseEvent } from '../../ports/database-event.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';
import type { MetricPoint, MetricQuery, MetricsPort } from '../../ports/metrics.js';
import type { PortCall } from '../../ports/port-call.js';
import type { System } from '../../system/define-system.js';
import type { ServerIdentity } from '../../system/server-identity.js';
import { type GatherLimits, gatherPart, gatherWithin } from '../gather-part.js';

/** The last backup window and what came before it. */
const measuredMilliseconds = 26 * 3_600_000;

/** The most events and snapshots that are held. */
const most = 1_000;

/** All that a diagnosis rests on. */
export interface DiagnosisFacts {
  readonly region: string;
  readonly identifier: string;
  /** `undefined`: there is none of that name. */
  readonly instance: DatabaseInstance | undefined;
  /** The system's own instance, where the diagnosed one is another: what it should be like. */
  readonly production: Attempt<DatabaseInstance | undefined>;
  /** Of the instance itself, since the time of interest or without a time, and the newest automated one before it. */
  readonly snapshots: Attempt<readonly SnapshotDescription[]>;
  /** Automated ones under the same name that belong to another instance: it was renamed (facts A20). */
  readonly namesakes: Attempt<readonly SnapshotDescription[]>;
  /** Of the instance and of its newest automated snapshots: RDS keeps the two apart (facts D5). The oldest first. */
  readonly events: Attempt<readonly DatabaseEvent[]>;
  /** Of the last 26 hours; `undefined` where there is no connection to CloudWatch, or no such instance. */
  readonly metrics: Attempt<DiagnosisMetrics> | undefined;
  /** What the database said when it was asked who it is; absent: nobody asked. */
  readonly server?: Attempt<ServerIdentity> | undefined;
}

/** What was measured in each five minutes, the oldest first. */
export interface DiagnosisMetrics {
  /** The least, in bytes. */
  readonly freeStorage: readonly MetricPoint[];
  /** The average, in percent. */
  readonly load: readonly MetricPoint[];
}

/** Reads it. What AWS refuses is unknown; without an answer about the instance itself there is no diagnosis. */
export async function gatherDiagnosisFacts(
  system: System,
  identifier: string,
  since: Date,
  limits: GatherLimits,
): Promise<DiagnosisFacts> {
  const { rds, metrics: port, region } = system.aws;
  const production = system.database.instance;
  const instance = await gatherWithin(system, limits, (call) => rds.describeInstance(identifier, call));
  const part = <Value>(look: (call: PortCall) => Promise<Value>): Promise<Attempt<Value>> =>
    gatherPart(system, limits, look);
  const parts = [
    part(async (call) => (identifier === production ? instance : await rds.describeInstance(production, call))),
    part((call) => recentSnapshots(system, instance, since, call)),
    part((call) => namesakesOf(system, identifier, instance, call)),
    part((call) => eventsOf(system, 'db-instance', identifier, since, call)),
    port === undefined || instance === undefined
      ? undefined
      : part((call) => measurementsOf(port, identifier, system.clock.now(), call)),
  ] as const;
  await Promise.allSettled(parts);
  limits.signal?.throwIfAborted();
  const [described, snapshots, namesakes, own, metrics] = await Promise.all(parts);
  const events = await part(async (call) => {
    if (!own.known) throw own.error;
    const automated = snapshots.known ? snapshots.value.filter(({ type }) => type === 'automated') : [];
    const all = [...own.value];
    for (const { identifier: source } of automated.slice(0, 3)) {
      all.push(...(await eventsOf(system, 'db-snapshot', source, since, call)));
    }
    return all.sort((a, b) => a.at.getTime() - b.at.getTime());
  });
  return { region, identifier, instance, production: described, snapshots, namesakes, events, metrics };
}

/** The newest first; one without a time is being made and so the newest of all. */
async function recentSnapshots(
  system: System,
  instance: DatabaseInstance | undefined,
  since: Date,
  call: PortCall,
): Promise<readonly SnapshotDescription[]> {
  if (instance === undefined) return [];
  const recent: SnapshotDescription[] = [];
  let newestBefore: SnapshotDescription | undefined;
  for await (const snapshot of system.aws.rds.listSnapshots({ resourceId: instance.resourceId }, call)) {
    const { createdAt, type } = snapshot;
    if (createdAt === undefined || createdAt >= since) {
      if (recent.length < most) recent.push(snapshot);
    } else if (type === 'automated' && createdAt > (newestBefore?.createdAt ?? new Date(0))) newestBefore = snapshot;
  }
  return newestFirst(newestBefore === undefined ? recent : [...recent, newestBefore]);
}

async function namesakesOf(
  system: System,
  identifier: string,
  instance: DatabaseInstance | undefined,
  call: PortCall,
): Promise<readonly SnapshotDescription[]> {
  const found: SnapshotDescription[] = [];
  for await (const snapshot of system.aws.rds.listSnapshots({ instance: identifier, type: 'automated' }, call)) {
    if (snapshot.resourceId !== instance?.resourceId && found.length < most) found.push(snapshot);
  }
  return newestFirst(found);
}

function newestFirst(snapshots: readonly SnapshotDescription[]): readonly SnapshotDescription[] {
  const at = ({ createdAt }: SnapshotDescription): number => createdAt?.getTime() ?? Number.POSITIVE_INFINITY;
  // Not by difference: two without a time differ by NaN.
  return [...snapshots].sort((a, b) => (at(a) === at(b) ? 0 : at(a) > at(b) ? -1 : 1));
}

async function measurementsOf(
  port: MetricsPort,
  identifier: string,
  until: Date,
  call: PortCall,
): Promise<DiagnosisMetrics> {
  const of = (metric: string, statistic: MetricQuery['statistic']): MetricQuery => ({
    namespace: 'AWS/RDS',
    metric,
    dimensions: { DBInstanceIdentifier: identifier },
    statistic,
    periodSeconds: 300,
  });
  const [freeStorage = [], load = []] = await port.read(
    [of('FreeStorageSpace', 'Minimum'), of('CPUUtilization', 'Average')],
    { since: new Date(until.getTime() - measuredMilliseconds), until },
    call,
  );
  return { freeStorage, load };
}

async function eventsOf(
  system: System,
  sourceType: 'db-instance' | 'db-snapshot',
  source: string,
  since: Date,
  call: PortCall,
): Promise<readonly DatabaseEvent[]> {
  const events: DatabaseEvent[] = [];
  for await (const event of system.aws.rds.listEvents({ sourceType, source, since }, call)) {
    events.push(event);
    if (events.length > most) events.shift();
  }
  return events;
}
