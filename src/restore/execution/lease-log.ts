import { BackupError } from '../../core/errors.js';

/** What was said about the lease of one plan, in order. Instants are ISO texts of the callers' clocks. */
export type LeaseRecord =
  | {
      readonly lease: 'acquire';
      readonly planHash: string;
      readonly holder: string;
      readonly now: string;
      readonly until: string;
    }
  | { readonly lease: 'release'; readonly planHash: string; readonly holder: string };

/** Who holds a lease and until when. */
export interface HeldLease {
  readonly holder: string;
  readonly until: string;
}

/**
 * Who holds the lease of a plan after all of these records. Whoever writes an `acquire` while another's lease runs gets
 * nothing: so two that write at the same time both learn from the order who was first.
 */
export function currentLease(records: Iterable<LeaseRecord>, planHash: string): HeldLease | undefined {
  let held: HeldLease | undefined;
  for (const record of records) {
    if (record.planHash !== planHash) continue;
    if (record.lease === 'release') {
      if (held?.holder === record.holder) held = undefined;
    } else if (held === undefined || held.holder === record.holder || held.until <= record.now) {
      held = { holder: record.holder, until: record.until };
    }
  }
  return held;
}

/** The error for a lease that another run holds. */
export function journalBusy(planHash: string, held: HeldLease): BackupError {
  return new BackupError({
    code: 'journal-busy',
    message: `run ${held.holder} is executing this plan; its lease ends at ${held.until}`,
    hint: 'Wait for that run. If its process is gone, the plan can be executed again when the lease has ended.',
    retryable: true,
    details: { planHash, holder: held.holder, until: held.until },
  });
}
