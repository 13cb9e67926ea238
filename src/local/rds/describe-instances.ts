import type { DBInstance, DBInstanceMessage, DescribeDBInstancesMessage } from '@aws-sdk/client-rds';
import { pageOf } from '../control-plane/paging.js';
import { nameOf } from '../control-plane/resource-name.js';
import { type FilterFields, matchesFilters } from './filters.js';
import { isStale } from './instance-lookup.js';
import { latestRestorableTime } from './log-shipping.js';
import { rdsFault } from './rds-fault.js';
import type { Instance, RdsState } from './rds-state.js';

const fields: FilterFields<DBInstance> = {
  'db-instance-id': (instance) => instance.DBInstanceIdentifier,
  'dbi-resource-id': (instance) => instance.DbiResourceId,
  engine: (instance) => instance.Engine,
  'db-cluster-id': (instance) => instance.DBClusterIdentifier,
  domain: () => undefined,
};

/** `DescribeDBInstances`. */
export function describeDBInstances(state: RdsState, input: DescribeDBInstancesMessage): DBInstanceMessage {
  // An ARN in the filter of names is as good as the name.
  const filters = input.Filters?.map((filter) =>
    filter.Name === 'db-instance-id' ? { ...filter, Values: filter.Values?.map(nameOf) } : filter,
  );
  const matches = matchesFilters(filters, fields);
  const name = input.DBInstanceIdentifier === undefined ? undefined : nameOf(input.DBInstanceIdentifier);
  const found = state.instances.sorted().filter((instance) => {
    const visible = visibleDetails(state, instance);
    if (name !== undefined && (visible.DBInstanceIdentifier !== name || isNameless(state, instance))) return false;
    return matches(visible);
  });
  if (name !== undefined && found.length === 0) {
    throw rdsFault('DBInstanceNotFoundFault', `DBInstance ${input.DBInstanceIdentifier} not found.`);
  }
  const { page, Marker } = pageOf(found, input);
  return { Marker, DBInstances: page.map((instance) => readInstance(state, instance)) };
}

/** An instance as the answer to a change shows it: never stale. */
export function currentView(state: RdsState, instance: Instance): DBInstance {
  return { ...instance.details, LatestRestorableTime: latestRestorableTime(state, instance) };
}

function visibleDetails(state: RdsState, instance: Instance): DBInstance {
  return isStale(state, instance) ? (instance.stale?.details ?? instance.details) : instance.details;
}

function isNameless(state: RdsState, instance: Instance): boolean {
  return instance.isNameless && !isStale(state, instance);
}

/** Reads what is visible; old views are used up by being read. */
function readInstance(state: RdsState, instance: Instance): DBInstance {
  const { stale } = instance;
  if (stale === undefined || !isStale(state, instance)) {
    instance.stale = undefined;
    return currentView(state, instance);
  }
  stale.reads -= 1;
  return { ...stale.details, LatestRestorableTime: latestRestorableTime(state, instance) };
}
