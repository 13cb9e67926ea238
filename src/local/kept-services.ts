import { invalidInput } from '../core/errors.js';
import type { KeptServers } from './data-plane/data-plane.js';
import type { KeptCaches } from './elasticache/cache-plane.js';
import type { ElastiCacheService } from './elasticache/elasticache-service.js';
import { saveElastiCache } from './elasticache/saved-elasticache.js';
import type { KeptState, SavedRegion } from './home/kept-state.js';
import type { LocalRegionOptions } from './local-region.js';
import type { RdsService } from './rds/rds-service.js';
import type { RdsSettings } from './rds/rds-state.js';
import { saveRds } from './rds/saved-rds.js';
import type { S3Service } from './s3/s3-service.js';

/** Refuses a directory that holds another region, or instances and caches that had no servers behind them where there are some now. */
export function checkSaved(
  saved: SavedRegion | undefined,
  { dataPlane, cachePlane }: LocalRegionOptions,
  { region, accountId }: Pick<RdsSettings, 'region' | 'accountId'>,
): void {
  if (saved === undefined) return;
  if (saved.region !== region || saved.accountId !== accountId)
    throw invalidInput(
      'directory',
      `holds ${saved.region} of account ${saved.accountId}`,
      'Name the same region and account, or another directory.',
    );
  const hint = 'Leave the servers out, or name another directory.';
  if (dataPlane === undefined && saved.servers !== undefined)
    throw invalidInput('dataPlane', 'is missing: the instances were kept with real servers', 'Name the same again.');
  if (dataPlane !== undefined && saved.servers === undefined && (saved.rds?.registries.instances.length ?? 0) > 0)
    throw invalidInput('dataPlane', 'cannot be had for instances that were kept without it', hint);
  if (cachePlane === undefined && saved.caches !== undefined)
    throw invalidInput('cachePlane', 'is missing: the caches were kept with real servers', 'Name the same again.');
  if (cachePlane !== undefined && saved.caches === undefined && (saved.elastiCache?.registries.units.length ?? 0) > 0)
    throw invalidInput('cachePlane', 'cannot be had for caches that were kept without it', hint);
}

/** The servers that are kept with this region: it made them, in its own directory. */
export function keptServersOf(
  { state }: RdsService,
  { peer, directory, dataPlane }: LocalRegionOptions,
): KeptServers | undefined {
  const isOwn = peer === undefined && directory !== undefined && typeof dataPlane === 'function';
  return isOwn ? state.settings.dataPlane?.kept : undefined;
}

/** Refuses servers that the instances were not kept with. */
export function checkServers(saved: SavedRegion | undefined, servers: KeptServers | undefined): void {
  if (saved?.servers === undefined || saved.servers === servers?.id) return;
  throw invalidInput(
    'dataPlane',
    'does not hold the servers that the instances were kept with',
    'Make it where it is told: (place) => createPostgresDataPlane({ ...place }); or name another directory.',
  );
}

/** The same for caches, which no other region shares. */
export function keptCachesOf(
  { state }: ElastiCacheService,
  { directory, cachePlane }: LocalRegionOptions,
): KeptCaches | undefined {
  const isOwn = directory !== undefined && typeof cachePlane === 'function';
  return isOwn ? state.settings.plane?.kept : undefined;
}

/** Refuses servers that the caches were not kept with. */
export function checkCaches(saved: SavedRegion | undefined, caches: KeptCaches | undefined): void {
  if (saved?.caches === undefined || saved.caches === caches?.id) return;
  throw invalidInput(
    'cachePlane',
    'does not hold the servers that the caches were kept with',
    'Make it where it is told: (place) => createRedisDataPlane({ ...place }); or name another directory.',
  );
}

/** The services that are kept. */
export interface KeptServices {
  readonly settings: RdsSettings;
  readonly rds: RdsService;
  readonly cache: ElastiCacheService;
  readonly s3: S3Service;
}

/** Of real servers that do not outlive their region nothing is kept, and nothing of what is known of them. */
export async function saveServices(
  { settings, rds, cache, s3 }: KeptServices,
  { servers, caches }: { readonly servers: KeptServers | undefined; readonly caches: KeptCaches | undefined },
  kept: KeptState,
): Promise<void> {
  const { region, accountId, dataPlane } = settings;
  const goes = {
    rds: dataPlane !== undefined && servers === undefined,
    cache: cache.state.settings.plane !== undefined && caches === undefined,
  };
  if (!goes.rds) await rds.state.timeline.finish();
  if (!goes.cache) await cache.state.timeline.finish();
  await kept.save({
    region,
    accountId,
    rds: goes.rds ? undefined : saveRds(rds.state),
    servers: servers?.id,
    elastiCache: goes.cache ? undefined : saveElastiCache(cache.state),
    caches: caches?.id,
    s3: s3.save(),
  });
}
