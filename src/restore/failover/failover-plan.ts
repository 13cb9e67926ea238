import type { PlanBase } from '../plan/restore-plan.js';

/** A plan to have the database fail over to its standby. */
export interface FailoverPlan extends PlanBase {
  readonly kind: 'failover';
  readonly facts: {
    /** The zones of both. */
    readonly primary: string;
    readonly standby: string;
    /** Parameter groups whose static parameters take effect with the restart. */
    readonly awaitingRestart: readonly string[];
    readonly pendingChanges: readonly string[];
    readonly replicas: readonly string[];
    /** ISO instant of the last one, where there was one within the last hour. */
    readonly lastFailoverAt?: string | undefined;
    readonly reachable: boolean;
  };
}

/** A plan to have one node group of the cache fail over to a replica. */
export interface CacheFailoverPlan extends PlanBase {
  readonly kind: 'cache-failover';
  /** What the system calls its cache. */
  readonly cache: string;
  readonly facts: {
    readonly replicationGroup: string;
    readonly nodeGroup: string;
    readonly clusterMode: boolean;
    /** The nodes of the node group: its primary, where ElastiCache tells which it is. */
    readonly primary?: string | undefined;
    readonly nodes: readonly string[];
  };
}
