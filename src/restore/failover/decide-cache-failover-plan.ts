import { BackupError } from '../../core/errors.js';
import type { ReplicationGroup } from '../../ports/elasticache.js';
import type { PlanningContext } from '../plan/planning-context.js';
import type { PlanWarning } from '../plan/restore-plan.js';
import { sealPlan } from '../plan/seal-plan.js';
import { chooseNodeGroup } from './cache-group.js';
import { placesOf } from './cache-subject.js';
import type { CacheFailoverPlan } from './failover-plan.js';
import type { CheckedFailoverWatch } from './failover-request.js';

/** Until a replica is promoted: by what AWS says, most often within a minute. */
const usualOutage = 60_000;

/** Decides how the cache fails over. Errors: `invalid-input`, `precondition-failed`, `invalid-state`. */
export function decideCacheFailoverPlan(
  facts: { readonly cache: string; readonly group: ReplicationGroup },
  request: CheckedFailoverWatch & { readonly nodeGroup: string | undefined },
  context: PlanningContext,
  now: Date,
): CacheFailoverPlan {
  const { cache, group } = facts;
  const { identifier, clusterMode } = group;
  checkReady(group);
  const nodeGroup = chooseNodeGroup(group, request.nodeGroup);
  const nodes = group.nodes.filter((node) => node.nodeGroup === nodeGroup).map(({ cluster }) => cluster);
  if (group.automaticFailover !== true || nodes.length < 2) throw cannotFailOver(group, nodeGroup, nodes);
  const { primary } = placesOf(group, nodeGroup);
  const { region, instance, database } = context;
  return sealPlan<CacheFailoverPlan>({
    version: 1,
    kind: 'cache-failover',
    createdAt: now.toISOString(),
    system: { region, instance, database },
    cache,
    facts: { replicationGroup: identifier, nodeGroup, clusterMode, primary, nodes },
    steps: [
      {
        id: 'fail-over-cache',
        kind: 'fail-over-cache',
        title: `Have ${identifier} ${nodeGroup} fail over, and follow it until a replica serves`,
        preconditions: [{ kind: 'cache-can-fail-over', replicationGroup: identifier, nodeGroup, primary }],
        replicationGroup: identifier,
        nodeGroup,
        probeEveryMilliseconds: request.probeEveryMilliseconds,
        outageWithinMilliseconds: request.outageWithinMilliseconds,
      },
    ],
    warnings: warningsOf(nodes.length),
    estimate: {
      recoveryTimeMilliseconds: usualOutage,
      recoveryPointMilliseconds: 0,
      basis: [
        'outage: a minute, an assumption until one was measured',
        'replication is asynchronous: what was written last may be lost, and nobody tells how much',
      ],
    },
  });
}

function checkReady({ identifier, status }: ReplicationGroup): void {
  if (status === 'available') return;
  throw new BackupError({
    code: 'invalid-state',
    message: `cache ${identifier} is ${status}: ElastiCache takes a failover only while it is available`,
    hint: 'Wait until it is available, then plan again.',
    retryable: true,
    details: { cache: identifier, status },
  });
}

function cannotFailOver(
  { identifier, automaticFailover }: ReplicationGroup,
  nodeGroup: string,
  nodes: readonly string[],
): BackupError {
  const why = automaticFailover === true ? 'it has no replica' : 'automatic failover is off';
  return new BackupError({
    code: 'precondition-failed',
    message: `${identifier} ${nodeGroup} cannot fail over: ${why}`,
    hint: 'Add a replica in another zone and turn automatic failover on: ModifyReplicationGroup, without an outage.',
    details: { cache: identifier, nodeGroup, nodes, automaticFailover },
  });
}

function warningsOf(nodes: number): readonly PlanWarning[] {
  return [
    { code: 'connections-break', message: 'every connection to the primary breaks; clients have to connect anew' },
    {
      code: 'acknowledged-writes-may-be-lost',
      message:
        'a replica takes over with what it has received: writes of the last moments may be lost though they were acknowledged',
    },
    ...(nodes > 2
      ? []
      : [
          {
            code: 'no-other-replica',
            message: 'there is one replica: until the old primary is back there is none to fail over to',
          } as const,
        ]),
  ];
}
