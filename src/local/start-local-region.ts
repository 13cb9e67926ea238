import { createCallRecorder } from './calls.js';
import { checkOptions } from './check-options.js';
import { createFaultBook } from './faults/faults.js';
import type { LocalRegion, LocalRegionOptions } from './local-region.js';
import { settleIn } from './neighbourhood.js';
import { classHandles } from './rds/class-handles.js';
import { instanceHandles } from './rds/instance-handles.js';
import { shipAllLogs } from './rds/log-shipping.js';
import type { RdsService } from './rds/rds-service.js';
import { replicaHandles } from './rds/replica-handles.js';
import { openRegionServices } from './region-services.js';
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
 * @throws BackupError `port-in-use` if something else listens there, `data-directory-in-use` if another region has the directory,
 * `invalid-input` for options that cannot be, and what the data plane's making throws.
 */
export async function startLocalRegion(options: LocalRegionOptions = {}): Promise<LocalRegion> {
  checkOptions(options);
  const services = await openRegionServices(options);
  const { settings, neighbourhood, rds, cache, s3, cloudWatch } = services;
  const { clock } = settings;
  const faults = createFaultBook();
  const recorder = createCallRecorder();
  const dispatch = createDispatch({ services: [rds, cache, s3, cloudWatch], faults, recorder, clock });
  const server = await startHttpServer(dispatch, options.port ?? 0).catch(async (error: unknown) => {
    await services.close({ keep: false });
    throw error;
  });
  const stopShipping = settings.dataPlane === undefined ? () => {} : shipRegularly(rds, settings.logShippingInterval);
  const endpoint = `http://127.0.0.1:${server.port}`;
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= (async () => {
      stopShipping();
      await server.close();
      await services.close({ keep: true });
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
    classes: classHandles(rds.state),
    replicas: replicaHandles(rds.state),
    metrics: { set: cloudWatch.state.store.set },
    requestHandler: createInProcessHandler(dispatch, () => closing === undefined),
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
