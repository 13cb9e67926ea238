import type { CallOptions } from '../../core/call-options.js';
import { BackupError, isBackupError } from '../../core/errors.js';
import type { Journal } from '../../ports/journal.js';
import type { System } from '../../system/define-system.js';

/** How long a run may be silent before another may take over. */
const leaseMilliseconds: number = 15 * 60_000;

/** A held lease. */
export interface Lease {
  /** Aborts with the caller's signal, and when the lease is lost. */
  readonly signal: AbortSignal;
  /** Renews where a third of the time has passed. Errors: `journal-busy` once it is another's. */
  keep(): Promise<void>;
  /** As `keep`, for where nobody can wait: a loss aborts the signal. */
  touch(): void;
  /** Gives the lease back; never rejects because of the caller's signal. */
  release(): Promise<void>;
}

/**
 * Takes the lease that keeps two runs of one plan apart. It is renewed when something happens rather than by a timer: a run
 * that hangs loses it.
 *
 * Errors: `journal-busy`, and the journal's own.
 */
export async function takeLease(
  system: System,
  journal: Journal,
  run: { readonly planHash: string; readonly holder: string },
  options: CallOptions,
): Promise<Lease> {
  const { clock } = system;
  const lost = new AbortController();
  let renewedAt = 0;
  let renewing: Promise<void> | undefined;
  const acquire = async (): Promise<void> => {
    const now = clock.now();
    await journal.acquireLease(
      { ...run, now, until: new Date(now.getTime() + leaseMilliseconds) },
      { signal: options.signal },
    );
    renewedAt = now.getTime();
  };
  const renew = async (): Promise<void> => {
    try {
      await acquire();
    } catch (error) {
      // The wait that renews it bears retryable errors; this one must end it.
      const reason = isBackupError(error, 'journal-busy') ? leaseLost(run.planHash, error) : error;
      lost.abort(reason);
      throw reason;
    } finally {
      renewing = undefined;
    }
  };
  const keep = (): Promise<void> => {
    if (clock.now().getTime() - renewedAt < leaseMilliseconds / 3) return Promise.resolve();
    renewing ??= renew();
    return renewing;
  };
  await acquire().catch(async (error: unknown) => {
    // Its answer may have been lost: better nobody holds it than a run that never began.
    if (!isBackupError(error, 'journal-busy')) await journal.releaseLease(run).catch(() => undefined);
    throw error;
  });
  return {
    signal: options.signal === undefined ? lost.signal : AbortSignal.any([options.signal, lost.signal]),
    keep,
    touch: () => {
      // Its failure has aborted the signal.
      keep().catch(() => undefined);
    },
    release: async () => {
      await renewing?.catch(() => undefined);
      await journal.releaseLease(run);
    },
  };
}

function leaseLost(planHash: string, cause: BackupError): BackupError {
  return new BackupError({
    code: 'journal-busy',
    message: `another run has taken over this plan while this one was silent: ${cause.message}`,
    hint: 'Leave it to the other run; this one has stopped where it was.',
    details: { ...cause.details, planHash },
    cause,
  });
}
