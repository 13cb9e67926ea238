import type { DBInstance } from '@aws-sdk/client-rds';
import { invalidCombination, invalidParameterValue } from '../control-plane/parameter-fault.js';
import { classesFor, familyOf, storageTypesOf } from './instance-classes.js';
import { rdsFault } from './rds-fault.js';
import type { RdsState } from './rds-state.js';

/** What can be ordered of a class for a major version: its types of storage and its zones; no zone where it cannot be had at all. */
export interface Orderable {
  readonly instanceClass: string;
  readonly storageTypes: readonly string[];
  readonly zones: readonly string[];
}

/** What a class can be ordered as. */
export function orderableOf(state: RdsState, instanceClass: string, major: number): Orderable {
  const family = familyOf(instanceClass);
  if (family === undefined || !classesFor(major).includes(instanceClass)) {
    return { instanceClass, storageTypes: [], zones: [] };
  }
  const withdrawn = state.classes.withdrawn.get(instanceClass);
  const zones = [...(family.zones ?? 'abc')]
    .map((letter) => `${state.settings.region}${letter}`)
    .filter((zone) => withdrawn?.has(zone) !== true);
  return { instanceClass, storageTypes: storageTypesOf(instanceClass, family), zones };
}

/**
 * The zones where an instance can be made; one that cannot be ordered is refused as RDS does it: at the call, whatever it is to be made of.
 *
 * `InvalidParameterCombination` for a class or a type of storage that is not offered for the version, `InvalidVPCNetworkState` where
 * the class is in too few zones of the subnet group, `InsufficientDBInstanceCapacity` where there is none left.
 */
export function zonesFor(state: RdsState, details: DBInstance): readonly string[] {
  const { DBInstanceClass: instanceClass = '', EngineVersion: version = '', StorageType: storage, MultiAZ } = details;
  if (!/^db\.[a-z0-9-]+\.[a-z0-9]+$/.test(instanceClass)) {
    throw invalidParameterValue(`Invalid DB Instance class: ${instanceClass}`);
  }
  const { storageTypes, zones } = orderableOf(state, instanceClass, Number.parseInt(version, 10));
  if (zones.length === 0 || (storage !== undefined && !storageTypes.includes(storage))) {
    const asked = [
      `DBInstanceClass=${instanceClass}`,
      'Engine=postgres',
      `EngineVersion=${version}`,
      ...(zones.length === 0 ? [] : [`StorageType=${storage}`]),
      'LicenseModel=postgresql-license',
    ].join(', ');
    const message = `RDS does not support creating a DB instance with the following combination: ${asked}. For supported combinations of instance class and database engine version, see the documentation.`;
    throw invalidCombination(message);
  }
  const { DBSubnetGroup, AvailabilityZone: given } = details;
  const near = zones.filter(
    (zone) =>
      (given === undefined || MultiAZ === true || zone === given) &&
      DBSubnetGroup?.Subnets?.some(({ SubnetAvailabilityZone }) => SubnetAvailabilityZone?.Name === zone),
  );
  if (near.length < (MultiAZ === true ? 2 : 1)) {
    const message = `Cannot create a ${instanceClass} database instance because there are not enough subnets in availability zones that have it; choose from these availability zones: ${zones.join(', ')}.`;
    throw rdsFault('InvalidVPCNetworkStateFault', message);
  }
  if (state.classes.exhausted.has(instanceClass)) {
    const message = `Cannot create a database instance of class ${instanceClass}: there is not enough capacity in the availability zones of the subnet group.`;
    throw rdsFault('InsufficientDBInstanceCapacityFault', message);
  }
  return near;
}
