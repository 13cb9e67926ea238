import type { PortCall } from './port-call.js';

/** One thing an execution did or learned, in order. JSON-safe. */
export interface JournalEntry {
  /** ISO instant. */
  readonly at: string;
  readonly planHash: string;
  readonly runId: string;
  readonly kind: string;
  readonly step?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * The durable record of an execution: from it, and from what AWS shows, an interrupted run resumes. An entry that
 * `append` has settled for survives the process.
 */
export interface Journal {
  /** Entries of one plan in the order they were appended. Errors: `journal-invalid`. */
  read(planHash: string, call?: PortCall): Promise<readonly JournalEntry[]>;
  append(entry: JournalEntry, call?: PortCall): Promise<void>;
  /**
   * Keeps two runs of one plan apart. Rejects with `journal-busy` while another holder's lease has not expired; the same
   * holder renews its own. Times are the caller's clock.
   */
  acquireLease(
    lease: { readonly planHash: string; readonly holder: string; readonly now: Date; readonly until: Date },
    call?: PortCall,
  ): Promise<void>;
  releaseLease(lease: { readonly planHash: string; readonly holder: string }, call?: PortCall): Promise<void>;
}
