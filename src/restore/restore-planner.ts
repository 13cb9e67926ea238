import type { CallOptions } from '../core/call-options.js';
import type { System } from '../system/define-system.js';
import type { CacheRestoreRequest } from './cache/cache-restore-request.js';
import type { DumpRestoreRequest } from './dump/dump-restore-request.js';
import type { ExecuteOptions } from './execution/execute-plan.js';
import type { RestoreOutcome } from './execution/restore-outcome.js';
import type { CacheFailoverPlan, FailoverPlan } from './failover/failover-plan.js';
import type { CacheFailoverRequest, FailoverRequest } from './failover/failover-request.js';
import type { PointInTimeRequest } from './instance/point-in-time-request.js';
import type { SnapshotRestoreRequest } from './instance/snapshot-restore-request.js';
import type { PlanOptions } from './plan/plan-options.js';
import type {
  CacheRestorePlan,
  DumpRestorePlan,
  PointInTimePlan,
  RestorePlan,
  RollbackPlan,
  SnapshotRestorePlan,
} from './plan/restore-plan.js';
import type { RollbackRequest } from './promotion/rollback-request.js';
import type { ReplicaPlan, ReplicaPromotionPlan } from './replica/replica-plan.js';
import type { ReplicaPromotionRequest } from './replica/replica-promotion-request.js';
import type { ReplicaRequest } from './replica/replica-request.js';

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
   * `identifier-taken`, `instance-not-found`, `instance-class-not-offered` where RDS makes no instance like the source any more,
   * `precondition-failed` where a promotion would apply or leave behind something that was not acknowledged, and AWS's own.
   */
  async planPointInTime(request: PointInTimeRequest, options: PlanOptions = {}): Promise<PointInTimePlan> {
    const { planPointInTime } = await import('./instance/plan-point-in-time.js');
    return planPointInTime(this.#system, request, options);
  }

  /**
   * Plans a restore from a snapshot, with or without promotion: what is written after it is lost. Reads AWS only. In another
   * region, with a system of that region, it restores the copies of snapshots that lie there.
   *
   * Errors: `invalid-input`, `snapshot-not-found`, `invalid-state` while the snapshot is not available, `identifier-taken`,
   * `instance-class-not-offered` where RDS makes no instance like the source any more, `precondition-failed` for a snapshot that is
   * another instance's or shared and encrypted, and where a promotion would apply or leave behind something that was not
   * acknowledged; and AWS's own.
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
    const { planSnapshotRestore } = await import('./instance/plan-snapshot-restore.js');
    return planSnapshotRestore(this.#system, request, options);
  }

  /**
   * Plans to undo a promotion by rename: the instance that was production before gets its name back, the one that is production now
   * is kept under another (facts C8). What was written since the promotion stays behind in that one. Reads RDS only.
   *
   * Errors: `invalid-input`, `instance-not-found`, `invalid-state` while the old instance is not available, `identifier-taken`,
   * `precondition-failed` for writes that would be lost, and where a rename would apply or leave behind something that was not
   * acknowledged; and AWS's own.
   *
   * @example
   * ```ts
   * const { previous, discarded } = outcome;
   * const plan = await planner.planRollback({
   *   to: previous.identifier,
   *   writtenUntil: new Date(discarded.to),
   *   acknowledgeLostWrites: true,
   * });
   * ```
   */
  async planRollback(request: RollbackRequest, options: CallOptions = {}): Promise<RollbackPlan> {
    const { planRollback } = await import('./promotion/plan-rollback.js');
    return planRollback(this.#system, request, options);
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
    const { planCacheRestore } = await import('./cache/plan-cache-restore.js');
    return planCacheRestore(this.#system, request, options);
  }

  /**
   * Plans a read replica of the instance, in its region or in another that the system names, with the source's settings and those
   * that the request gives instead. Executed, it ends when the replica follows closely: both servers are asked, so both must be
   * reachable. Reads RDS only.
   *
   * Errors: `invalid-input` (also for a key, or names of another region, that are missing), `instance-not-found`,
   * `precondition-failed` for a source that can have no replica, `invalid-state`, `identifier-taken`, `quota-exceeded`, and AWS's own.
   *
   * @example
   * ```ts
   * const plan = await planner.planReplica({
   *   target: 'zephyr-dr',
   *   region: 'us-west-2',
   *   kmsKey: 'arn:aws:kms:us-west-2:123456789012:key/...',
   *   configuration: { vpcSecurityGroups: ['sg-0123456789abcdef0'], subnetGroup: 'zephyr-west', parameterGroup: 'zephyr-postgres15' },
   * });
   * ```
   */
  async planReplica(request: ReplicaRequest, options: CallOptions = {}): Promise<ReplicaPlan> {
    const { planReplica } = await import('./replica/plan-replica.js');
    return planReplica(this.#system, request, options);
  }

  /**
   * Plans to make a read replica production, by pointing the application at it: `planned`, with nothing lost, or after the source
   * was lost, and then without a call to its region. It is for good: a promoted replica follows nothing any more. Reads RDS,
   * and asks the replica's server or CloudWatch how far it is behind.
   *
   * Errors: `invalid-input`, also for what was not acknowledged; `instance-not-found`; `precondition-failed` for what is no replica of
   * the system's instance, does not follow, or is behind by more than `maxLag`; `invalid-state`; and AWS's own.
   *
   * @example
   * ```ts
   * const plan = await planner.planReplicaPromotion({ replica: 'zephyr-dr', region: 'us-west-2', mode: 'planned' });
   * const outcome = await planner.execute(plan, { approve: plan.hash, journal, writers, switchEndpoint });
   * ```
   */
  async planReplicaPromotion(
    request: ReplicaPromotionRequest,
    options: CallOptions = {},
  ): Promise<ReplicaPromotionPlan> {
    const { planReplicaPromotion } = await import('./replica/plan-replica-promotion.js');
    return planReplicaPromotion(this.#system, request, options);
  }

  /**
   * Plans to have the database fail over to its standby: for a rehearsal, or where its primary is ill. Reads RDS, and connects
   * once to see whether the database answers. `execute` then asks for it, writes to it all the time, and follows it until the standby
   * serves: what it came to is `failover` of the outcome. Executed again after an interruption it asks for nothing twice.
   *
   * Errors: `invalid-input`, `instance-not-found`, `precondition-failed` where there is no standby, or something waits for a restart
   * that was not acknowledged; `invalid-state` while RDS is at work on it; `authentication-failed` and others of a connection;
   * and AWS's own.
   *
   * @example
   * ```ts
   * const plan = await planner.planFailover({ outageWithin: '2m' });
   * const { failover } = await planner.execute(plan, { approve: plan.hash, journal });
   * console.log(failover?.verdict, failover?.outage?.milliseconds);
   * ```
   */
  async planFailover(request: FailoverRequest = {}, options: CallOptions = {}): Promise<FailoverPlan> {
    const { planFailover } = await import('./failover/plan-failover.js');
    return planFailover(this.#system, request, options);
  }

  /**
   * Plans to have one node group of the cache fail over to a replica, by `TestFailover`. Reads ElastiCache only. `execute` measures the
   * outage where it is given `connectCache` and the cache is not in cluster mode; else it goes by what ElastiCache tells.
   *
   * Errors: `invalid-input`, `cache-not-found`, `precondition-failed` without a replica or automatic failover, `invalid-state`; and
   * AWS's own. Of the execution: `quota-exceeded` where too many failovers were tested within 24 hours.
   */
  async planCacheFailover(request: CacheFailoverRequest = {}, options: CallOptions = {}): Promise<CacheFailoverPlan> {
    const { planCacheFailover } = await import('./failover/plan-cache-failover.js');
    return planCacheFailover(this.#system, request, options);
  }

  /**
   * Plans a restore of a dump into an empty database. Reads AWS and S3, and asks pg_restore for its version.
   *
   * Errors: `invalid-input`, `dump-not-found`, `dump-corrupt`, `version-mismatch`, `instance-not-found`, `invalid-state`,
   * `precondition-failed`, `postgres-tool-missing`, and AWS's own.
   */
  async planDumpRestore(request: DumpRestoreRequest, options: CallOptions = {}): Promise<DumpRestorePlan> {
    const { planDumpRestore } = await import('./dump/plan-dump-restore.js');
    return planDumpRestore(this.#system, request, options);
  }

  /**
   * Executes a plan, or goes on with an execution that was interrupted. Every step looks first whether it has been done, so
   * that any number of runs with the same journal come to the same end; two at once are kept apart by the journal's lease.
   *
   * A database that does not pass its checks is a returned `stopped`, before production is touched. An abort or an error
   * leaves the journal such that the next call resumes, and everything that was made tagged with the operation.
   *
   * Errors: `plan-invalid`, `plan-not-approved`, `journal-busy`, `journal-invalid`, `invalid-input`, `precondition-failed`,
   * `identifier-taken`, `insufficient-capacity` after ten minutes without, `resource-failed` with the events of RDS, `deadline-exceeded`, `dump-corrupt`, `restore-failed`, and
   * AWS's and the database's own.
   */
  async execute(plan: RestorePlan, options: ExecuteOptions): Promise<RestoreOutcome> {
    const { executePlan } = await import('./execution/execute-plan.js');
    const { checkDatabase } = await import('../checks/check-database.js');
    return executePlan(this.#system, plan, options, checkDatabase);
  }
}
