import { checkObject } from '../core/check-shape.js';
import { type Clock, systemClock } from '../core/clock.js';
import { deepFreeze } from '../core/deep-freeze.js';
import { type Duration, parseDuration } from '../core/duration.js';
import { invalidInput } from '../core/errors.js';
import {
  checkCacheClusterIdentifier,
  checkInstanceIdentifier,
  checkReplicationGroupIdentifier,
} from '../core/names.js';
import { defaultObjectives, type Objectives } from '../core/objectives.js';
import { defaultPollingPace, type PollingPace } from '../core/poll.js';
import type { Random } from '../core/random.js';
import type { AwsPorts } from '../ports/aws.js';
import type { DatabaseCredentials, DatabaseTls, PostgresPorts } from '../ports/postgres.js';
import { loadPostgres } from './load-postgres.js';

export type { PostgresPorts };

/** What is protected, as the caller says it. */
export interface SystemOptions {
  /** Made by `connectAws` of `@zephyr/backup/aws`. */
  readonly aws: AwsPorts;
  readonly database: {
    /** Identifier of the RDS instance. */
    readonly instance: string;
    /** Name of the database in it. */
    readonly name: string;
    /** Asked anew for every connection, so that a rotated password or an IAM token is always the current one. */
    readonly credentials: DatabaseCredentials | (() => DatabaseCredentials | Promise<DatabaseCredentials>);
    /** Default: verify-full against the RDS CA bundle (facts H17). */
    readonly tls?: DatabaseTls | undefined;
  };
  /** The cache, by its replication group or, if it stands alone, its cluster. */
  readonly cache?: { readonly replicationGroup: string } | { readonly cluster: string } | undefined;
  /** Where dumps, evidence and journals are kept. */
  readonly archive?:
    | {
        readonly bucket: string;
        readonly prefix?: string | undefined;
        /** 12-digit account that must own the bucket (facts G18). */
        readonly expectedOwner?: string | undefined;
        /** Encrypt with this KMS key instead of SSE-S3 (facts G12). */
        readonly kmsKey?: string | undefined;
      }
    | undefined;
  /** Default: the runbook's, 1 hour, 5 minutes, 30 days. */
  readonly objectives?: Partial<Objectives> | undefined;
  /** Where copies of the backups are kept: a connection for each of those regions, made by `connectAws`. Default: none. */
  readonly otherRegions?: readonly AwsPorts[] | undefined;
  /** Default: `@zephyr/backup/postgres`, loaded when first needed. */
  readonly postgres?: PostgresPorts | undefined;
  /** How often to look while waiting. Default: every 5 to 15 seconds. */
  readonly polling?: Partial<PollingPace> | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
}

