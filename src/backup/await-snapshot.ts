import { BackupError, isBackupError } from '../core/errors.js';
import { snapshotStatus } from '../core/snapshot-status.js';
import type { SnapshotDescription } from '../ports/database-backups.js';
import type { DatabaseEvent } from '../ports/database-event.js';
import type { RdsPort } from '../ports/rds.js';
import type { System } from '../system/define-system.js';
import { awaitBegun, type BackupWait } from './await-status.js';

/** How far back events of a failed snapshot are asked for. */
const eventsMilliseconds = 86_400_000;

/**
 * Waits for a snapshot that was begun. Only its status decides: 100 percent does not mean available (facts A8).
 *
 * Errors: those of `awaitBegun`; `resource-failed` with the snapshot's events.
 */
export async function awaitSnapshot(
  system: System,
  { rds, identifier, phase }: { readonly rds: RdsPort; readonly identifier: string; readonly phase: string },
  wait: BackupWait,
): Promise<SnapshotDescription> {
  const { signal } = wait;
  const begun = {
    noun: 'snapshot',
    identifier,
    describe: () => rds.describeSnapshot(identifier, { signal }),
    statusOf: snapshotStatus,
    hint: 'Read its events, delete it, and take another one: it cannot be restored and counts against the quota.',
    phase,
  };
  try {
    return await awaitBegun(system, begun, wait);
  } catch (error) {
    throw isBackupError(error, 'resource-failed') ? await withEvents(system, rds, identifier, error, signal) : error;
  }
}

/** The failure with what RDS says about it. Events that cannot be read do not hide the failure itself. */
async function withEvents(
  system: System,
  rds: RdsPort,
  identifier: string,
  failure: BackupError,
  signal: AbortSignal | undefined,
): Promise<BackupError> {
  const since = new Date(system.clock.now().getTime() - eventsMilliseconds);
  const events: DatabaseEvent[] = [];
  let unread: unknown;
  try {
    const filter = { sourceType: 'db-snapshot', source: identifier, since } as const;
    for await (const event of rds.listEvents(filter, { signal })) events.push(event);
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
