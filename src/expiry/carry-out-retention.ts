import { withinDeadline } from '../checks/within-deadline.js';
import type { Backup } from '../core/backups.js';
import type { CallOptions } from '../core/call-options.js';
import { progressReporter } from '../core/progress-reporter.js';
import type { PortCall } from '../ports/port-call.js';
import type { RetentionDecision } from '../retention/retention-decision.js';
import type { System } from '../system/define-system.js';
import { checkDecision } from './check-decision.js';
import type { ExpiryWork } from './expiry-work.js';
import { type Guarantor, guarantorsOf, isCovered } from './last-good.js';
import { outcomeOf } from './outcome-of.js';
import type { Fate, RetentionOutcome } from './retention-outcome.js';

/**
 * Deletes what a decision lets go (runbook: Retention Policies), and nothing else. Each backup is looked at once more before: what has
 * become another, is held, or is no longer ours stays; and of a source whose good backup has gone meanwhile nothing goes. Snapshots
 * are deleted one by one, dumps a thousand objects at a time, each only as it was listed (facts A14, G15). One that cannot be
 * deleted keeps none of the others; the outcome names it. What is about to be deleted is kept as evidence before, and what came of it after.
 *
 * A decision that the fuse refused deletes nothing. Carrying out the same decision twice deletes nothing more.
 *
 * Errors: `invalid-input`; `precondition-failed` for a decision older than a day; `credentials-expired`; those of looking at
 * the backups that are kept, and of writing evidence. A run that is stopped and cannot write down what it has done says so in
 * `details.evidenceLost`, and by progress of the phase `evidence-lost`.
 *
 * @example
 * ```ts
 * const decision = await decideRetention(zephyr, new RetentionPolicy(zephyrRetention));
 * console.log(renderRetention(decision)); // look at it, or let the fuse do it
 * const outcome = await carryOutRetention(zephyr, decision);
 * ```
 */
export async function carryOutRetention(
  system: System,
  decision: RetentionDecision<Backup>,
  options: CallOptions = {},
): Promise<RetentionOutcome> {
  checkDecision(decision, system.clock);
  const { announceRetention, recordRetention } = await import('./retention-evidence.js');
  const { recordStopped } = await import('../evidence/record-stopped.js');
  const limits = { clock: system.clock, deadline: options.deadline, signal: options.signal };
  return withinDeadline('carrying out retention', limits, async (signal) => {
    const startedAt = system.clock.now();
    const report = progressReporter('carry-out-retention', system.clock, options.onProgress);
    const fates = new Map<Backup, Fate>();
    const outcome = (): RetentionOutcome => outcomeOf(decision, fates, { startedAt, finishedAt: system.clock.now() });
    await announceRetention(system, decision, { signal });
    let done: RetentionOutcome | undefined;
    try {
      await expireAll(system, decision, fates, report, { signal });
      done = outcome();
      const evidence = await recordRetention(system, done, 'finished', { signal });
      return { ...done, ...(evidence === undefined ? {} : { evidence }) };
    } catch (error) {
      if (fates.size === 0) throw error;
      throw await recordStopped(
        error,
        (call) => recordRetention(system, done ?? outcome(), done === undefined ? 'stopped' : 'finished', call),
        ({ message }) => report({ phase: 'evidence-lost', subject: system.database.instance, status: message }),
      );
    }
  });
}

async function expireAll(
  system: System,
  decision: RetentionDecision<Backup>,
  fates: Map<Backup, Fate>,
  report: ReturnType<typeof progressReporter>,
  call: PortCall,
): Promise<void> {
  if (decision.verdict === 'refused') return;
  let settled = 0;
  const settle = (backup: Backup, fate: Fate): void => {
    fates.set(backup, fate);
    if (fate.kind === 'begun') return;
    settled += 1;
    report({ phase: fate.kind, subject: backup.id, percent: Math.floor((100 * settled) / decision.expire.length) });
  };
  const work: ExpiryWork = { system, decidedFor: new Date(decision.now), call, settle };
  const { isStillThere } = await import('./look-again.js');
  const present: Guarantor[] = [];
  for (const guarantor of guarantorsOf(decision)) {
    if (await isStillThere(system, guarantor.backup, call)) present.push(guarantor);
  }
  const covered = decision.expire.flatMap(({ backup }) => {
    if (isCovered(backup, present)) return [backup];
    settle(backup, { kind: 'spared', because: 'last-good-gone' });
    return [];
  });
  const snapshots = covered.flatMap((backup) =>
    backup.kind === 'database-snapshot' || backup.kind === 'cache-snapshot' ? [backup] : [],
  );
  const { expireSnapshots } = await import('./expire-snapshots.js');
  const { expireDumps } = await import('./expire-dumps.js');
  await expireSnapshots(work, snapshots);
  await expireDumps(
    work,
    covered.flatMap((backup) => (backup.kind === 'dump' ? [backup] : [])),
  );
}
