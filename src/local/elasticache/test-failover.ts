import type { TestFailoverMessage, TestFailoverResult } from '@aws-sdk/client-elasticache';
import { required } from '../control-plane/parameter-fault.js';
import type { LifecycleScript } from '../wire/wire-service.js';
import { addClusterEvent, addUnitEvent } from './cache-events.js';
import { joinServers } from './cache-servers.js';
import { elastiCacheFault } from './elasticache-fault.js';
import type { ElastiCacheState } from './elasticache-state.js';
import { groupView } from './group-view.js';
import { availableStep, getGroup, requireAvailableUnit, unitSubject } from './units.js';

const day = 86_400_000;
/** Node groups whose failover may be tested in a day. */
const mostTests = 15;

/** `TestFailover`: the primary of a node group is killed, a replica takes over, and the old primary comes back as a replica. */
export function testFailover(
  state: ElastiCacheState,
  input: TestFailoverMessage,
  script: LifecycleScript | undefined,
): TestFailoverResult {
  const unit = getGroup(state, required(input.ReplicationGroupId, 'ReplicationGroupId'));
  const shard = required(input.NodeGroupId, 'NodeGroupId');
  const nodes = unit.nodes.filter((node) => node.shard === shard);
  const primary = nodes.find(({ role }) => role === 'primary');
  if (primary === undefined) throw elastiCacheFault('NodeGroupNotFoundFault', `Node group ${shard} not found.`);
  requireAvailableUnit(state, unit);
  const replica = nodes.find(({ role }) => role === 'replica');
  if (unit.group.AutomaticFailover !== 'enabled' || replica === undefined) {
    const message = `Node group ${shard} has no automatic failover, or no replica to fail over to.`;
    throw elastiCacheFault('TestFailoverNotAvailableFault', message);
  }
  const now = state.timeline.instant().getTime();
  const tests = unit.testFailovers.filter((time) => now - time < day);
  if (tests.length >= mostTests) {
    const message = `The failover of more than ${mostTests} node groups cannot be tested within 24 hours.`;
    throw elastiCacheFault('APICallRateForCustomerExceededFault', message);
  }
  unit.testFailovers = [...tests, now];
  const { plane, durations } = state.settings;
  const completed = `Failover from primary node ${primary.id} to replica node ${replica.id} completed`;
  addUnitEvent(state, unit, `Test Failover API called for node group ${shard}`);
  state.timeline.run(
    unitSubject(state, unit),
    [
      {
        status: 'modifying',
        milliseconds: durations.failover,
        work:
          plane &&
          (async () => {
            await plane.failOver(primary.nodeId, replica.nodeId);
            await joinServers(unit, plane);
          }),
        done: () => {
          primary.role = 'replica';
          replica.role = 'primary';
          addClusterEvent(state, replica.id, completed);
          addUnitEvent(state, unit, completed);
          addClusterEvent(state, primary.id, 'Recovering cache nodes 0001');
          addClusterEvent(state, primary.id, 'Finished recovery for cache nodes 0001');
        },
      },
      availableStep(),
    ],
    script,
  );
  return { ReplicationGroup: groupView(state, unit) };
}