/** What is protected, checked and frozen: what the four classes are constructed with. */
export interface System {
  readonly aws: AwsPorts;
  readonly database: {
    readonly instance: string;
    readonly name: string;
    readonly credentials: () => Promise<DatabaseCredentials>;
    readonly tls: DatabaseTls;
  };
  readonly cache: { readonly replicationGroup: string } | { readonly cluster: string } | undefined;
  readonly archive:
    | {
        readonly bucket: string;
        readonly prefix: string | undefined;
        readonly expectedOwner: string | undefined;
        readonly kmsKey: string | undefined;
      }
    | undefined;
  readonly objectives: Objectives;
  readonly otherRegions: readonly AwsPorts[];
  readonly postgres: () => Promise<PostgresPorts>;
  readonly polling: { readonly shortestMilliseconds: number; readonly longestMilliseconds: number };
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Says once what is protected. Checks everything that can be checked without a call, and makes none.
 *
 * Errors: `invalid-input`.
 *
 * @example
 * ```ts
 * const zephyr = defineSystem({
 *   aws: connectAws({ region: 'us-east-1' }),
 *   database: { instance: 'zephyr-production-db', name: 'zephyr', credentials: () => secret },
 *   cache: { replicationGroup: 'zephyr-production-redis' },
 *   archive: { bucket: 'zephyr-backups' },
 *   objectives: { recoveryTime: '1h', recoveryPoint: '5m' },
 * });
 * ```
 */
export function defineSystem(options: SystemOptions): System {
  checkObject(options, 'options');
  const { database, archive } = options;
  const objectives = { ...defaultObjectives, ...withoutUndefined(options.objectives) };
  for (const [name, value] of Object.entries(objectives)) parseDuration(value as Duration, `objectives.${name}`);
  const pace = { ...defaultPollingPace, ...withoutUndefined(options.polling) };
  const shortestMilliseconds = parseDuration(pace.shortest, 'polling.shortest');
  const longestMilliseconds = parseDuration(pace.longest, 'polling.longest');
  if (shortestMilliseconds > longestMilliseconds) {
    throw invalidInput(
      'polling.shortest',
      'is longer than polling.longest',
      'Give a shortest pause of at most the longest.',
    );
  }
  checkConnection(options.aws, 'aws');
  checkObject(database, 'database');
  const { credentials } = database;
  if (typeof credentials !== 'function') checkCredentials(credentials);
  const given = options.postgres;
  return deepFreeze({
    aws: options.aws,
    database: {
      instance: checkInstanceIdentifier(database.instance, 'database.instance'),
      name: checkDatabaseName(database.name),
      credentials: async () => checkCredentials(typeof credentials === 'function' ? await credentials() : credentials),
      tls: database.tls ?? { mode: 'verify-full' },
    },
    cache: options.cache === undefined ? undefined : checkCache(options.cache, options.aws),
    archive: archive === undefined ? undefined : checkArchive(archive),
    objectives,
    otherRegions: checkOtherRegions(options.otherRegions ?? [], options.aws.region),
    postgres: given === undefined ? loadPostgres : async () => given,
    polling: { shortestMilliseconds, longestMilliseconds },
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
  });
}

function checkDatabaseName(name: string): string {
  if (typeof name !== 'string' || name === '' || Buffer.byteLength(name) > 63 || name.includes('\0')) {
    throw invalidInput('database.name', 'is not a database name', 'Use 1 to 63 bytes.');
  }
  return name;
}

/** Asked of what a function answers too: an empty secret would otherwise show as a server that cannot be reached. */
function checkCredentials(credentials: DatabaseCredentials): DatabaseCredentials {
  for (const part of ['user', 'password'] as const) {
    const value: unknown = credentials?.[part];
    if (typeof value === 'string' && value !== '') continue;
    throw invalidInput(
      `database.credentials.${part}`,
      value === '' ? 'is empty' : 'is no text',
      'Give { user, password }, or a function that returns them: see what the secret holds.',
    );
  }
  return credentials;
}

function checkConnection(aws: AwsPorts, field: string): void {
  if (typeof aws?.rds?.describeInstance === 'function') return;
  throw invalidInput(field, 'is not a connection to AWS', "Pass connectAws({ region }) of '@zephyr/backup/aws'.");
}

function checkOtherRegions(others: readonly AwsPorts[], own: string): readonly AwsPorts[] {
  const seen = new Set([own]);
  for (const [index, other] of others.entries()) {
    const field = `otherRegions[${index}]`;
    checkConnection(other, field);
    if (seen.has(other.region)) {
      throw invalidInput(field, `is ${other.region} once more`, 'Name each region once, and that of aws not at all.');
    }
    seen.add(other.region);
  }
  return [...others];
}

function checkCache(cache: NonNullable<SystemOptions['cache']>, aws: AwsPorts): NonNullable<System['cache']> {
  checkObject(cache, 'cache');
  if (aws.elasticache === undefined) {
    throw invalidInput(
      'aws',
      'has no connection to ElastiCache',
      'Hand an ElastiCacheClient to connectAws beside the other clients, or leave out cache.',
    );
  }
  if ('replicationGroup' in cache && 'cluster' in cache) {
    throw invalidInput('cache', 'names both a replication group and a cluster', 'Name the one or the other.');
  }
  return 'replicationGroup' in cache
    ? { replicationGroup: checkReplicationGroupIdentifier(cache.replicationGroup, 'cache.replicationGroup') }
    : { cluster: checkCacheClusterIdentifier(cache.cluster, 'cache.cluster') };
}

function checkArchive(archive: NonNullable<SystemOptions['archive']>): NonNullable<System['archive']> {
  checkObject(archive, 'archive');
  const { bucket, prefix, expectedOwner, kmsKey } = archive;
  const isName = /^(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
  if (typeof bucket !== 'string' || !isName.test(bucket)) {
    throw invalidInput(
      'archive.bucket',
      `is not a bucket name: ${JSON.stringify(bucket)}`,
      'Use 3 to 63 lower-case letters, digits, dots and hyphens, without s3:// and without a path.',
    );
  }
  if (expectedOwner !== undefined && !/^\d{12}$/.test(expectedOwner)) {
    throw invalidInput('archive.expectedOwner', 'is not an account id', 'Write the 12 digits of the AWS account.');
  }
  const trimmed = prefix?.replace(/^\/+|\/+$/g, '');
  return { bucket, prefix: trimmed === '' ? undefined : trimmed, expectedOwner, kmsKey };
}

function withoutUndefined<T extends object>(values: T | undefined): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values ?? {}).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
