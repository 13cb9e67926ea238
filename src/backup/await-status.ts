import type { BackupStatus } from '../core/backups.js';
import type { CallOptions } from '../core/call-options.js';
import { type Duration, parseDuration } from '../core/duration.js';
import { BackupError } from '../core/errors.js';
import { type Judgement, type PollRequest, pollUntil } from '../core/poll.js';
import type { ProgressNote } from '../core/progress-reporter.js';
import type { System } from '../system/define-system.js';

/** Looks at something until it is so, at the system's pace and by its clock. Errors: those of `pollUntil`. */
export function awaitStatus<Seen extends { readonly status: string }>(
  system: System,
  wait: Pick<PollRequest<Seen>, 'what' | 'observe' | 'judge' | 'deadline' | 'signal'> & {
    readonly onPending: ((seen: Seen) => void) | undefined;
  },
): Promise<Seen> {
  const { clock, random, polling } = system;
  return pollUntil({ ...wait, ...polling, clock, random });
}

/** How long a wait for a backup lasts, and who is told of it. */
export interface BackupWait {
  readonly deadline: Date;
  readonly signal?: AbortSignal | undefined;
  readonly report: (note: ProgressNote) => void;
}

/**
 * Waits for a snapshot or a copy that was begun. One that cannot be seen is a passing error, also after it was seen (facts 0.7):
 * the wait bears it a few times, but not for ever.
 *
 * Errors: `resource-failed`, also if it goes after it was seen; `snapshot-not-found` if it is never seen; `deadline-exceeded`.
 */
export function awaitBegun<Seen extends { readonly status: string; readonly percentProgress?: number | undefined }>(
  system: System,
  begun: {
    /** Such as `snapshot` or `cache snapshot`. */
    readonly noun: string;
    readonly identifier: string;
    readonly describe: () => Promise<Seen | undefined>;
    readonly statusOf: (status: string) => BackupStatus;
    /** What to do about one that failed. */
    readonly hint: string;
    /** Of the progress. */
    readonly phase: string;
  },
  wait: BackupWait,
): Promise<Seen> {
  const { noun, identifier, statusOf, hint, phase } = begun;
  const name = `${noun} ${identifier}`;
  const failed = (status: string): BackupError =>
    new BackupError({
      code: 'resource-failed',
      message: `${name} is ${status}`,
      hint,
      details: { snapshot: identifier, status },
    });
  let isSeen = false;
  return awaitStatus(system, {
    what: `${name} to become available`,
    observe: async () => {
      const found = await begun.describe();
      if (found === undefined) throw isSeen ? isGone(name, identifier) : notSeen(name, identifier);
      isSeen = true;
      return found;
    },
    judge: ({ status }): Judgement => {
      const means = statusOf(status);
      if (means === 'in-progress') return { state: 'pending', status };
      return means === 'available' ? { state: 'ready' } : { state: 'failed', error: failed(status) };
    },
    onPending: ({ status, percentProgress }) =>
      wait.report({ phase, subject: identifier, percent: percentProgress, status }),
    deadline: wait.deadline,
    signal: wait.signal,
  });
}

/** The error for a snapshot that was there; it may only not be seen for a moment. */
export function isGone(name: string, identifier: string): BackupError {
  return new BackupError({
    code: 'resource-failed',
    message: `${name} is gone`,
    hint: 'Somebody seems to have deleted it. Look for it in AWS, then take another one.',
    retryable: true,
    details: { snapshot: identifier, status: 'gone' },
  });
}

/** The instant at which a wait gives up: the caller's, or so long from now. */
export function deadlineOf(system: System, options: CallOptions, bound: Duration): Date {
  return options.deadline ?? new Date(system.clock.now().getTime() + parseDuration(bound, 'deadline'));
}

function notSeen(name: string, identifier: string): BackupError {
  return new BackupError({
    code: 'snapshot-not-found',
    message: `${name} was begun but cannot be seen`,
    hint: 'Somebody may have deleted it. Look for it in AWS, then take another one.',
    retryable: true,
    details: { snapshot: identifier },
  });
}
