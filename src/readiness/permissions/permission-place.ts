import { invalidInput } from '../../core/errors.js';
import {
  checkCacheClusterIdentifier,
  checkInstanceIdentifier,
  checkReplicationGroupIdentifier,
} from '../../core/names.js';

/** What the permissions are for: names only, nothing is looked up. */
export interface PermissionPlace {
  /** Such as `us-east-1`. */
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  /** The protected instance. */
  readonly instance: string;
  /**
   * Names of restored instances, `*` for any characters: `zephyr-production-pitr*`. Must not match the protected one.
   * Required for restores, drills and promotions.
   */
  readonly candidates?: string | undefined;
  /** Names of read replicas, `*` for any characters: `zephyr-dr*`. Required to make and to promote them. */
  readonly replicas?: string | undefined;
  /** The region that read replicas are made in. Default: `region`. */
  readonly replicaRegion?: string | undefined;
  /** ARN of the KMS key of that region that they are encrypted with, where it is another one and the instance is encrypted. */
  readonly replicaKmsKey?: string | undefined;
  /** The cache, as the system names it. Required for snapshots of it. */
  readonly cache?: { readonly replicationGroup: string } | { readonly cluster: string } | undefined;
  /** Names of restored caches, `*` for any characters: `zephyr-redis-recovery*`. Required for restores of the cache. */
  readonly cacheCandidates?: string | undefined;
  /** The bucket that cache snapshots are exported to. Required for exports. */
  readonly exportBucket?: string | undefined;
  /** Regions that snapshots are copied to, such as `us-west-2`. Required for copies. */
  readonly copyRegions?: readonly string[] | undefined;
  /** ARNs of the KMS keys of those regions that copies are encrypted with. */
  readonly copyKmsKeys?: readonly string[] | undefined;
  /** The archive's bucket. Required for dumps. */
  readonly bucket?: string | undefined;
  /** The archive's prefix in it. */
  readonly prefix?: string | undefined;
  /** ARN of the KMS key of the archive, where it has one. */
  readonly archiveKmsKey?: string | undefined;
  /** ARN of the KMS key of the instance, where it is encrypted with one of your own. */
  readonly databaseKmsKey?: string | undefined;
  /** ARN of the role of Enhanced Monitoring, where the instance has one: a candidate gets it too. */
  readonly monitoringRole?: string | undefined;
  /** Default `aws`; `aws-cn` or `aws-us-gov` elsewhere. */
  readonly partition?: string | undefined;
}

/** ARNs of a place. */
export interface CheckedPlace {
  readonly production: string;
  /** ARN of an instance, a pattern for its name allowed. */
  readonly db: (name: string) => string;
  readonly snapshot: (name: string) => string;
  readonly rds: (type: string, name: string) => string;
  readonly instance: string;
  readonly candidates: () => string;
  /** ARN of what is named so in the region of the replicas. */
  readonly replicaRds: (type: string, name: string) => string;
  readonly replicas: () => string;
  readonly replicaKmsKey: string | undefined;
  readonly bucket: () => string;
  /** ARN of objects in the archive. */
  readonly objects: (keys: string) => string;
  /** A prefix as S3 sees it. */
  readonly keys: (keys: string) => string;
  readonly hasArchive: boolean;
  readonly cache: { readonly kind: 'replicationgroup' | 'cluster'; readonly name: string } | undefined;
  /** The cache, where a feature needs one. */
  readonly cacheName: () => NonNullable<CheckedPlace['cache']>;
  /** ARNs of what a cache snapshot is taken of. */
  readonly cacheSources: () => readonly string[];
  readonly elasticache: (type: string, name: string) => string;
  readonly cacheSnapshot: (name: string) => string;
  readonly cacheCandidates: () => string;
  readonly exportBucket: () => string;
  /** ARNs of snapshots where copies are made. */
  readonly copies: () => readonly string[];
  readonly copyKmsKeys: readonly string[];
  readonly region: string;
  readonly archiveKmsKey: string | undefined;
  readonly databaseKmsKey: string | undefined;
  readonly monitoringRole: string | undefined;
}

