import { bytesUsed } from './cloudwatch/bytes-used.js';
import { type CloudWatchService, createCloudWatchService } from './cloudwatch/cloudwatch-service.js';
import { measureInstance } from './cloudwatch/measure-instance.js';
import type { MetricKey } from './cloudwatch/metric-store.js';
import { createElastiCacheService, type ElastiCacheService } from './elasticache/elasticache-service.js';
import { resumeCaches } from './elasticache/kept-caches.js';
import { restoreElastiCache } from './elasticache/saved-elasticache.js';
import { openKeptState } from './home/kept-state.js';
import { checkCaches, checkSaved, checkServers, keptCachesOf, keptServersOf, saveServices } from './kept-services.js';
import type { LocalRegionOptions } from './local-region.js';
import { findNeighbourhood, type Neighbourhood } from './neighbourhood.js';
import { resumeServers } from './rds/kept-servers.js';
import { createRdsService, type RdsService } from './rds/rds-service.js';
import type { RdsSettings } from './rds/rds-state.js';
import { restoreRds } from './rds/saved-rds.js';
import { cacheSettings, type OwnRdsSettings, placeOf, rdsSettings } from './region-settings.js';
import { createS3Service, type S3Service } from './s3/s3-service.js';
import { storeObject } from './s3/store-object.js';

/** The services of a region, and what they share. */
export interface RegionServices {
  readonly settings: RdsSettings;
  readonly neighbourhood: Neighbourhood;
  readonly rds: RdsService;
  readonly cache: ElastiCacheService;
  readonly s3: S3Service;
  readonly cloudWatch: CloudWatchService;
  /** Ends what is under way, keeps the state where there is a directory for it, and closes what was made. */
  close(options: { readonly keep: boolean }): Promise<void>;
}

/** Makes the services of a region, as they were when their directory was closed last if there is one. */
export async function openRegionServices(options: LocalRegionOptions): Promise<RegionServices> {
  const neighbourhood = findNeighbourhood(options);
  const own = rdsSettings(options, neighbourhood);
  const { region, accountId, clock } = own;
  // The last that was opened first: closed with the region, or should the next fail to open.
  const closers: (() => Promise<void>)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of closers.splice(0)) await close();
  };
  try {
    const kept = options.directory === undefined ? undefined : await openKeptState(options.directory);
    if (kept !== undefined) closers.unshift(kept.release);
    const { saved } = kept ?? {};
    checkSaved(saved, options, own);
    const s3 = createS3Service({
      clock,
      region,
      accountId,
      kept: kept && { directory: kept.bodies, saved: saved?.s3 },
    });
    closers.unshift(s3.close);
    const rds = await openRds(own, neighbourhood);
    closers.unshift(rds.close);
    const servers = keptServersOf(rds.service, options);
    checkServers(saved, servers);
    const measure = (metric: MetricKey): Promise<number | undefined> => measureInstance(rds.service.state, metric);
    const cloudWatch = createCloudWatchService({ clock, measure });
    const cache = await openCache(options, own, { s3, cloudWatch });
    closers.unshift(cache.close);
    const caches = keptCachesOf(cache.service, options);
    checkCaches(saved, caches);
    if (saved?.rds !== undefined) restoreRds(rds.service.state, saved.rds);
    if (saved?.elastiCache !== undefined) restoreElastiCache(cache.service.state, saved.elastiCache);
    if (servers !== undefined) await resumeServers(rds.service.state, servers);
    if (caches !== undefined) await resumeCaches(cache.service.state, caches);
    const services = { settings: rds.service.state.settings, rds: rds.service, cache: cache.service, s3 };
    return {
      ...services,
      neighbourhood,
      cloudWatch,
      close: async ({ keep }) => {
        try {
          if (keep && kept !== undefined) await saveServices(services, { servers, caches }, kept);
        } finally {
          await closeAll();
        }
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** A service, and what ends it. */
interface Opened<Service> {
  readonly service: Service;
  readonly close: () => Promise<void>;
}

async function openRds(own: OwnRdsSettings, neighbourhood: Neighbourhood): Promise<Opened<RdsService>> {
  const dataPlane = await neighbourhood.openDataPlane();
  const service = createRdsService({ ...own, dataPlane, neighbours: neighbourhood.rds });
  neighbourhood.rds.add(service.state);
  const { timeline } = service.state;
  const close = async (): Promise<void> => {
    timeline.stop();
    await neighbourhood.leave(service.state);
    await timeline.quiet();
  };
  return { service, close };
}

async function openCache(
  options: LocalRegionOptions,
  own: OwnRdsSettings,
  { s3, cloudWatch }: Pick<RegionServices, 's3' | 'cloudWatch'>,
): Promise<Opened<ElastiCacheService>> {
  const { cachePlane: given } = options;
  const plane = typeof given === 'function' ? await given(placeOf(options, 'caches')) : given;
  const service = createElastiCacheService({
    ...cacheSettings(options, own),
    plane,
    storeObject: (object) => storeObject(s3, object),
    hasBucket: s3.hasBucket,
    hasObject: s3.hasObject,
    bytesUsed: (cluster) => bytesUsed(cloudWatch.state, cluster),
  });
  const { timeline } = service.state;
  const close = async (): Promise<void> => {
    timeline.stop();
    if (typeof given === 'function') await plane?.close();
    await timeline.quiet();
  };
  return { service, close };
}
