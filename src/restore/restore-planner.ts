import { checkDatabase } from '../checks/check-database.js';
import type { CallOptions } from '../core/call-options.js';
import { cacheOf } from '../system/cache-of.js';
import type { System } from '../system/define-system.js';
import { gatherCacheRestoreFacts } from './cache/cache-restore-facts.js';
import { type CacheRestoreRequest, checkCacheRestoreRequest } from './cache/cache-restore-request.js';
import { decideCacheRestorePlan } from './cache/decide-cache-restore-plan.js';
import { decideDumpRestorePlan } from './decide-dump-restore-plan.js';
import { decidePointInTimePlan } from './decide-point-in-time-plan.js';
import { decideSnapshotPlan } from './decide-snapshot-plan.js';
import { gatherDumpRestoreFacts } from './dump-restore-facts.js';
import { checkDumpRestoreRequest, type DumpRestoreRequest } from './dump-restore-request.js';
import { type ExecuteOptions, executePlan } from './execute-plan.js';
import type { PlanOptions } from './plan-options.js';
import type { PlanningContext } from './planning-context.js';
import { checkPointInTimeRequest, type PointInTimeRequest } from './point-in-time-request.js';
import { gatherRestoreFacts } from './restore-facts.js';
import type { RestoreOutcome } from './restore-outcome.js';
import type {
  CacheRestorePlan,
  DumpRestorePlan,
  PointInTimePlan,
  RestorePlan,
  SnapshotRestorePlan,
} from './restore-plan.js';
import { gatherSnapshotRestoreFacts } from './snapshot-restore-facts.js';
import { checkSnapshotRestoreRequest, type SnapshotRestoreRequest } from './snapshot-restore-request.js';
import { checkTypical, type TypicalPhases, typicalFor } from './typical-durations.js';

/**
 * Plans recoveries and carries them out. Planning reads and changes nothing; what is executed is the plan that was approved
 * by its hash, never a new one.
 *
 * @example
 * ```ts
 * const planner = new RestorePlanner(zephyr);
 * const plan = await planner.planPointInTime({
 *   restoreTime: new Date('2025-11-09T14:25:00Z'),
 *   target: 'zephyr-production-pitr',
 *   promote: 'rename',
 * });
 * console.log(renderPlan(plan));
 * const outcome = await planner.execute(plan, { approve: plan.hash, journal, writers });
 * ```
 */
export class RestorePlanner {
  readonly #system: System;

  constructor(system: System) {
    this.#system = system;
  }

  /**
   * Plans a restore to an instant, with or without promotion. Reads AWS only.
   *
   * Errors: `invalid-input`, `restore-time-outside-window` (states the window), `point-in-time-recovery-off`,
   * `identifier-taken`, `instance-not-found`, `precondition-failed` where a promotion would apply or leave behind something
   * that was not acknowledged, and AWS's own.
   */
  async planPointInTime(request: PointInTimeRequest, options: PlanOptions = {}): Promise<PointInTimePlan> {
    const checked = checkPointInTimeRequest(request, this.#system.database.instance);
    const context = this.#context(typicalFor(checkTypical(options.typical), 'point-in-time'));
    const now = this.#system.clock.now();
    const facts = await gatherRestoreFacts(this.#system, checked, now, { signal: options.signal });
    return decidePointInTimePlan(facts, checked, context, now);
  }

  /**
   * Plans a restore from a snapshot, with or without promotion: what is written after it is lost. Reads AWS only. In another
   * region, with a system of that region, it restores the copies of snapshots that lie there.
   *
   * Errors: `invalid-input`, `snapshot-not-found`, `invalid-state` while the snapshot is not available, `identifier-taken`,
   * `precondition-failed` for a snapshot that is another instance's or shared and encrypted, and where a promotion would apply or
   * leave behind something that was not acknowledged; and AWS's own.
   *
   * @example
   * ```ts
   * const plan = await planner.planSnapshotRestore({
   *   snapshot: 'latest-automated',
   *   target: 'zephyr-production-recovery',
   *   promote: 'rename',
   * });
   * ```
   */
  async planSnapshotRestore(request: SnapshotRestoreRequest, options: PlanOptions = {}): Promise<SnapshotRestorePlan> {
    const { aws, clock, database } = this.#system;
    const checked = checkSnapshotRestoreRequest(request, database.instance, aws.region);
    const context = this.#context(typicalFor(checkTypical(options.typical), 'snapshot'));
    const now = clock.now();
    const facts = await gatherSnapshotRestoreFacts(this.#system, checked, now, { signal: options.signal });
    return decideSnapshotPlan(facts, checked, context, now);
  }

  /**
   * Plans a restore of a snapshot of the cache into a new replication group, with the security, TLS and authentication of the
   * living one: none of that is in the snapshot. Reads ElastiCache only.
   *
   * Errors: `invalid-input` (also for nodes that the data does not fit), `snapshot-not-found`, `invalid-state` while the
   * snapshot is not available, `identifier-taken`, and AWS's own.
   *
   * @example
   * ```ts
   * const plan = await planner.planCacheRestore({ snapshot: 'latest', target: 'zephyr-redis-recovery' });
   * ```
   */
  async planCacheRestore(request: CacheRestoreRequest, options: CallOptions = {}): Promise<CacheRestorePlan> {
    const checked = checkCacheRestoreRequest(request, cacheOf(this.#system).name);
    const facts = await gatherCacheRestoreFacts(this.#system, checked, { signal: options.signal });
    return decideCacheRestorePlan(facts, checked, this.#context(), this.#system.clock.now());
  }

  /**
   * Plans a restore of a dump into an empty database. Reads AWS and S3, and asks pg_restore for its version.
   *
   * Errors: `invalid-input`, `dump-not-found`, `dump-corrupt`, `version-mismatch`, `instance-not-found`, `invalid-state`,
   * `precondition-failed`, `postgres-tool-missing`, and AWS's own.
   */
  async planDumpRestore(request: DumpRestoreRequest, options: CallOptions = {}): Promise<DumpRestorePlan> {
    const checked = checkDumpRestoreRequest(request, this.#system.database.instance);
    const now = this.#system.clock.now();
    const facts = await gatherDumpRestoreFacts(this.#system, checked, now, { signal: options.signal });
    return decideDumpRestorePlan(facts, checked, this.#context(), now);
  }

  /**
   * Executes a plan, or goes on with an execution that was interrupted. Every step looks first whether it has been done, so
   * that any number of runs with the same journal come to the same end; two at once are kept apart by the journal's lease.
   *
   * A database that does not pass its checks is a returned `stopped`, before production is touched. An abort or an error
   * leaves the journal such that the next call resumes, and everything that was made tagged with the operation.
   *
   * Errors: `plan-invalid`, `plan-not-approved`, `journal-busy`, `journal-invalid`, `invalid-input`, `precondition-failed`,
   * `identifier-taken`, `resource-failed` with the events of RDS, `deadline-exceeded`, `dump-corrupt`, `restore-failed`, and
   * AWS's and the database's own.
   */
  async execute(plan: RestorePlan, options: ExecuteOptions): Promise<RestoreOutcome> {
    return executePlan(this.#system, plan, options, checkDatabase);
  }

  #context(typical?: TypicalPhases): PlanningContext {
    const { aws, database, objectives } = this.#system;
    return { region: aws.region, instance: database.instance, database: database.name, objectives, typical };
  }
}
