import { type Clock, systemClock } from '../core/clock.js';
import { invalidInput } from '../core/errors.js';
import { createCallRecorder } from './calls.js';
import { noCacheDurations, realisticCacheDurations } from './elasticache/cache-durations.js';
import type { CachePlane } from './elasticache/cache-plane.js';
import { createElastiCacheService } from './elasticache/elasticache-service.js';
import type { ElastiCacheSettings } from './elasticache/elasticache-state.js';
import { createFaultBook } from './faults.js';
import { isVirtual } from './hold-clock.js';
import type { LocalRegion, LocalRegionOptions } from './local-region.js';
import { noDurations, realisticDurations } from './rds/durations.js';
import { shipAllLogs } from './rds/log-shipping.js';
import { createRdsService, type RdsService } from './rds/rds-service.js';
import type { RdsSettings } from './rds/rds-state.js';
import { createS3Service } from './s3/s3-service.js';
import { storeObject } from './s3/store-object.js';
import { createDispatch } from './wire/dispatch.js';
import { startHttpServer } from './wire/http-server.js';
import { createInProcessHandler } from './wire/in-process-handler.js';

const credentials = { accessKeyId: 'AKIALOCALREGION', secretAccessKey: 'local' } as const;

/**
 * Starts a local region: RDS, ElastiCache and S3 as their wire protocols have them, on loopback, for any client.
 *
 * @example
 * ```ts
 * await using region = await startLocalRegion({ clock: createVirtualClock() });
 * const rds = new RDSClient({ region: region.region, endpoint: region.endpoint, credentials: region.credentials });
 * ```
 * @throws BackupError `port-in-use` if something else listens there, `invalid-input` for options that cannot be, and what
 * the data plane's making throws.
 */
export async function startLocalRegion(options: LocalRegionOptions = {}): Promise<LocalRegion> {
  const clock = options.clock ?? systemClock;
  const port = checkPort(options.port ?? 0);
  const settings = rdsSettings(options, clock);
  const makes = typeof options.dataPlane === 'function';
  const dataPlane = typeof options.dataPlane === 'function' ? await options.dataPlane() : options.dataPlane;
  const rds = createRdsService({ ...settings, dataPlane });
  const makesCache = typeof options.cachePlane === 'function';
  const cachePlane = await openCachePlane(options, async () => {
    if (makes) await dataPlane?.close();
  });
  const s3 = createS3Service({
    clock,
    region: settings.region,
    accountId: settings.accountId,
    directory: options.directory,
  });
  const cache = createElastiCacheService({
    ...cacheSettings(options, settings),
    plane: cachePlane,
    storeObject: (object) => storeObject(s3, object),
    hasBucket: s3.hasBucket,
  });
  const closeServices = async (): Promise<void> => {
    rds.state.timeline.stop();
    cache.state.timeline.stop();
    if (makes) await dataPlane?.close();
    if (makesCache) await cachePlane?.close();
    await rds.state.timeline.quiet();
    await cache.state.timeline.quiet();
    await s3.close();
  };
  const faults = createFaultBook();
  const recorder = createCallRecorder();
  const dispatch = createDispatch({ services: [rds, cache, s3], faults, recorder, clock });
  const server = await startHttpServer(dispatch, port).catch(async (error: unknown) => {
    await closeServices();
    throw error;
  });
  const stopShipping = dataPlane === undefined ? () => {} : shipRegularly(rds, settings.logShippingInterval);
  const endpoint = `http://127.0.0.1:${server.port}`;
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= (async () => {
      stopShipping();
      await server.close();
      await closeServices();
    })();
    return closing;
  };
  return {
    endpoint,
    region: settings.region,
    accountId: settings.accountId,
    clock,
    credentials,
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: settings.region,
      AWS_DEFAULT_REGION: settings.region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
    faults,
    calls: recorder.log,
    s3: { createBucket: s3.createBucket, objectFiles: s3.objectFiles },
    requestHandler: createInProcessHandler(dispatch),
    shipLogs: () => shipAllLogs(rds.state),
    settled: async () => {
      await rds.state.timeline.quiet();
      await cache.state.timeline.quiet();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function rdsSettings(options: LocalRegionOptions, clock: Clock): Omit<RdsSettings, 'dataPlane'> {
  const region = options.region ?? 'us-east-1';
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region))
    throw invalidInput('region', `is ${region}`, 'Name a region such as us-east-1.');
  const accountId = options.accountId ?? '123456789012';
  if (!/^\d{12}$/.test(accountId))
    throw invalidInput('accountId', `is ${accountId}`, 'An account id has twelve digits.');
  const realistic = isVirtual(clock) && options.dataPlane === undefined;
  const durations = { ...(realistic ? realisticDurations : noDurations), ...options.durations };
  checkDurations(durations, 'durations');
  const logShippingInterval = options.logShippingInterval ?? 300_000;
  if (!Number.isFinite(logShippingInterval) || logShippingInterval < 0) {
    throw invalidInput('logShippingInterval', `is ${logShippingInterval}`, 'Give milliseconds, from 0 on.');
  }
  return {
    region,
    accountId,
    clock,
    durations,
    logShippingInterval,
    random: options.random ?? Math.random,
    automatedBackups: options.automatedBackups ?? true,
    staleReads: options.staleReads ?? { reads: 1 },
    quotas: { manualSnapshots: 100, instances: 40, retainedBackups: 40, ...options.quotas },
  };
}

async function openCachePlane(
  { cachePlane }: LocalRegionOptions,
  giveUp: () => Promise<void>,
): Promise<CachePlane | undefined> {
  if (typeof cachePlane !== 'function') return cachePlane;
  try {
    return await cachePlane();
  } catch (error) {
    await giveUp();
    throw error;
  }
}

function cacheSettings(
  options: LocalRegionOptions,
  { region, accountId, clock, random, automatedBackups }: Omit<RdsSettings, 'dataPlane'>,
): Omit<ElastiCacheSettings, 'plane' | 'storeObject' | 'hasBucket'> {
  const realistic = isVirtual(clock) && options.cachePlane === undefined;
  const durations = { ...(realistic ? realisticCacheDurations : noCacheDurations), ...options.cacheDurations };
  checkDurations(durations, 'cacheDurations');
  return {
    region,
    accountId,
    clock,
    random,
    durations,
    quotas: { snapshotsPerDay: 20, nodes: 300, ...options.cacheQuotas },
    automaticSnapshots: automatedBackups,
  };
}

function checkDurations(durations: object, field: string): void {
  for (const [name, value] of Object.entries(durations)) {
    if (Number.isNaN(value) || value < 0)
      throw invalidInput(`${field}.${name}`, `is ${value}`, 'Give milliseconds, from 0 on.');
  }
}

function checkPort(port: number): number {
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw invalidInput('port', `is ${port}`, 'Give a port from 1 to 65535, or leave it out to take a free one.');
}

/** Real logs are written all the time: somebody has to ship them even when nobody asks. */
function shipRegularly(rds: RdsService, interval: number): () => void {
  let shipping = false;
  const timer = setInterval(
    () => {
      rds.state.timeline.settle();
      if (shipping) return;
      shipping = true;
      const done = (): void => {
        shipping = false;
      };
      shipAllLogs(rds.state).then(done, done);
    },
    Math.max(interval, 100),
  );
  timer.unref();
  return () => clearInterval(timer);
}
