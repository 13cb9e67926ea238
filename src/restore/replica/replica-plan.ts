import type { ConfigurationProfile } from '../configuration-profile.js';
import type { PlanBase } from '../restore-plan.js';

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
