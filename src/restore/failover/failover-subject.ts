import type { FailoverEvent } from '../../core/failover-events.js';
import type { PortCall } from '../../ports/port-call.js';
import type { ProbeSession } from './probe-server.js';

/** What AWS shows of what fails over, at one moment. */
export interface SubjectLook {
  /** `gone`: there is none. */
  readonly status: string;
  /** Whether it would take another failover: nothing is going on. */
  readonly ready: boolean;
  /** Whether it is in a state that waiting will not cure. */
  readonly broken: boolean;
  /** Where the primary is: the zone of a database, the node of a cache. Absent: AWS does not tell. */
  readonly primary?: string | undefined;
  readonly standby?: string | undefined;
  /** What AWS reported since the time of interest, in no order. */
  readonly events: readonly FailoverEvent[];
}

/** A read replica, as far as a failover of its source concerns it. */
export interface FailoverFollower {
  readonly identifier: string;
  /** `replicating`, or what RDS says instead; `unknown` where it says nothing. */
  readonly replication: string;
}

/** Something that fails over, and how it is reached. */
export interface FailoverSubject {
  readonly kind: 'database' | 'cache';
  /** Of the instance or the replication group. */
  readonly identifier: string;
  look(since: Date, call: PortCall): Promise<SubjectLook>;
  /** Has it fail over. It may have begun although this rejects (facts 0.3). */
  request(call: PortCall): Promise<void>;
  /** What follows it by itself, and how that fares. Absent: nothing does. */
  readonly followers?: ((call: PortCall) => Promise<readonly FailoverFollower[]>) | undefined;
  /** Absent: nobody can be asked whether it takes writes. */
  readonly connect?: ((call: PortCall) => Promise<ProbeSession>) | undefined;
}
