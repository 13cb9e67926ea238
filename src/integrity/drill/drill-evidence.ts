import type { CheckResult } from '../../core/check-result.js';
import type { PassedOverClass } from '../../restore/plan/restore-plan.js';

/**
 * How a drill ended. `partial`: what was restored is not known to be wrong, but not everything was proven or met: a check was
 * inconclusive, nothing was checked, an objective was missed, or something could not be removed. Only `passed` proves a backup.
 */
export type DrillVerdict = 'passed' | 'partial' | 'failed';

/** What kind of backup a drill restored from. */
export type DrilledKind = 'database-snapshot' | 'point-in-time' | 'dump' | 'cache-snapshot';

/** The backup that was drilled. */
export interface DrilledBackup {
  readonly kind: DrilledKind;
  /** As the request said it, such as `latest-automated-snapshot`. */
  readonly asked: string;
  /** Identifier of the snapshot, key of the dump, or resource id of the instance whose history was restored. */
  readonly id: string;
  readonly region: string;
  /** `DbiResourceId` of the instance that it is a backup of, where it is known. */
  readonly resourceId?: string | undefined;
  /** ISO instant; absent for a point in time. */
  readonly createdAt?: string | undefined;
  /** ISO instant up to which it holds the data: of a point in time the instant that was restored to. */
  readonly dataTime?: string | undefined;
  /** How a random instant was drawn: the same seed in the same window gives the same one. ISO instants. */
  readonly drawn?: { readonly seed: string; readonly from: string; readonly to: string } | undefined;
}

/** What was made for the drill, and removed after it. */
export interface DrillTarget {
  readonly kind: 'instance' | 'database' | 'cache';
  readonly region: string;
  /** Of the instance or the cache; of a database its own. */
  readonly identifier: string;
  readonly resourceId?: string | undefined;
  /** Class of the instance, or type of the cache's nodes. */
  readonly size?: string | undefined;
  /** Classes that were preferred to that and could not be had; absent where there were none. */
  readonly passedOver?: readonly PassedOverClass[] | undefined;
}

/** A part of the drill and how long it took. ISO instants. */
export interface DrillPhase {
  /** `choose`, the steps of the restore, `prove-password`, `check`, `tear-down`. */
  readonly phase: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly milliseconds: number;
  /** `failed`: the drill went no further here. */
  readonly outcome: 'done' | 'failed';
}

/** An objective beside what the drill measured. */
export interface DrillObjective {
  readonly allowedMilliseconds: number;
  /** Absent: it could not be measured. */
  readonly measuredMilliseconds?: number | undefined;
  /** `not-judged`: measured perhaps, but this kind of drill says nothing about the objective. */
  readonly verdict: 'met' | 'missed' | 'not-judged';
  /** What was measured, in words. */
  readonly basis: string;
}

/** How much data is missing. */
export interface DrillRecoveryPoint extends DrillObjective {
  /** From the instant whose data the backup holds to the beginning of the drill: what would be lost without a newer one. */
  readonly ageMilliseconds?: number | undefined;
  /** From the newest row that was found to the instant whose data the backup holds. */
  readonly gapMilliseconds?: number | undefined;
  /** ISO instant of the newest row that a boundary found. */
  readonly newestRow?: string | undefined;
}

/** What the drill cost, roughly. */
export interface DrillCost {
  readonly currency: string;
  /** Sum of the items; absent where a price is unknown. */
  readonly amount?: number | undefined;
  readonly items: readonly {
    readonly what: string;
    readonly hours: number;
    /** Instances, nodes or GiB. */
    readonly quantity: number;
    /** For one of them in one hour; absent where the table has none. */
    readonly pricePerHour?: number | undefined;
  }[];
}

/** Something that the drill made and could not remove. It costs money and holds production's data: remove it. */
export interface DrillLeftover {
  readonly kind: DrillTarget['kind'];
  readonly region: string;
  readonly identifier: string;
  readonly resourceId?: string | undefined;
  /** Why it is still there. */
  readonly reason: string;
}

/** What became of what the drill had made. */
export interface DrillTeardown {
  /** `nothing-made`: it never came so far. `failed`: see `leftovers`. */
  readonly outcome: 'removed' | 'nothing-made' | 'failed';
  readonly leftovers: readonly DrillLeftover[];
}

/** What a drill found, as it is kept in the archive. JSON-safe; it holds no secret and no row but those that checks select. */
export interface DrillEvidence {
  readonly version: 1;
  /** Of this run: in the names and tags of everything that it made. */
  readonly runId: string;
  readonly verdict: DrillVerdict;
  /** What keeps it from having passed, a line each; empty exactly where it passed. */
  readonly reasons: readonly string[];
  /** ISO instants. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly system: { readonly region: string; readonly instance: string; readonly database: string };
  readonly backup: DrilledBackup;
  readonly target: DrillTarget;
  /** In the order in which they began. */
  readonly phases: readonly DrillPhase[];
  /** From the beginning until the restored data had been checked. */
  readonly recoveryTime: DrillObjective;
  readonly recoveryPoint: DrillRecoveryPoint;
  readonly checks: readonly CheckResult[];
  /** What would have to be checked too before anybody could be certain, a line each. */
  readonly notChecked: readonly string[];
  readonly teardown: DrillTeardown;
  readonly cost: DrillCost;
  /** What ended the drill before it had restored and checked; its code is one of the error codes, or `aborted`. */
  readonly error?: { readonly code: string; readonly message: string; readonly hint?: string | undefined } | undefined;
  /** Hash of the plan whose steps restored. */
  readonly planHash?: string | undefined;
}

/** What `IntegrityChecker.drill` resolves with: the evidence, and where it is kept. */
export interface DrillReport extends DrillEvidence {
  /** Key in the archive; absent where it could not be stored. */
  readonly key?: string | undefined;
  /** Why it could not be stored: keep it yourself. It then has not passed. */
  readonly unstored?: { readonly code: string; readonly message: string; readonly hint: string } | undefined;
}