/** Checks the names. Errors: `invalid-input`; for what a feature needs and was not given, when it is asked for. */
export function checkPlace(place: PermissionPlace): CheckedPlace {
  const { region, accountId, bucket, candidates, partition = 'aws' } = place;
  if (!isRegion(region)) throw invalidInput('region', 'is no region', "Write 'us-east-1'.");
  if (!/^\d{12}$/.test(accountId)) throw invalidInput('accountId', 'is no account id', 'Write its twelve digits.');
  if (!/^aws(?:-[a-z]+)*$/.test(partition)) throw invalidInput('partition', 'is no partition', "Write 'aws'.");
  const instance = checkInstanceIdentifier(place.instance, 'instance');
  if (candidates !== undefined) checkCandidates('candidates', candidates, instance);
  const { replicas, replicaRegion = region } = place;
  if (!isRegion(replicaRegion)) throw invalidInput('replicaRegion', 'is no region', "Write 'us-west-2'.");
  // In another region a replica may have production's name.
  if (replicas !== undefined) checkCandidates('replicas', replicas, replicaRegion === region ? instance : undefined);
  for (const field of ['bucket', 'exportBucket'] as const) {
    const name = place[field];
    if (name !== undefined && !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) {
      throw invalidInput(field, 'is no bucket name', "Write it without s3://, such as 'zephyr-backups'.");
    }
  }
  const cache = checkPlaceOfCache(place.cache);
  const { copyRegions, copyKmsKeys = [], cacheCandidates, exportBucket } = place;
  if (cacheCandidates !== undefined) checkCandidates('cacheCandidates', cacheCandidates, cache?.name);
  const wrong = copyRegions?.find((each) => !isRegion(each));
  if (wrong !== undefined) throw invalidInput('copyRegions', `names no region: ${wrong}`, "Write ['us-west-2'].");
  const elasticache = (type: string, name: string): string =>
    `arn:${partition}:elasticache:${region}:${accountId}:${type}:${name}`;
  const needed = <Value>(field: string, value: Value | undefined, hint: string): Value => {
    if (value === undefined) throw invalidInput(field, 'is missing', hint);
    return value;
  };
  const trimmed = place.prefix?.replace(/^\/+|\/+$/g, '') ?? '';
  const keys = (name: string): string => (trimmed === '' ? name : `${trimmed}/${name}`);
  const rds = (type: string, name: string): string => `arn:${partition}:rds:${region}:${accountId}:${type}:${name}`;
  const archive = (): string =>
    `arn:${partition}:s3:::${needed('bucket', bucket, 'Dumps are kept in the archive: name its bucket.')}`;
  const cacheName = (): NonNullable<CheckedPlace['cache']> =>
    needed('cache', cache, "Name it as the system does: { replicationGroup: '...' }.");
  return {
    production: rds('db', instance),
    db: (name) => rds('db', name),
    snapshot: (name) => rds('snapshot', name),
    rds,
    instance,
    candidates: () =>
      needed(
        'candidates',
        candidates?.toLowerCase(),
        "Say what restored instances are called: 'zephyr-production-pitr*'.",
      ),
    replicaRds: (type, name) => `arn:${partition}:rds:${replicaRegion}:${accountId}:${type}:${name}`,
    replicas: () => needed('replicas', replicas?.toLowerCase(), "Say what read replicas are called: 'zephyr-dr*'."),
    replicaKmsKey: place.replicaKmsKey,
    bucket: archive,
    objects: (name) => `${archive()}/${keys(name)}`,
    keys,
    hasArchive: bucket !== undefined,
    cache,
    cacheName,
    cacheSources: () => {
      const { kind, name } = cacheName();
      // The nodes of a group are clusters of their own: zephyr-production-redis-001.
      return kind === 'cluster'
        ? [elasticache('cluster', name)]
        : [elasticache('replicationgroup', name), elasticache('cluster', `${name}-*`)];
    },
    elasticache,
    cacheSnapshot: (name) => elasticache('snapshot', name),
    cacheCandidates: () =>
      elasticache(
        'replicationgroup',
        needed(
          'cacheCandidates',
          cacheCandidates?.toLowerCase(),
          "Say what restored caches are called: 'zephyr-redis-recovery*'.",
        ),
      ),
    exportBucket: () =>
      `arn:${partition}:s3:::${needed('exportBucket', exportBucket, 'Name the bucket that cache snapshots are exported to.')}`,
    copies: () =>
      needed('copyRegions', copyRegions, "Name the regions that snapshots are copied to: ['us-west-2'].").map(
        (other) => `arn:${partition}:rds:${other}:${accountId}:snapshot:*`,
      ),
    copyKmsKeys,
    region,
    archiveKmsKey: place.archiveKmsKey,
    databaseKmsKey: place.databaseKmsKey,
    monitoringRole: place.monitoringRole,
  };
}

function isRegion(region: string): boolean {
  return /^[a-z]{2}(?:-[a-z]+)+-\d$/.test(region);
}

function checkPlaceOfCache(cache: PermissionPlace['cache']): CheckedPlace['cache'] {
  if (cache === undefined) return undefined;
  return 'cluster' in cache
    ? { kind: 'cluster', name: checkCacheClusterIdentifier(cache.cluster, 'cache.cluster') }
    : {
        kind: 'replicationgroup',
        name: checkReplicationGroupIdentifier(cache.replicationGroup, 'cache.replicationGroup'),
      };
}

/** What may be made and deleted for a drill must never be production. */
function checkCandidates(field: string, pattern: string, production: string | undefined): void {
  if (!/^[A-Za-z][A-Za-z0-9*-]{2,62}$/.test(pattern)) {
    throw invalidInput(field, 'is no pattern of names', 'Use letters, digits, hyphens and *; start with a letter.');
  }
  const matches = new RegExp(`^${pattern.toLowerCase().replaceAll('*', '.*')}$`);
  if (production !== undefined && matches.test(production)) {
    throw invalidInput(
      field,
      `matches what is protected, ${production}`,
      'Choose names for what is restored that production cannot have.',
    );
  }
}
