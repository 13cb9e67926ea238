import { invalidInput } from '../../core/errors.js';
import type { HeldAt } from '../data-plane/data-plane.js';
import { findInstance } from './instance-lookup.js';
import type { Following, Instance, RdsState } from './rds-state.js';

/** What a test does to read replicas besides calling RDS. */
export interface LocalReplicas {
  /**
   * Holds a replica back: its lag grows, and it goes on to show the past. By default nothing more reaches it, so that a
   * promotion loses what it has not received; held at `replay` it receives and does not show, and a promotion loses nothing.
   *
   * Errors: `invalid-input` for what is no read replica.
   *
   * @example
   * ```ts
   * await region.replicas.hold('zephyr-dr');
   * ```
   */
  hold(identifier: string, at?: HeldAt | undefined): Promise<void>;
  /** Lets a replica follow again. Errors: `invalid-input` for what is no read replica. */
  release(identifier: string): Promise<void>;
}

/** The handles of a region. */
export function replicaHandles(state: RdsState): LocalReplicas {
  return {
    hold: async (identifier, at = 'receive') => {
      const { instance, follows } = getReplica(state, identifier);
      await state.settings.dataPlane?.holdReplica(instance.resourceId, at);
      follows.heldSince ??= state.timeline.instant();
    },
    release: async (identifier) => {
      const { instance, follows } = getReplica(state, identifier);
      await state.settings.dataPlane?.holdReplica(instance.resourceId);
      follows.heldSince = undefined;
    },
  };
}

function getReplica(state: RdsState, identifier: string): { readonly instance: Instance; readonly follows: Following } {
  state.timeline.settle();
  const instance = findInstance(state, identifier);
  const follows = instance?.follows;
  if (instance === undefined || follows === undefined || instance.details.DBInstanceStatus === 'creating') {
    throw invalidInput(
      'identifier',
      `${identifier} is no read replica`,
      'Name one that CreateDBInstanceReadReplica has made.',
    );
  }
  return { instance, follows };
}
