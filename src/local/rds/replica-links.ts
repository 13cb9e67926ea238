import { patchInstance } from './instance-lookup.js';
import type { Instance, RdsState } from './rds-state.js';

/** An instance, and the control plane that it is in. */
export interface Placed {
  readonly state: RdsState;
  readonly instance: Instance;
}

/** What a replica follows; `undefined` for what is no replica, and when the source is gone. */
export function sourceOf(state: RdsState, { follows }: Instance): Placed | undefined {
  if (follows === undefined) return undefined;
  for (const holder of regionsOf(state)) {
    const instance = holder.instances.get(follows.source);
    if (instance !== undefined) return { state: holder, instance };
  }
  return undefined;
}

/** The replicas of an instance, in every region. */
export function replicasOf(state: RdsState, source: Instance): readonly Placed[] {
  return regionsOf(state).flatMap((holder) =>
    holder.instances
      .sorted()
      .filter(({ follows }) => follows?.source === source.resourceId)
      .map((instance) => ({ state: holder, instance })),
  );
}

/** What an instance follows, what that follows, and so on to the one that follows nothing; itself not among them. */
export function sourcesOf(state: RdsState, instance: Instance): readonly Placed[] {
  const source = sourceOf(state, instance);
  return source === undefined ? [] : [source, ...sourcesOf(source.state, source.instance)];
}

/** Whether two control planes are of one region and account. */
export function isSameRegion(a: RdsState, b: RdsState): boolean {
  return a.settings.region === b.settings.region && a.settings.accountId === b.settings.accountId;
}

/** Shows on source and replicas how they belong together now: call it when one has come, gone, or changed its name. */
export function showLinks(state: RdsState, instance: Instance): void {
  const source = sourceOf(state, instance);
  if (source !== undefined) showLinks(source.state, source.instance);
  const here = { state, instance };
  const replicas = replicasOf(state, instance);
  if (replicas.length > 0 || instance.details.ReadReplicaDBInstanceIdentifiers?.length !== 0) {
    patchInstance(instance, { ReadReplicaDBInstanceIdentifiers: replicas.map((replica) => nameFrom(replica, here)) });
  }
  for (const replica of replicas) {
    patchInstance(replica.instance, { ReadReplicaSourceDBInstanceIdentifier: nameFrom(here, replica) });
  }
}

/** What an instance is called where another one is: by its ARN, in another region (facts E6). */
function nameFrom(named: Placed, where: Placed): string {
  const { DBInstanceIdentifier: name = '', DBInstanceArn: arn = '' } = named.instance.details;
  return isSameRegion(named.state, where.state) ? name : arn;
}

function regionsOf(state: RdsState): readonly RdsState[] {
  return [...new Set([state, ...state.settings.neighbours])];
}
