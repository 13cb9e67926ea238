import { BackupError } from '../core/errors.js';
import type { Judgement } from '../core/poll.js';
import { cacheOf } from '../system/cache-of.js';
import type { System } from '../system/define-system.js';
import { awaitStatus } from './await-status.js';
import { type CacheSource, resolveCacheSource } from './cache-source.js';

/** Whether a cache in this state allows a snapshot, will after a while, or will not without somebody's help (facts F6, F13). */
export function judgeCache({ name, status }: CacheSource): Judgement {
  if (status === 'available') return { state: 'ready' };
  if (!/^(?:delet(?:ed|ing)|create-failed|restore-failed|incompatible-.*)$/.test(status)) {
    return { state: 'pending', status };
  }
  const error = new BackupError({
    code: 'invalid-state',
    message: `cache ${name} is ${status}: no snapshot can be taken of it`,
    hint: 'ElastiCache takes snapshots only of an available cache. Make a new one, from an existing snapshot where there is one.',
    details: { cache: name, status },
  });
  return { state: 'failed', error };
}

/**
 * Waits until the cache allows a snapshot: none can be taken while another is, or while it is modified (facts F6).
 *
 * Errors: `cache-not-found`, `invalid-state` where waiting does not help, `deadline-exceeded`.
 */
export function awaitCache(
  system: System,
  wait: {
    readonly deadline: Date;
    readonly signal?: AbortSignal | undefined;
    readonly onPending?: ((status: string) => void) | undefined;
  },
): Promise<CacheSource> {
  const { signal } = wait;
  return awaitStatus(system, {
    what: `cache ${cacheOf(system).name} to allow a snapshot`,
    observe: () => resolveCacheSource(system, { signal }),
    judge: judgeCache,
    onPending: ({ status }) => wait.onPending?.(status),
    deadline: wait.deadline,
    signal,
  });
}
