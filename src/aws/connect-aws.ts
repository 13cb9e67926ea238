import type { ElastiCacheClient } from '@aws-sdk/client-elasticache';
import type { RDSClient } from '@aws-sdk/client-rds';
import type { S3Client } from '@aws-sdk/client-s3';
import { BackupError, invalidInput } from '../core/errors.js';
import type { AwsPorts } from '../ports/aws.js';
import type { AwsOptions } from './aws-options.js';
import { elastiCacheSettings, rdsSettings, s3Settings } from './client-settings.js';
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
    if (options.rds === undefined) return { sdk, client: new sdk.RDSClient(rdsSettings(options)) };
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
  return {
    region,
    rds: rdsPort(region, rds),
    elasticache: cache && elastiCachePort(region, once(cache)),
    objectStore: (place) => s3ObjectStore(s3, place),
  };
}

/** With clients of the caller's own there is one for caches, or there are no caches. */
function cacheConnection(options: AwsOptions): (() => Promise<ElastiCacheConnection>) | undefined {
  if (options.rds === undefined) {
    return async () => {
      const sdk = await loadElastiCache();
      return { sdk, client: new sdk.ElastiCacheClient(elastiCacheSettings(options)) };
    };
  }
  const { region, elasticache: client } = options;
  if (client === undefined) return undefined;
  return async () => {
    await checkRegion(client, region, 'elasticache');
    return { sdk: await loadElastiCache(), client };
  };
}

/** The only client that not every system needs, and so the one that may not be installed. */
async function loadElastiCache(): Promise<ElastiCacheConnection['sdk']> {
  try {
    return await import('@aws-sdk/client-elasticache');
  } catch (error) {
    throw new BackupError({
      code: 'invalid-input',
      field: 'cache',
      message: 'cache needs @aws-sdk/client-elasticache, which could not be loaded',
      hint: 'Install it beside the other clients: npm install @aws-sdk/client-elasticache.',
      cause: error,
    });
  }
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
  if (
    options.elasticache !== undefined &&
    (options.rds === undefined || typeof options.elasticache.send !== 'function')
  ) {
    throw invalidInput(
      'elasticache',
      'is not a client of the AWS SDK beside two others',
      'Hand it in with rds and s3.',
    );
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
  client: RDSClient | S3Client | ElastiCacheClient,
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
