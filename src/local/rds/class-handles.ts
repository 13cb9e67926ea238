import { invalidInput } from '../../core/errors.js';
import { familyOf } from './instance-classes.js';
import type { RdsState } from './rds-state.js';

/** What a test does to the classes of DB instances, which no call of RDS does. None of it outlives the region. */
export interface LocalClasses {
  /**
   * Takes a class off the offer, in some zones or in all: it is no longer listed there, and no instance can be made as it. Those that
   * are it stay. Errors: `invalid-input` for what is no class here, or no zone of the region.
   *
   * @example
   * ```ts
   * region.classes.withdraw('db.t3.large');
   * ```
   */
  withdraw(instanceClass: string, zones?: readonly string[] | undefined): void;
  /** Has the region run out of a class: it is still listed, and whoever wants one is refused with `InsufficientDBInstanceCapacity`. Errors: `invalid-input`. */
  exhaust(instanceClass: string): void;
  /** Makes a class what it was at first. Errors: `invalid-input`. */
  renew(instanceClass: string): void;
}

/** The handles of a region. */
export function classHandles({ classes, settings: { region } }: RdsState): LocalClasses {
  const everywhere = [...'abc'].map((letter) => `${region}${letter}`);
  return {
    withdraw: (instanceClass, zones = everywhere) => {
      requireClass(instanceClass);
      const other = zones.find((zone) => !everywhere.includes(zone));
      if (other !== undefined) {
        throw invalidInput('zones', `has ${other}, which is no zone here`, `There are ${everywhere.join(', ')}.`);
      }
      classes.withdrawn.set(instanceClass, new Set([...(classes.withdrawn.get(instanceClass) ?? []), ...zones]));
    },
    exhaust: (instanceClass) => {
      requireClass(instanceClass);
      classes.exhausted.add(instanceClass);
    },
    renew: (instanceClass) => {
      requireClass(instanceClass);
      classes.withdrawn.delete(instanceClass);
      classes.exhausted.delete(instanceClass);
    },
  };
}

function requireClass(instanceClass: string): void {
  if (familyOf(instanceClass) !== undefined) return;
  throw invalidInput('instanceClass', `is ${instanceClass}`, 'Name a class of this region such as db.t3.large.');
}
