import { BackupError } from '../core/errors.js';
import { classifyStatus } from '../core/instance-status.js';
import type { Judgement } from '../core/poll.js';
import type { DatabaseInstance } from '../ports/database-instance.js';
import type { System } from '../system/define-system.js';
import { describeProtectedInstance } from '../system/protected-instance.js';
import { awaitStatus } from './await-status.js';

/** Whether an instance in this state allows a snapshot (facts A9), will after a while, or will not without somebody's help. */
export function judgeMutable(instance: DatabaseInstance): Judgement {
  const { identifier, status } = instance;
  const means = classifyStatus(status);
  if (means === 'ready') return { state: 'ready' };
  if (means !== 'failed') return { state: 'pending', status };
  const error = new BackupError({
    code: 'invalid-state',
    message: `instance ${identifier} is ${status}: no snapshot can be taken of it`,
    hint: 'RDS takes snapshots only of an available instance. Bring it there (start it, give it storage, repair it), or restore an existing backup.',
    details: { instance: identifier, status },
  });
  return { state: 'failed', error };
}

/**
 * Waits until the instance allows a snapshot: one fails while the daily backup or a modification runs (facts A9).
 *
 * Errors: `instance-not-found`, `invalid-state` where waiting does not help, `deadline-exceeded`.
 */
export function awaitMutableInstance(
  system: System,
  wait: {
    readonly deadline: Date;
    readonly signal?: AbortSignal | undefined;
    readonly onPending?: ((status: string) => void) | undefined;
  },
): Promise<DatabaseInstance> {
  const { instance } = system.database;
  return awaitStatus(system, {
    what: `instance ${instance} to allow a snapshot`,
    observe: () => describeProtectedInstance(system, { signal: wait.signal }),
    judge: judgeMutable,
    onPending: (observed) => wait.onPending?.(observed.status),
    deadline: wait.deadline,
    signal: wait.signal,
  });
}
