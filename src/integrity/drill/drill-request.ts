import type { CacheExpectation } from '../../checks/cache/cache-expectation.js';
import type { DatabaseExpectation } from '../../checks/expectation.js';
import { type Duration, parseDuration } from '../../core/duration.js';
import { invalidInput } from '../../core/errors.js';
import { checkAnySnapshotIdentifier, checkInstanceIdentifier } from '../../core/names.js';
import type { DatabaseCredentials } from '../../ports/postgres.js';
import type { ConnectCache } from '../../restore/execution.js';
import type { System } from '../../system/define-system.js';
import { regionOf } from '../../system/region-of.js';
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
   * Default: the source's. On a smaller class the source's parameters may not fit (facts B6), and what is measured is not what a
   * recovery would take.
   */
  readonly instanceClass?: string | undefined;
}

/** What every drill is asked with. */
export interface DrillRun {
  /**
   * Names this run: in the names and tags of all that it makes. The same run asked for again takes an interrupted one up, is
   * refused with `journal-busy` while it is going on, and gives its evidence once it is over. Default: a new one, at random.
   */
  readonly runId?: string | undefined;
  /** What the names of all that it makes begin with. Default `'zephyr-drill'`. */
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
  /** Nothing of the source is there to go by: all of it has to be named. */
  readonly quarantine: DrillQuarantine & { readonly subnetGroup: string; readonly instanceClass: string };
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

/** What every checked request has, with its defaults. */
export interface CheckedDrillCommon {
  readonly runId: string | undefined;
  readonly prefix: string;
  readonly owner: string | undefined;
  readonly timeToLiveMilliseconds: number;
}

/** Checks all of a request that can be checked without a call. Errors: `invalid-input` names the field. */
export function checkDrillRequest(system: System, request: DrillRequest): CheckedDrillCommon {
  const { source, runId, prefix = 'zephyr-drill', owner, timeToLive = '24h', expectation } = request;
  checkSource(source);
  if (isCopy(request)) regionOf(system, request.source.region, 'source.region');
  if (isDump(request)) checkPlace(request.on);
  else if (isCache(request)) checkCacheDrill(request);
  else checkQuarantine(request.quarantine, isCopy(request));
  if (runId !== undefined && !(/^(?!.*--)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(String(runId)) && runId.length <= 24)) {
    throw invalidInput(
      'runId',
      `cannot be part of a name: ${JSON.stringify(runId)}`,
      'Use 1 to 24 lower-case letters, digits and single hyphens, such as 2025-11.',
    );
  }
  checkInstanceIdentifier(prefix, 'prefix');
  if (prefix.length > 38) throw invalidInput('prefix', 'is too long', 'Use at most 38 characters: the run follows it.');
  if (owner !== undefined && !/^[\w .:/=+\-@]{1,256}$/.test(String(owner))) {
    throw invalidInput('owner', 'cannot be the value of a tag', 'Use letters, digits, spaces and _ . : / = + - @');
  }
  if (expectation !== undefined && expectation !== null && !['object', 'function'].includes(typeof expectation)) {
    throw invalidInput('expectation', 'is neither an expectation nor a function', 'Give zephyrExpectation(), say.');
  }
  const credentials: unknown = 'credentials' in request ? request.credentials : undefined;
  if (credentials !== undefined && typeof credentials !== 'function') {
    throw invalidInput('credentials', 'is not a function', 'Give a function that returns user and password.');
  }
  return {
    runId,
    prefix: prefix.toLowerCase(),
    owner,
    timeToLiveMilliseconds: parseDuration(timeToLive, 'timeToLive'),
  };
}

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

function checkSource(source: DrillRequest['source']): void {
  if (source === 'latest-automated-snapshot' || source === 'newest-unverified') return;
  const kind: unknown = (source as { kind?: unknown } | null | undefined)?.kind;
  if (typeof source !== 'object' || source === null) throw unknownSource(source);
  switch (source.kind) {
    case 'snapshot':
      checkAnySnapshotIdentifier(source.id, 'source.id');
      return;
    case 'point-in-time':
    case 'regional-point-in-time':
      if (source.time !== 'latest' && !(source.time instanceof Date && !Number.isNaN(source.time.getTime()))) {
        throw invalidInput('source.time', 'is not a valid Date', "Use new Date('2025-11-09T14:25:00Z') or 'latest'.");
      }
      return;
    case 'random-point-in-time':
      if (source.seed !== undefined && (typeof source.seed !== 'string' || !/^[\x20-\x7e]{1,64}$/.test(source.seed))) {
        throw invalidInput('source.seed', 'is not usable', 'Give 1 to 64 printable characters, such as 2025-11.');
      }
      return;
    case 'regional-copy':
      if (source.snapshot !== 'latest') checkAnySnapshotIdentifier(source.snapshot, 'source.snapshot');
      return;
    case 'cache-snapshot':
      // The plan of the restore checks its name.
      return;
    case 'dump':
      if (typeof source.dump !== 'string' || source.dump === '' || source.dump.startsWith('/')) {
        throw invalidInput(
          'source.dump',
          'is not a key',
          "Give the dump's key below the archive's prefix, or 'latest'.",
        );
      }
      return;
    default:
      source satisfies never;
      throw unknownSource(kind);
  }
}

function unknownSource(source: unknown): Error {
  return invalidInput(
    'source',
    `is none that a drill knows: ${JSON.stringify(source)}`,
    "Use 'latest-automated-snapshot', 'newest-unverified', or an object whose kind is snapshot, point-in-time, random-point-in-time, regional-copy, regional-point-in-time, dump or cache-snapshot.",
  );
}

function checkCacheDrill({ quarantine, connectCache }: CacheDrillRequest): void {
  const groups: unknown = quarantine?.securityGroups;
  if (!Array.isArray(groups) || groups.length === 0 || !groups.every(isGroup)) {
    throw invalidInput(
      'quarantine.securityGroups',
      `is not a list of security groups: ${JSON.stringify(groups)}`,
      "Give at least one, like 'sg-0123456789abcdef0', that lets in nobody but who looks into the cache.",
    );
  }
  if (typeof connectCache !== 'function') {
    throw invalidInput(
      'connectCache',
      'is not a function',
      'Give one that connects a client of yours to the endpoint it is told: connectRedis(client).',
    );
  }
}

function checkQuarantine(quarantine: DrillQuarantine | undefined, elsewhere: boolean): void {
  const groups: unknown = quarantine?.vpcSecurityGroups;
  if (!Array.isArray(groups) || groups.length === 0 || !groups.every(isGroup)) {
    throw invalidInput(
      'quarantine.vpcSecurityGroups',
      `is not a list of security groups: ${JSON.stringify(groups)}`,
      "Give at least one, like 'sg-0123456789abcdef0', that lets in nobody but who checks the data.",
    );
  }
  if (!elsewhere) return;
  for (const field of ['subnetGroup', 'instanceClass'] as const) {
    if (typeof quarantine?.[field] === 'string') continue;
    throw invalidInput(
      `quarantine.${field}`,
      'is missing',
      'In another region there is no instance to take it from: name one that exists there.',
    );
  }
}

/** `sg-` and whatever an emulator makes of the rest. */
function isGroup(value: unknown): boolean {
  return typeof value === 'string' && /^sg-[0-9A-Za-z-]{1,60}$/.test(value);
}

function checkPlace(on: DumpDrillRequest['on'] | undefined): void {
  const { instance, endpoint } = { instance: undefined, endpoint: undefined, ...on } as {
    readonly instance?: string | undefined;
    readonly endpoint?: { readonly address: string; readonly port: number } | undefined;
  };
  if (instance !== undefined && endpoint === undefined) {
    checkInstanceIdentifier(instance, 'on.instance');
    return;
  }
  if (instance !== undefined || typeof endpoint?.address !== 'string' || !Number.isInteger(endpoint.port)) {
    throw invalidInput(
      'on',
      'does not say on which server to restore the dump',
      "Give { instance: 'zephyr-scratch' } or { endpoint: { address, port } }: one that production does not need.",
    );
  }
}
