import type { BackupKind } from '../core/backups.js';
import type { BackupErrorCode } from '../core/error-codes.js';
import type { BackupError } from '../core/errors.js';
import type { ExpireReason } from '../retention/retention-decision.js';

/** Why a backup that was to go is still there. */
export type SpareReason =
  /** It is not what was decided upon any more: another of its name, overwritten, or not available. */
  | 'changed'
  /** Somebody has put a hold on it since. */
  | 'on-hold'
  /** The good backup that was to be kept of the same source is gone, so this one stays. */
  | 'last-good-gone';

/** What became of a backup. */
export type Fate =
  | {
      readonly kind: 'deleted';
      /** Present of dumps in a bucket that keeps versions: hidden, and billed until a lifecycle rule removes them (facts G13). */
      readonly keptAsVersion?: true | undefined;
    }
  /** Its deletion was asked for, and the run was stopped before all of it was seen to be gone: only in the evidence of such a run. */
  | { readonly kind: 'begun' }
  /** Somebody else, or an earlier run, has deleted it. */
  | { readonly kind: 'already-gone' }
  | { readonly kind: 'spared'; readonly because: SpareReason }
  /** It may be half gone: a dump without its manifest is none any more, and `sweep()` removes the rest. */
  | { readonly kind: 'failed'; readonly code: BackupErrorCode; readonly message: string; readonly retryable: boolean };

/** A backup that a decision let go, and what became of it. */
export interface ExpiredBackup {
  readonly kind: BackupKind;
  readonly id: string;
  readonly region: string;
  readonly createdAt: Date | undefined;
  readonly sizeBytes: number | undefined;
  /** Why it was to go. */
  readonly reasons: readonly ExpireReason[];
  readonly fate: Fate;
}

/** What came of carrying out a decision. */
export interface RetentionOutcome {
  /** `refused`: by the fuse, nothing was done; `incomplete`: something could not be deleted. */
  readonly verdict: 'completed' | 'incomplete' | 'refused';
  /** ISO instant for which it was decided. */
  readonly decidedFor: string;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  /** In the order of the decision: newest first. */
  readonly expired: readonly ExpiredBackup[];
  /** How many the decision kept. */
  readonly kept: number;
  /** Of what was deleted, as far as sizes are known: of database snapshots that of the whole instance, not the increments billed. */
  readonly deletedBytes: number;
  /** Key of the evidence in the archive; absent where there is no archive. */
  readonly evidence?: string | undefined;
}

/** The fate of what an error kept from being deleted. */
export function failedBy({ code, message, retryable }: BackupError): Fate {
  return { kind: 'failed', code, message, retryable };
}
