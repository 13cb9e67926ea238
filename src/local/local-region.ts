import type { HttpHandler } from '@smithy/core/protocols';
import type { Clock } from '../core/clock.js';
import type { CallLog } from './calls.js';
import type { LocalMetrics } from './cloudwatch/metric-store.js';
import type { DataPlane, DataPlanePlace } from './data-plane/data-plane.js';
import type { CacheDurations } from './elasticache/cache-durations.js';
import type { CachePlane } from './elasticache/cache-plane.js';
import type { CacheQuotas } from './elasticache/elasticache-state.js';
import type { Faults } from './faults/faults.js';
import type { LocalDuration } from './local-duration.js';
import type { LocalClasses } from './rds/class-handles.js';
import type { LifecycleDurations } from './rds/durations.js';
import type { LocalInstances } from './rds/instance-handles.js';
import type { RdsQuotas, StaleReads } from './rds/rds-state.js';
import type { LocalReplicas } from './rds/replica-handles.js';
import type { LocalS3 } from './s3/s3-service.js';

/** How a local region is set up. Everything has a default. */
export interface LocalRegionOptions {
  /** Time of all lifecycles. Default the machine's clock; a {@link VirtualClock} makes hours pass in milliseconds. */
  readonly clock?: Clock | undefined;
  /** Port on loopback. Default a free one. */
  readonly port?: number | undefined;
  /** Default `us-east-1`. */
  readonly region?: string | undefined;
  /**
   * A running region that this one is to know, and all those that it knows: another region of the account, or another account
   * in the same region. Snapshots can then be copied and shared between them, and
   * read replicas follow across regions. They share one clock and one data plane.
   */
  readonly peer?: LocalRegion | undefined;
  /** Twelve digits. Default the peer's, else `123456789012`. */
  readonly accountId?: string | undefined;
  /**
   * Real servers behind the instances; without it only the control plane is there. A data plane that is handed in stays the
   * caller's to close; one that a function makes is closed with the region, or with the last of those that know each other. `createPostgresDataPlane` is such a function.
   * A function is told where a region with a `directory` wants its servers: `(place) => createPostgresDataPlane({ ...place, env })`.
   */
  readonly dataPlane?: DataPlane | ((place: DataPlanePlace) => Promise<DataPlane>) | undefined;
  /**
   * Real servers behind the cache clusters, as `dataPlane` is for instances, but each region's own. `createRedisDataPlane` is
   * such a function.
   */
  readonly cachePlane?: CachePlane | ((place: DataPlanePlace) => Promise<CachePlane>) | undefined;
  /**
   * How long each lifecycle takes: `{ restore: '40m' }`, or `{ restore: 'never' }` for a restore that does not end. Default what
   * RDS takes on a virtual clock, and nothing on one that passes by itself: with a data plane the real work takes its time
   * anyway.
   */
  readonly durations?: Partial<LifecycleDurations> | undefined;
  /** Time between two shipments of transaction logs, which move `LatestRestorableTime`. Default `'5m'`; `'never'` for shipping that is stuck. */
  readonly logShippingInterval?: LocalDuration | undefined;
  /**
   * Whether instances that keep backups are backed up: when new, and daily in their window; and whether caches that keep
   * snapshots have one taken daily. Default `true`.
   */
  readonly automatedBackups?: boolean | undefined;
  readonly quotas?: Partial<RdsQuotas> | undefined;
  /** As `durations`, for ElastiCache. */
  readonly cacheDurations?: Partial<CacheDurations> | undefined;
  readonly cacheQuotas?: Partial<CacheQuotas> | undefined;
  /** How long reads of an instance show it as before a change. Default `{ reads: 1 }`: the first read after it. */
  readonly staleReads?: StaleReads | undefined;
  /**
   * Where the region keeps its state when it closes, for the next that names the directory: S3 with its objects, RDS and
   * ElastiCache. Real servers are kept with their service if a function made them in the place that it was told, as
   * `createPostgresDataPlane` and `createRedisDataPlane` do; else that service is not kept. What is under way is carried to its
   * end first. Default a directory of its own that goes with the region.
   */
  readonly directory?: string | undefined;
  /** Numbers in [0, 1) for resource ids, zones and backup times. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** A running local region. */
export interface LocalRegion extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`, for every service. */
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
  readonly clock: Clock;
  /** Any credentials do; these are at hand. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /**
   * What to export so that SDKs and the `aws` command line talk to this region. Botocore 1.43 ignores `AWS_ENDPOINT_URL` for
   * RDS in us-east-1: give the command line `--endpoint-url` there, or another `region`.
   */
  readonly environment: Readonly<Record<string, string>>;
  readonly faults: Faults;
  readonly calls: CallLog;
  /** What a test does to S3 besides calling it: make a bucket, or find the files of an object to damage them. */
  readonly s3: LocalS3;
  /** What a test does to DB instances besides calling RDS: put them into a bad status. */
  readonly instances: LocalInstances;
  /** What a test does to the offer of instance classes: withdraw them, or run out of them. */
  readonly classes: LocalClasses;
  /** What a test does to read replicas besides calling RDS: hold them back. */
  readonly replicas: LocalReplicas;
  /** What a test does to CloudWatch besides calling it: give metrics their values. */
  readonly metrics: LocalMetrics;
  /** For SDK clients in this process: the same region without a socket. */
  readonly requestHandler: HttpHandler;
  /**
   * Ships the transaction logs of all instances now, instead of at the next interval; needed only to reach a very recent
   * instant with a point-in-time restore.
   */
  shipLogs(): Promise<void>;
  /** Resolves when no real work is under way in the data plane. */
  settled(): Promise<void>;
  /** Stops listening, ends what is under way, keeps the state if there is a `directory`, and closes what the region made. Safe to call twice. */
  close(): Promise<void>;
}
