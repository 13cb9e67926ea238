import { invalidInput } from '../../core/errors.js';
import type { HeldAt } from '../data-plane/data-plane.js';
import { addInstanceEvent } from './events.js';
import { findInstance } from './instance-lookup.js';
import type { Following, Instance, RdsState } from './rds-state.js';
import { showReplicationStatus } from './replica-status.js';

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
  /**
   * Has replication stop with an error, as it does when a replica's storage is full: `StatusInfos` says so, the lag is -1 and
   * nothing more reaches the replica. Errors: `invalid-input` for what is no read replica.
   */
  stop(identifier: string, message?: string | undefined): Promise<void>;
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
    stop: async (identifier, message = 'Replication has stopped.') => {
      const { instance, follows } = getReplica(state, identifier);
      await state.settings.dataPlane?.holdReplica(instance.resourceId, 'receive');
      follows.heldSince ??= state.timeline.instant();
      showReplicationStatus(instance, 'error', message);
      addInstanceEvent(state, instance, 'read replica', 'Replication has stopped.');
    },
    release: async (identifier) => {
      const { instance, follows } = getReplica(state, identifier);
      await state.settings.dataPlane?.holdReplica(instance.resourceId);
      follows.heldSince = undefined;
      if (instance.details.StatusInfos?.[0]?.Normal === true) return;
      showReplicationStatus(instance, 'replicating');
      addInstanceEvent(state, instance, 'read replica', 'Replication has resumed.');
    },
  };
}

function getReplica(state: RdsState, identifier: string): { readonly instance: Instance; readonly follows: Following } {
  state.timeline.settle();
  const instance = findInstance(state, identifier);
  const follows = instance?.follows;
  if (instance === undefined || follows === undefined || instance.details.StatusInfos?.[0] === undefined) {
    throw invalidInput(
      'identifier',
      `${identifier} is no read replica`,
      'Name one that CreateDBInstanceReadReplica has made.',
    );
  }
  return { instance, follows };
}
