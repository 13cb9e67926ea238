import { BackupError, isBackupError } from '../core/errors.js';
import { pollUntil } from '../core/poll.js';
import { snapshotStatus } from '../core/snapshot-status.js';
import type { DatabaseEvent, SnapshotDescription } from '../ports/rds.js';
import type { System } from '../system/define-system.js';
import type { ProgressNote } from './progress-reporter.js';

/** How far back events of a failed snapshot are asked for. */
const eventsMilliseconds = 86_400_000;

/**
 * Waits for a snapshot that was begun. Only its status decides: 100 percent does not mean available (facts A8).
 *
 * Errors: `resource-failed` with the snapshot's events, `deadline-exceeded`.
 */
export function awaitSnapshot(
  system: System,
  identifier: string,
  wait: {
    readonly deadline: Date;
    readonly signal?: AbortSignal | undefined;
    readonly report: (note: ProgressNote) => void;
  },
): Promise<SnapshotDescription> {
  const { signal } = wait;
  return pollUntil({
    what: `snapshot ${identifier} to become available`,
    observe: () => describeBegun(system, identifier, signal),
    judge: (snapshot) => {
      const status = snapshotStatus(snapshot.status);
      if (status === 'in-progress') return { state: 'pending', status: snapshot.status };
      return status === 'available' ? { state: 'ready' } : { state: 'failed', error: snapshotFailed(snapshot) };
    },
    onPending: ({ percentProgress, status }) =>
      wait.report({ phase: 'creating', subject: identifier, percent: percentProgress, status }),
    deadline: wait.deadline,
    ...system.polling,
    clock: system.clock,
    random: system.random,
    signal,
  }).catch(async (error: unknown) => {
    throw isBackupError(error, 'resource-failed') ? await withEvents(system, identifier, error, signal) : error;
  });
}

/** Not to be seen yet is a passing error (facts 0.7): the wait bears it a few times, but not for ever. */
async function describeBegun(
  system: System,
  identifier: string,
  signal: AbortSignal | undefined,
): Promise<SnapshotDescription> {
  const snapshot = await system.aws.rds.describeSnapshot(identifier, { signal });
  if (snapshot !== undefined) return snapshot;
  throw new BackupError({
    code: 'snapshot-not-found',
    message: `snapshot ${identifier} was begun but cannot be seen`,
    hint: 'Somebody may have deleted it. Look for it in AWS, then take another one.',
    retryable: true,
    details: { snapshot: identifier },
  });
}

function snapshotFailed(snapshot: SnapshotDescription): BackupError {
  return new BackupError({
    code: 'resource-failed',
    message: `snapshot ${snapshot.identifier} is ${snapshot.status}`,
    hint: 'Read its events, delete it, and take another one: it cannot be restored and counts against the quota.',
    details: { snapshot: snapshot.identifier, status: snapshot.status },
  });
}

/** The failure with what RDS says about it. Events that cannot be read do not hide the failure itself. */
async function withEvents(
  system: System,
  identifier: string,
  failure: BackupError,
  signal: AbortSignal | undefined,
): Promise<BackupError> {
  const since = new Date(system.clock.now().getTime() - eventsMilliseconds);
  const events: DatabaseEvent[] = [];
  let unread: unknown;
  try {
    const filter = { sourceType: 'db-snapshot', source: identifier, since } as const;
    for await (const event of system.aws.rds.listEvents(filter, { signal })) events.push(event);
  } catch (error) {
    if (signal?.aborted || !isBackupError(error)) throw error;
    unread = error.message;
  }
  events.sort((a, b) => a.at.getTime() - b.at.getTime());
  const { code, message, hint, details } = failure;
  const told = events.map(({ at, message: text }) => `${at.toISOString()} ${text}`);
  return new BackupError({
    code,
    message: told.length === 0 ? message : `${message}: ${events.at(-1)?.message}`,
    hint,
    details: { ...details, events: told, ...(unread === undefined ? {} : { eventsUnread: unread }) },
  });
}
