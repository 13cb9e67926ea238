import type { ConfigurationProfile } from '../instance/configuration-profile.js';
import type { PlanBase } from '../plan/restore-plan.js';
import type { KnownLag } from './known-lag.js';

/** A plan to make a read replica of the instance, in its region or in another. */
export interface ReplicaPlan extends PlanBase {
  readonly kind: 'replica';
  /** Where it is made. */
  readonly region: string;
  /** What it is called. */
  readonly candidate: string;
  readonly facts: {
    readonly source: {
      readonly region: string;
      readonly identifier: string;
      readonly arn: string;
      readonly resourceId: string;
      readonly engineVersion: string;
      readonly allocatedStorageGiB: number;
      readonly encrypted: boolean;
    };
    /** What the replica is to be like. */
    readonly profile: ConfigurationProfile;
    /** Those that the source has already. */
    readonly replicas: readonly string[];
  };
}

/**
 * Which promotion it is. `planned`: the source is there, its writers are stopped, and nothing is lost. `disaster`: the source is
 * lost, nothing is asked of it, and what the replica has not received is lost.
 */
export type ReplicaPromotionMode = 'planned' | 'disaster';

/** A plan to make a read replica production. */
export interface ReplicaPromotionPlan extends PlanBase {
  readonly kind: 'replica-promotion';
  readonly mode: ReplicaPromotionMode;
  /** Where the replica is. */
  readonly region: string;
  /** What it is called, before and after. */
  readonly candidate: string;
  readonly promotion: { readonly kind: 'endpoint' };
  /** When the source was lost, if the caller said: data loss is counted up to then. */
  readonly incidentAt?: string | undefined;
  readonly facts: {
    readonly replica: {
      readonly resourceId: string;
      readonly arn: string;
      readonly engineVersion: string;
      readonly status: string;
      /** How its replication fares, in RDS's word. */
      readonly replication?: string | undefined;
    };
    /** As the replica names it; whether it is still there nobody looked in a disaster. */
    readonly source: {
      readonly region: string;
      readonly identifier: string;
      readonly resourceId?: string | undefined;
    };
    readonly lag: KnownLag;
    /** ISO instant up to which the replica has the source's data, as far as is known: what the recovery point is measured by. */
    readonly dataTime: string;
    /** What the promoted replica is to be like. */
    readonly profile: ConfigurationProfile;
  };
}
