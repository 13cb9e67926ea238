import { createCallRecorder } from './calls.js';
import { bytesUsed } from './cloudwatch/bytes-used.js';
import { createCloudWatchService } from './cloudwatch/cloudwatch-service.js';
import { measureInstance } from './cloudwatch/measure-instance.js';
import type { CachePlane } from './elasticache/cache-plane.js';
import { createElastiCacheService } from './elasticache/elasticache-service.js';
import { createFaultBook } from './faults/faults.js';
import type { LocalRegion, LocalRegionOptions } from './local-region.js';
import { findNeighbourhood, settleIn } from './neighbourhood.js';
import { instanceHandles } from './rds/instance-handles.js';
import { shipAllLogs } from './rds/log-shipping.js';
import { createRdsService, type RdsService } from './rds/rds-service.js';
import { replicaHandles } from './rds/replica-handles.js';
import { cacheSettings, checkPort, rdsSettings } from './region-settings.js';
import { createS3Service } from './s3/s3-service.js';
import { storeObject } from './s3/store-object.js';
import { createDispatch } from './wire/dispatch.js';
import { startHttpServer } from './wire/http-server.js';
import { createInProcessHandler } from './wire/in-process-handler.js';

const credentials = { accessKeyId: 'AKIALOCALREGION', secretAccessKey: 'local' } as const;

/**
 * Starts a local region: RDS, ElastiCache, S3 and the reading of CloudWatch's metrics, as their wire protocols have them, on
 * loopback, for any client.
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
  const port = checkPort(options.port ?? 0);
  const neighbourhood = findNeighbourhood(options);
  const { clock, rds: neighbours } = neighbourhood;
  const settings = rdsSettings(options, neighbourhood);
  const dataPlane = await neighbourhood.openDataPlane();
  const rds = createRdsService({ ...settings, dataPlane, neighbours });
  neighbours.add(rds.state);
  const makesCache = typeof options.cachePlane === 'function';
  const cachePlane = await openCachePlane(options, () => neighbourhood.leave(rds.state));
  const s3 = createS3Service({
    clock,
    region: settings.region,
    accountId: settings.accountId,
    directory: options.directory,
  });
  const cloudWatch = createCloudWatchService({ clock, measure: (metric) => measureInstance(rds.state, metric) });
  const cache = createElastiCacheService({
    ...cacheSettings(options, settings),
    plane: cachePlane,
    storeObject: (object) => storeObject(s3, object),
    hasBucket: s3.hasBucket,
    bytesUsed: (cluster) => bytesUsed(cloudWatch.state, cluster),
  });
  const closeServices = async (): Promise<void> => {
    rds.state.timeline.stop();
    cache.state.timeline.stop();
    await neighbourhood.leave(rds.state);
    if (makesCache) await cachePlane?.close();
    await rds.state.timeline.quiet();
    await cache.state.timeline.quiet();
    await s3.close();
  };
  const faults = createFaultBook();
  const recorder = createCallRecorder();
  const dispatch = createDispatch({ services: [rds, cache, s3, cloudWatch], faults, recorder, clock });
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
  const started: LocalRegion = {
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
    instances: instanceHandles(rds.state),
    replicas: replicaHandles(rds.state),
    metrics: { set: cloudWatch.state.store.set },
    requestHandler: createInProcessHandler(dispatch),
    shipLogs: () => shipAllLogs(rds.state),
    settled: async () => {
      await rds.state.timeline.quiet();
      await cache.state.timeline.quiet();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
  settleIn(started, neighbourhood);
  return started;
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

/** Real logs are written all the time: somebody has to ship them even when nobody asks. */
function shipRegularly(rds: RdsService, interval: number): () => void {
  if (interval === Number.POSITIVE_INFINITY) return () => {};
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
