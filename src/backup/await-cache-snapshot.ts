import type { CacheSnapshot } from '../core/backups.js';
import { BackupError } from '../core/errors.js';
import { pollUntil } from '../core/poll.js';
import { cacheSnapshotStatus } from '../core/snapshot-status.js';
import type { CacheSnapshotDescription } from '../ports/elasticache.js';
import { cacheOf } from '../system/cache-of.js';
import type { System } from '../system/define-system.js';
import { cacheSnapshotOf } from './describe-cache-snapshot.js';
import { readTags } from './list-cache-snapshots.js';
import type { ProgressNote } from './progress-reporter.js';

/**
 * Waits for a snapshot that was begun; the SDK has no waiter for it (facts F3).
 *
 * Errors: `resource-failed`, also if it goes after it was seen; `snapshot-not-found` if it is never seen; `deadline-exceeded`.
 */
export async function awaitCacheSnapshot(
  system: System,
  identifier: string,
  wait: {
    readonly deadline: Date;
    readonly signal?: AbortSignal | undefined;
    readonly report: (note: ProgressNote) => void;
  },
): Promise<CacheSnapshot> {
  const { port, name } = cacheOf(system);
  const call = { signal: wait.signal };
  let seen = false;
  const observe = async (): Promise<CacheSnapshotDescription> => {
    const found = await port.describeSnapshot(identifier, call);
    if (found === undefined) throw seen ? failed(identifier, 'gone') : notSeen(identifier);
    seen = true;
    return found;
  };
  const description = await pollUntil({
    what: `cache snapshot ${identifier} to become available`,
    observe,
    judge: ({ status }) => {
      const means = cacheSnapshotStatus(status);
      if (means === 'in-progress') return { state: 'pending', status };
      return means === 'available' ? { state: 'ready' } : { state: 'failed', error: failed(identifier, status) };
    },
    onPending: ({ status }) => wait.report({ phase: 'creating', subject: identifier, status }),
    deadline: wait.deadline,
    ...system.polling,
    clock: system.clock,
    random: system.random,
    signal: wait.signal,
  });
  const tags = await readTags(port, description, call);
  if (tags === undefined) throw failed(identifier, 'gone');
  return cacheSnapshotOf(description, { cache: name, region: system.aws.region, tags });
}

/** A passing error (facts 0.7): the wait bears it a few times, but not for ever. */
function notSeen(identifier: string): BackupError {
  return new BackupError({
    code: 'snapshot-not-found',
    message: `cache snapshot ${identifier} was begun but cannot be seen`,
    hint: 'Somebody may have deleted it. Look for it in AWS, then take another one.',
    retryable: true,
    details: { snapshot: identifier },
  });
}

function failed(identifier: string, status: string): BackupError {
  return new BackupError({
    code: 'resource-failed',
    message: `cache snapshot ${identifier} is ${status}`,
    hint: 'Read the events of the cache; too little reserved memory is the usual reason (reserved-memory-percent). Then take another one.',
    details: { snapshot: identifier, status },
  });
}
