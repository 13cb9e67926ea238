import { invalidInput } from '../../core/errors.js';
import { addInstanceEvent } from './events.js';
import { availableStep, instanceSubject, recoveryStep } from './instance-lifecycle.js';
import { findInstance } from './instance-lookup.js';
import type { Instance, RdsState } from './rds-state.js';

/** A bad status that an instance can get into by itself (facts B15). */
export type BadStatus =
  | 'storage-full'
  | 'incompatible-network'
  | 'incompatible-parameters'
  | 'inaccessible-encryption-credentials'
  | 'inaccessible-encryption-credentials-recoverable'
  | 'failed';

/** What a test does to DB instances besides calling RDS. */
export interface LocalInstances {
  /**
   * Puts an instance that is available into a bad status, with the events that go with it. Its server stops as in a crash; it
   * is not backed up, and its restorable time stays where it is. From `storage-full` more storage leads back, as on RDS.
   *
   * Errors: `invalid-input` for an instance that is not there or not available.
   *
   * @example
   * ```ts
   * await region.instances.disrupt('zephyr-production-db', 'storage-full');
   * ```
   */
  disrupt(identifier: string, status: BadStatus, message?: string | undefined): Promise<void>;
  /** Ends what {@link LocalInstances.disrupt} began: a restart, and the instance is available. Errors: `invalid-input`. */
  repair(identifier: string): Promise<void>;
}

/** The handles of a region. */
export function instanceHandles(state: RdsState): LocalInstances {
  return {
    disrupt: async (identifier, status, message = 'on demand') => {
      const instance = find(state, identifier);
      if (instance.details.DBInstanceStatus !== 'available' || !state.timeline.isIdle(instance.key)) {
        throw invalidInput('identifier', `${identifier} is not available`, 'Wait until it is.');
      }
      const at = state.timeline.instant();
      instance.disruptedAt = at;
      if (status === 'storage-full') {
        const exhausted = 'Allocated storage has been exhausted. Allocate additional storage to resolve.';
        addInstanceEvent(state, instance, 'low storage', exhausted);
      }
      instanceSubject(state, instance).fail(status, message, at);
      if (instance.hasCluster) await state.settings.dataPlane?.stop(instance.resourceId, 'immediate');
    },
    repair: async (identifier) => {
      const instance = find(state, identifier);
      if (instance.disruptedAt === undefined) {
        throw invalidInput('identifier', `${identifier} was not disrupted`, 'Name an instance that was.');
      }
      state.timeline.run(instanceSubject(state, instance), [recoveryStep(state, instance), availableStep()]);
    },
  };
}

function find(state: RdsState, identifier: string): Instance {
  state.timeline.settle();
  const instance = findInstance(state, identifier);
  if (instance === undefined) {
    throw invalidInput('identifier', `${identifier} is no DB instance of this region`, 'Name one that is there.');
  }
  return instance;
}
