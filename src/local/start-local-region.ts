import { type Clock, systemClock } from '../core/clock.js';
import { invalidInput } from '../core/errors.js';
import { createCallRecorder } from './calls.js';
import type { DataPlane } from './data-plane/data-plane.js';
import { createFaultBook } from './faults.js';
import { isVirtual } from './hold-clock.js';
import type { LocalRegion, LocalRegionOptions } from './local-region.js';
import { noDurations, realisticDurations } from './rds/durations.js';
import { shipAllLogs } from './rds/log-shipping.js';
import { createRdsService, type RdsService } from './rds/rds-service.js';
import type { RdsSettings } from './rds/rds-state.js';
import { createDispatch } from './wire/dispatch.js';
import { startHttpServer } from './wire/http-server.js';
import { createInProcessHandler } from './wire/in-process-handler.js';

const credentials = { accessKeyId: 'AKIALOCALREGION', secretAccessKey: 'local' } as const;

/**
 * Starts a local region: RDS as its wire protocol has it, on loopback, for any client.
 *
 * @example
 * ```ts
 * await using region = await startLocalRegion({ clock: createVirtualClock() });
 * const rds = new RDSClient({ region: region.region, endpoint: region.endpoint, credentials: region.credentials });
 * ```
 * @throws BackupError `port-in-use` if something else listens there, `invalid-input` for options that cannot be.
 */
export async function startLocalRegion(options: LocalRegionOptions = {}): Promise<LocalRegion> {
  const clock = options.clock ?? systemClock;
  const plane = planeOf(options);
  const settings = rdsSettings(options, clock, plane?.get);
  const rds = createRdsService(settings);
  const faults = createFaultBook();
  const recorder = createCallRecorder();
  const dispatch = createDispatch({ services: [rds], faults, recorder, clock });
  const server = await startHttpServer(dispatch, checkPort(options.port ?? 0));
  const stopShipping = plane === undefined ? () => {} : shipRegularly(rds, settings.logShippingInterval);
  const endpoint = `http://127.0.0.1:${server.port}`;
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= (async () => {
      stopShipping();
      await server.close();
      await rds.state.timeline.quiet();
      await plane?.close();
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
    requestHandler: createInProcessHandler(dispatch),
    shipLogs: () => shipAllLogs(rds.state),
    settled: () => rds.state.timeline.quiet(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function rdsSettings(
  options: LocalRegionOptions,
  clock: Clock,
  dataPlane: (() => Promise<DataPlane>) | undefined,
): RdsSettings {
  const region = options.region ?? 'us-east-1';
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region))
    throw invalidInput('region', `is ${region}`, 'Name a region such as us-east-1.');
  const accountId = options.accountId ?? '123456789012';
  if (!/^\d{12}$/.test(accountId))
    throw invalidInput('accountId', `is ${accountId}`, 'An account id has twelve digits.');
  const realistic = isVirtual(clock) && dataPlane === undefined;
  const durations = { ...(realistic ? realisticDurations : noDurations), ...options.durations };
  for (const [name, value] of Object.entries(durations)) {
    if (Number.isNaN(value) || value < 0)
      throw invalidInput(`durations.${name}`, `is ${value}`, 'Give milliseconds, from 0 on.');
  }
  const logShippingInterval = options.logShippingInterval ?? 300_000;
  if (!Number.isFinite(logShippingInterval) || logShippingInterval < 0) {
    throw invalidInput('logShippingInterval', `is ${logShippingInterval}`, 'Give milliseconds, from 0 on.');
  }
  return {
    region,
    accountId,
    clock,
    dataPlane,
    durations,
    logShippingInterval,
    random: options.random ?? Math.random,
    automatedBackups: options.automatedBackups ?? true,
    staleReads: options.staleReads ?? { reads: 1 },
    quotas: { manualSnapshots: 100, instances: 40, retainedBackups: 40, ...options.quotas },
  };
}

function checkPort(port: number): number {
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw invalidInput('port', `is ${port}`, 'Give a port from 1 to 65535, or leave it out to take a free one.');
}

interface Plane {
  get(): Promise<DataPlane>;
  close(): Promise<void>;
}

function planeOf(options: LocalRegionOptions): Plane | undefined {
  const { dataPlane } = options;
  if (dataPlane === undefined) return undefined;
  if (typeof dataPlane !== 'function') return { get: () => Promise.resolve(dataPlane), close: async () => {} };
  let made: Promise<DataPlane> | undefined;
  return {
    get: () => {
      made ??= dataPlane();
      return made;
    },
    close: async () => {
      // A data plane that could not be made has nothing to close; whoever needed it has been told.
      const plane = await made?.catch(() => undefined);
      await plane?.close();
    },
  };
}

/** Real logs are written all the time: somebody has to ship them even when nobody asks. */
function shipRegularly(rds: RdsService, interval: number): () => void {
  let shipping = false;
  const timer = setInterval(
    () => {
      rds.state.timeline.settle();
      if (shipping) return;
      shipping = true;
      shipAllLogs(rds.state).finally(() => {
        shipping = false;
      });
    },
    Math.max(interval, 100),
  );
  timer.unref();
  return () => clearInterval(timer);
}
