import { BackupError, invalidInput } from '../../core/errors.js';
import type { ReplicationGroup } from '../../ports/elasticache.js';
import type { PortCall } from '../../ports/port-call.js';
import { cacheOf } from '../../system/cache-of.js';
import type { System } from '../../system/define-system.js';

/** The replication group that is the system's cache, or that it is a node of. Errors: `invalid-input`, `cache-not-found`. */
export async function cacheGroupOf(system: System, call: PortCall): Promise<ReplicationGroup> {
  const { port, name } = cacheOf(system);
  const isCluster = system.cache !== undefined && 'cluster' in system.cache;
  const identifier = isCluster ? (await port.describeCluster(name, call))?.replicationGroup : name;
  const group = identifier === undefined ? undefined : await port.describeReplicationGroup(identifier, call);
  if (group !== undefined) return group;
  throw new BackupError({
    code: 'cache-not-found',
    message: `${name} is no replication group in ${port.region}, nor a node of one`,
    hint: 'Only a replication group can fail over: a cluster that stands alone has nothing to fail over to.',
    details: { cache: name, region: port.region },
  });
}

/** The node group that is meant. Errors: `invalid-input` where it is not there, or has to be named. */
export function chooseNodeGroup({ identifier, nodes }: ReplicationGroup, wanted: string | undefined): string {
  const found = [...new Set(nodes.flatMap(({ nodeGroup }) => nodeGroup ?? []))];
  const [only] = found;
  if (wanted === undefined && found.length === 1 && only !== undefined) return only;
  if (wanted !== undefined && found.includes(wanted)) return wanted;
  throw invalidInput(
    'nodeGroup',
    wanted === undefined ? `is missing, and ${identifier} has ${found.length}` : `is none of ${identifier}: ${wanted}`,
    `Name one of ${found.join(', ')}: one is looked after at a time.`,
  );
}
