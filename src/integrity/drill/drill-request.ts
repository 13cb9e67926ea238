import type { CacheExpectation } from '../../checks/cache/cache-expectation.js';
import type { DatabaseExpectation } from '../../checks/expectation.js';
import type { Duration } from '../../core/duration.js';
import type { DatabaseCredentials } from '../../ports/postgres.js';
import type { ConnectCache } from '../../restore/execution/execution.js';
import type { InstanceClassChoice } from '../../restore/instance-class/instance-class-choice.js';
import type { DrilledBackup } from './drill-evidence.js';
import type { DrillPrices } from './drill-prices.js';

/** Which backup of the instance to restore. What is left to the drill is decided from what there is when it begins. */
export type DatabaseDrillSource =
  | 'latest-automated-snapshot'
  /** The newest snapshot, automated or manual, that no drill has proven yet. */
  | 'newest-unverified'
  | { readonly kind: 'snapshot'; readonly id: string }
  | { readonly kind: 'point-in-time'; readonly time: Date | 'latest' }
  /** An instant anywhere in the restore window; the evidence records the seed, and the same seed draws the same one from the same window. */
  | { readonly kind: 'random-point-in-time'; readonly seed?: string | undefined };

/** What another region has of the instance, restored there: what a disaster recovery would begin with. */
export type CopyDrillSource =
  | {
      /** A snapshot that was copied. */
      readonly kind: 'regional-copy';
      /** One of those that the system names in `otherRegions`. */
      readonly region: string;
      /** Of the copy, in that region; or the newest one there. */
      readonly snapshot: string | 'latest';
    }
  | {
      /** Automated backups that are replicated. */
      readonly kind: 'regional-point-in-time';
      readonly region: string;
      readonly time: Date | 'latest';
    };

/** A dump of the archive. */
export interface DumpDrillSource {
  readonly kind: 'dump';
  readonly dump: string | 'latest';
}

/** How the temporary instance is kept apart from everything else. */
export interface DrillQuarantine {
  /** Its own, letting in nobody but who checks the data: what is restored is production's (facts K7). */
  readonly vpcSecurityGroups: readonly [string, ...string[]];
  /** Default: the source's. */
  readonly subnetGroup?: string | undefined;
  /**
   * A class, or several by preference, of which the first that RDS can make is taken: `{ preferred: ['db.t4g.large', 'source'] }`. The
   * evidence says which, and what was passed over; where none can be had the drill is refused before anything is made. Default
   * `source`: the source's. On a smaller class the source's parameters may not fit (facts B6), and what is measured is not what a
   * recovery would take.
   */
  readonly instanceClass?: InstanceClassChoice | undefined;
}

/** What every drill is asked with. */
export interface DrillRun {
  /**
   * Names this run: in the names and tags of all that it makes. The same run asked for again takes an interrupted one up, is
   * refused with `journal-busy` while it is going on, and gives its evidence once it is over; that of a drill of something else is
   * refused. Default: a new one, at random.
   */
  readonly runId?: string | undefined;
  /** What the names of all that it makes begin with. Default `'zephyr-drill'`; with the run at most 37 characters for a cache. */
  readonly prefix?: string | undefined;
  /** Who answers for it: goes into a tag. */
  readonly owner?: string | undefined;
  /** After so long `sweepDrills` may remove what a killed process left. Default `'24h'`; longer than any drill of yours takes. */
  readonly timeToLive?: Duration | undefined;
  /** Default: on-demand prices of us-east-1 for some common classes. */
  readonly prices?: DrillPrices | undefined;
}

/** What every drill of a database is asked with. */
export interface DrillCommon extends DrillRun {
  /**
   * What the restored data has to be like; a function is told which backup was chosen. Default: foreign keys, sequences
   * and indexes are sound, which says little about what is missing.
   */
  readonly expectation?: DatabaseExpectation | ((backup: DrilledBackup) => DatabaseExpectation) | undefined;
  /** Who connects to what was restored, whose passwords are those of the backup's time (facts B20). Default: the system's own. */
  readonly credentials?: (() => DatabaseCredentials | Promise<DatabaseCredentials>) | undefined;
}

/** Restores a backup of the instance to a temporary one. */
export interface DatabaseDrillRequest extends DrillCommon {
  readonly source: DatabaseDrillSource;
  readonly quarantine: DrillQuarantine;
  readonly on?: undefined;
}

/** Restores another region's copy, in that region. */
export interface CopyDrillRequest extends DrillCommon {
  readonly source: CopyDrillSource;
  /** Nothing of the source is there to go by: all of it has to be named, and no class can be `source`. */
  readonly quarantine: DrillQuarantine & { readonly subnetGroup: string; readonly instanceClass: InstanceClassChoice };
  readonly on?: undefined;
}

/** Restores a dump into a database that is made for it and dropped after it. */
export interface DumpDrillRequest extends DrillCommon {
  readonly source: DumpDrillSource;
  /** On which server. Restoring is work: let it be one that production does not need. */
  readonly on:
    | { readonly instance: string }
    | { readonly endpoint: { readonly address: string; readonly port: number } };
  readonly quarantine?: undefined;
}

/** Restores a snapshot of the system's cache to a cache of its own. */
export interface CacheDrillRequest extends DrillRun {
  readonly source: {
    readonly kind: 'cache-snapshot';
    /** Its name; or the newest one, of any kind or of the daily ones. */
    readonly snapshot: string | 'latest' | 'latest-automated';
  };
  readonly quarantine: {
    /** Its own, letting in nobody but who looks into it. */
    readonly securityGroups: readonly [string, ...string[]];
    /** Default: the source's. */
    readonly subnetGroup?: string | undefined;
    /** Default: the snapshot's; a smaller one may not hold it (facts F11). */
    readonly nodeType?: string | undefined;
  };
  /** What it has to hold. Default: at least one key. */
  readonly expectation?: CacheExpectation | undefined;
  /** Connects to the restored cache by a client of yours: see `connectRedis` of `@zephyr/backup/redis`. */
  readonly connectCache: ConnectCache;
  /** The token that clients of the cache have to send, where there is one. */
  readonly cacheAuthToken?: (() => string | Promise<string>) | undefined;
  readonly on?: undefined;
}

/** What to drill. Tell the kinds apart by `source`. */
export type DrillRequest = DatabaseDrillRequest | CopyDrillRequest | DumpDrillRequest | CacheDrillRequest;

/** Whether a request restores a dump. */
export function isDump(request: DrillRequest): request is DumpDrillRequest {
  return typeof request.source === 'object' && request.source.kind === 'dump';
}

/** Whether a request restores a snapshot of the cache. */
export function isCache(request: DrillRequest): request is CacheDrillRequest {
  return typeof request.source === 'object' && request.source.kind === 'cache-snapshot';
}

/** Whether a request restores in another region. */
export function isCopy(request: DrillRequest): request is CopyDrillRequest {
  return typeof request.source === 'object' && request.source.kind.startsWith('regional-');
}
