import { getEventListeners } from 'node:events';
import { expect } from 'vitest';
import { type BackupError, isBackupError } from '../../src/core/errors.js';
import type { Production, ProductionOptions } from './production.js';
import { abortReason, type Trouble } from './spoiler.js';

/** Something that callers do, as often as it takes. */
export interface Workflow<Prepared> {
  readonly name: string;
  readonly furnish?: ProductionOptions;
  /** How many requests one that is refused may still make. Default 4. */
  readonly requestsToClearUp?: number;
  /** What is there before: made without trouble. */
  prepare(production: Production): Promise<Prepared>;
  /** One attempt; what it resolves with is compared with that of a run without trouble, if there is anything. */
  run(production: Production, prepared: Prepared, signal: AbortSignal): Promise<unknown>;
  /** How many requests at its end it makes for others' sake, and is done without. Default 0. */
  readonly requestsToSpare?: number;
  /** Whether it says what it has found even to somebody who gives up while it clears up. Default: it rejects with the reason. */
  readonly saysSoAnyway?: boolean;
  /** Somebody else removes what it has made. */
  vanish?(production: Production): Promise<void>;
  /** What the next one does about what a killed or disowned one could not clear up. */
  tidy?(production: Production): Promise<void>;
  /** More that must be so afterwards. */
  state?(production: Production, prepared: Prepared): unknown;
}

/** What an attempt came to: `done`, `aborted`, or the code of its error. */
export type Ending =
  | { readonly kind: 'done'; readonly result: unknown }
  | { readonly kind: string; readonly error: unknown };

/**
 * One attempt that does not meet the lease of a process that is gone, which gives none back: it waits until the lease ends, as the
 * refusal tells. Without `signal` nobody gives up.
 */
export async function attempt<Prepared>(
  workflow: Workflow<Prepared>,
  production: Production,
  prepared: Prepared,
  signal: AbortSignal = new AbortController().signal,
): Promise<Ending> {
  for (let refusals = 0; ; refusals += 1) {
    const ending = await attemptOnce(workflow, production, prepared, signal);
    if (ending.kind !== 'journal-busy' || refusals === 2) return ending;
    // One that was killed while it renewed its lease may have it a little longer than the first refusal told.
    const { until } = (ending as { error: BackupError }).error.details;
    production.clock.advance(Math.max(0, Date.parse(String(until)) - production.clock.now().getTime()));
  }
}

async function attemptOnce<Prepared>(
  workflow: Workflow<Prepared>,
  production: Production,
  prepared: Prepared,
  signal: AbortSignal,
): Promise<Ending> {
  try {
    const result = await production.spoiler.asProcess(() => workflow.run(production, prepared, signal));
    return { kind: 'done', result };
  } catch (error) {
    if (error === abortReason) return { kind: 'aborted', error };
    return { kind: isBackupError(error) ? error.code : 'no BackupError', error };
  }
}

/** Nothing of an attempt that is over goes on. What was a killed process's own, its operating system has closed. */
export function expectNothingRunning(
  { servers }: Production,
  { signal, killed }: { readonly signal: AbortSignal; readonly killed: boolean },
  when: string,
): void {
  if (killed) {
    servers.postgres.open.clear();
    for (const { stream } of servers.postgres.dumps) stream.destroy();
    return;
  }
  expect(servers.postgres.open.size, `${when}: open connections`).toBe(0);
  expect(
    servers.postgres.dumps.filter(({ stream }) => !stream.closed),
    `${when}: running pg_dumps`,
  ).toEqual([]);
  if (!signal.aborted) expect(getEventListeners(signal, 'abort'), `${when}: listeners`).toEqual([]);
}

/** Which endings a trouble may have. Whatever it is, it is an error that callers can handle, and the right one. */
export function expectEnding(
  ending: Ending,
  trouble: Trouble,
  when: string,
  { saysSoAnyway = false }: Pick<Workflow<unknown>, 'saysSoAnyway'> = {},
): void {
  const why = 'error' in ending ? `${when}: ${String(ending.error)}` : when;
  switch (trouble) {
    case 'error-once':
    case 'throttle-once':
    case 'drop-request-once':
    case 'drop-response-once':
    case 'half-answer-once':
      expect(ending.kind, why).toBe('done');
      return;
    case 'error-thrice':
    case 'throttle-thrice':
    case 'drop-request-thrice':
    case 'drop-response-thrice':
    case 'half-answer-thrice':
      if (ending.kind === 'done') return;
      expect(['service-error', 'throttled', 'service-unreachable', 'upload-failed'], why).toContain(ending.kind);
      expect((ending as { error: BackupError }).error.retryable, why).toBe(true);
      return;
    case 'denied-once':
      expect(['done', 'access-denied'], why).toContain(ending.kind);
      return;
    case 'denied-from-then-on':
      expect(['access-denied', 'upload-failed'], why).toContain(ending.kind);
      return;
    case 'expired-from-then-on':
      expect(['credentials-expired', 'upload-failed'], why).toContain(ending.kind);
      return;
    case 'hang':
    case 'silence':
      expect(saysSoAnyway ? ['aborted', 'done', 'service-unreachable'] : ['aborted'], why).toContain(ending.kind);
      return;
    case 'abort':
      expect(['aborted', 'done'], why).toContain(ending.kind);
      return;
    case 'crash':
      expect(ending.kind, why).not.toBe('done');
      return;
    case 'gone':
      expect(ending.kind, why).not.toBe('no BackupError');
      return;
    default:
      throw new Error(`no such trouble: ${trouble satisfies never}`);
  }
}
