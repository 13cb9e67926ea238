import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { ElastiCacheClient } from '@aws-sdk/client-elasticache';
import type { RDSClient } from '@aws-sdk/client-rds';
import type { S3Client } from '@aws-sdk/client-s3';
import { BackupError, invalidInput } from '../core/errors.js';
import type { AwsPorts } from '../ports/aws.js';
import type { AwsOptions } from './aws-options.js';
import { querySettings, s3Settings } from './client-settings.js';
import type { CloudWatchConnection } from './cloudwatch-connection.js';
import { cloudWatchPort } from './cloudwatch-port.js';
import type { ElastiCacheConnection } from './elasticache-connection.js';
import { elastiCachePort } from './elasticache-port.js';
import type { RdsConnection } from './rds-connection.js';
import { rdsPort } from './rds-port.js';
import type { S3Connection } from './s3-connection.js';
import { s3ObjectStore } from './s3-object-store.js';

/**
 * AWS for `defineSystem`. Loads the SDK with the first request, not before; makes one client for each service and no
 * request by itself. Credentials come from the SDK's chain unless given.
 *
 * Errors: `invalid-input`.
 *
 * @example
 * ```ts
 * const aws = connectAws({ region: 'us-east-1' });
 * const own = connectAws({ region: 'eu-west-1', rds: new RDSClient({}), s3: new S3Client({}) });
 * ```
 */
export function connectAws(options: AwsOptions): AwsPorts {
  checkOptions(options);
  const { region } = options;
  const rds = once<RdsConnection>(async () => {
    const sdk = await import('@aws-sdk/client-rds');
    if (options.rds === undefined) return { sdk, client: new sdk.RDSClient(querySettings(options)) };
    await checkRegion(options.rds, region, 'rds');
    return { sdk, client: options.rds };
  });
  const s3 = once<S3Connection>(async () => {
    const sdk = await import('@aws-sdk/client-s3');
    if (options.s3 === undefined) return { sdk, client: new sdk.S3Client(s3Settings(options)) };
    await checkRegion(options.s3, region, 's3');
    return { sdk, client: options.s3 };
  });
  const cache = cacheConnection(options);
  const metrics = metricsConnection(options);
  return {
    region,
    rds: rdsPort(region, rds),
    elasticache: cache && elastiCachePort(region, once(cache)),
    metrics: metrics && cloudWatchPort(region, once(metrics)),
    objectStore: (place) => s3ObjectStore(s3, place),
  };
}

/** With clients of the caller's own there is one for caches, or there are no caches. */
function cacheConnection(options: AwsOptions): (() => Promise<ElastiCacheConnection>) | undefined {
  if (options.rds === undefined) {
    return async () => {
      const sdk = await loadElastiCache();
      return { sdk, client: new sdk.ElastiCacheClient(querySettings(options)) };
    };
  }
  const { region, elasticache: client } = options;
  if (client === undefined) return undefined;
  return async () => {
    await checkRegion(client, region, 'elasticache');
    return { sdk: await loadElastiCache(), client };
  };
}

/** The same of measurements. */
function metricsConnection(options: AwsOptions): (() => Promise<CloudWatchConnection>) | undefined {
  if (options.rds === undefined) {
    return async () => {
      const sdk = await loadCloudWatch();
      return { sdk, client: new sdk.CloudWatchClient(querySettings(options)) };
    };
  }
  const { region, cloudwatch: client } = options;
  if (client === undefined) return undefined;
  return async () => {
    await checkRegion(client, region, 'cloudwatch');
    return { sdk: await loadCloudWatch(), client };
  };
}

function loadElastiCache(): Promise<ElastiCacheConnection['sdk']> {
  return import('@aws-sdk/client-elasticache').catch((error: unknown) => {
    throw notInstalled('cache', '@aws-sdk/client-elasticache', error);
  });
}

function loadCloudWatch(): Promise<CloudWatchConnection['sdk']> {
  return import('@aws-sdk/client-cloudwatch').catch((error: unknown) => {
    throw notInstalled('metrics', '@aws-sdk/client-cloudwatch', error);
  });
}

/** Not every system needs these clients, and so they may not be installed. */
function notInstalled(field: string, name: string, cause: unknown): BackupError {
  return new BackupError({
    code: 'invalid-input',
    field,
    message: `${field} needs ${name}, which could not be loaded`,
    hint: `Install it beside the other clients: npm install ${name}.`,
    cause,
  });
}

/** Remembers the value; a failure is forgotten, so that the next call tries again. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}

function checkOptions(options: AwsOptions): void {
  const { region, endpoint } = options;
  if (typeof region !== 'string' || !/^[a-z0-9-]+$/.test(region)) {
    throw invalidInput('region', `is not a region: ${JSON.stringify(region)}`, "Write one such as 'us-east-1'.");
  }
  if (endpoint !== undefined && !/^https?:\/\/[^/\s]/.test(endpoint)) {
    throw invalidInput(
      'endpoint',
      'is not a URL',
      "Write one such as 'http://127.0.0.1:4566', or leave it out for AWS.",
    );
  }
  for (const name of ['elasticache', 'cloudwatch'] as const) {
    const client = options[name];
    if (client === undefined || (options.rds !== undefined && typeof client.send === 'function')) continue;
    throw invalidInput(name, 'is not a client of the AWS SDK beside two others', 'Hand it in with rds and s3.');
  }
  for (const name of ['rds', 's3'] as const) {
    const other = name === 'rds' ? options.s3 : options.rds;
    const client = options[name];
    if (client === undefined && other === undefined) continue;
    if (typeof client?.send !== 'function') {
      throw invalidInput(name, 'is not a client of the AWS SDK', 'Hand in both clients, rds and s3, or neither.');
    }
  }
}

/** Plans and evidence name the region: a client that works in another one would make them lie. */
async function checkRegion(
  client: RDSClient | S3Client | ElastiCacheClient | CloudWatchClient,
  region: string,
  field: string,
): Promise<void> {
  const actual = await client.config.region();
  if (actual !== region) {
    throw invalidInput(
      'region',
      `is ${region}, but the ${field} client works in ${actual}`,
      'Give both the same region.',
    );
  }
}
