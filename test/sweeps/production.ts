import { ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { CreateDBInstanceCommand, CreateDBParameterGroupCommand, RDSClient } from '@aws-sdk/client-rds';
import { S3Client } from '@aws-sdk/client-s3';
import type { HttpHandler } from '@smithy/core/protocols';
import { ConfiguredRetryStrategy } from '@smithy/core/retry';
import { connectAws } from '../../src/aws/index.js';
import type { PollingPace } from '../../src/core/poll.js';
import {
  createVirtualClock,
  type LocalRegion,
  type LocalRegionOptions,
  startLocalRegion,
  type VirtualClock,
} from '../../src/local/index.js';
import type { AwsPorts } from '../../src/ports/aws.js';
import { defineSystem, type System } from '../../src/system/define-system.js';
import { createServers, type Servers } from './servers.js';
import { createSpoiler, type Spoiler } from './spoiler.js';

export const bucket = 'zephyr-backups';
export const instanceName = 'zephyr-production-db';

/** Production in a local region in virtual time, and a system that reaches it through the real SDK and a spoiler. */
export interface Production extends AsyncDisposable {
  readonly region: LocalRegion;
  readonly clock: VirtualClock;
  readonly spoiler: Spoiler;
  readonly system: System;
  /** The same with something else in one place. */
  systemWith(other: Partial<Elsewhere>): System;
  readonly servers: Servers;
  /** AWS without the spoiler: for looking at what came of it. */
  readonly aws: AwsPorts;
  readonly resourceId: string;
  /** Another region of the account, if there is one: without the spoiler. */
  readonly abroad: { readonly region: LocalRegion; readonly aws: AwsPorts } | undefined;
}

/** What a system may be wrong about. */
export interface Elsewhere {
  readonly aws: AwsPorts;
  readonly instance: string;
  readonly bucket: string;
  /** By default there is no cache. */
  readonly cache: string;
}

/** The same numbers in every run, so that every run makes the same requests until something goes wrong. */
export function seededRandom(seed = 20_251_109): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** What may be different about it. */
export interface ProductionOptions {
  readonly region?: LocalRegionOptions;
  /** Whether there is another region beside it, us-west-2. */
  readonly abroad?: boolean;
  readonly polling?: PollingPace;
}

export async function givenProduction(options: ProductionOptions = {}): Promise<Production> {
  const clock = createVirtualClock();
  const region = await startLocalRegion({ clock, random: seededRandom(), ...options.region });
  region.s3.createBucket(bucket);
  const plain = clientsOf(region, region.requestHandler);
  const group = {
    DBParameterGroupName: 'zephyr-postgres15',
    DBParameterGroupFamily: 'postgres15',
    Description: 'ours',
  };
  await plain.rds.send(new CreateDBParameterGroupCommand(group));
  await plain.rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: instanceName,
      DBInstanceClass: 'db.t3.large',
      Engine: 'postgres',
      DBName: 'zephyr',
      MasterUsername: 'zephyr_admin',
      MasterUserPassword: 'only-for-rehearsals',
      AllocatedStorage: 100,
      MaxAllocatedStorage: 500,
      BackupRetentionPeriod: 30,
      MultiAZ: true,
      DeletionProtection: true,
      CopyTagsToSnapshot: true,
      MonitoringInterval: 60,
      MonitoringRoleArn: 'arn:aws:iam::123456789012:role/monitoring',
      PreferredMaintenanceWindow: 'mon:04:00-mon:04:30',
      DBParameterGroupName: 'zephyr-postgres15',
      Tags: [{ Key: 'team', Value: 'zephyr' }],
    }),
  );
  const aws = connectAws({ region: region.region, ...plain });
  let found = await aws.rds.describeInstance(instanceName);
  while (found?.latestRestorableTime === undefined || found.status !== 'available') {
    await clock.sleep(600_000);
    found = await aws.rds.describeInstance(instanceName);
  }
  // A while of history to recover to.
  clock.advance(7_200_000);
  const spoiler = createSpoiler(region);
  const west =
    options.abroad === true
      ? await startLocalRegion({ region: 'us-west-2', peer: region, clock, random: seededRandom(7_654_321) })
      : undefined;
  const abroad = west && {
    region: west,
    aws: connectAws({ region: west.region, ...clientsOf(west, west.requestHandler) }),
    through: connectAws({ region: west.region, ...clientsOf(west, spoiler.handlerOf(west)) }),
  };
  const servers = createServers(
    [aws, ...(abroad === undefined ? [] : [abroad.aws])].map(({ rds }) => rds),
    spoiler,
  );
  const through = connectAws({ region: region.region, ...clientsOf(region, spoiler.handler) });
  const systemWith = (other: Partial<Elsewhere>): System =>
    defineSystem({
      aws: other.aws ?? through,
      otherRegions: abroad === undefined ? undefined : [abroad.through],
      database: {
        instance: other.instance ?? instanceName,
        name: 'zephyr',
        credentials: { user: 'zephyr_admin', password: 'only-for-rehearsals' },
        tls: { mode: 'off' },
      },
      archive: { bucket: other.bucket ?? bucket },
      cache: other.cache === undefined ? undefined : { replicationGroup: other.cache },
      postgres: servers.ports,
      // Few looks: every look is a request, and every request is a moment to spoil.
      polling: options.polling ?? { shortest: '5m', longest: '5m' },
      clock,
      random: seededRandom(),
    });
  const system = systemWith({});
  const dispose = async (): Promise<void> => {
    await west?.close();
    await region.close();
  };
  const { resourceId } = found;
  return {
    region,
    clock,
    spoiler,
    system,
    systemWith,
    servers,
    aws,
    resourceId,
    abroad,
    [Symbol.asyncDispose]: dispose,
  };
}

/** Clients that try three times as the SDK does by default, without its pauses. */
export function clientsOf(
  region: LocalRegion,
  requestHandler: HttpHandler,
): { rds: RDSClient; s3: S3Client; elasticache: ElastiCacheClient } {
  const settings = {
    region: region.region,
    endpoint: region.endpoint,
    credentials: region.credentials,
    requestHandler,
    retryStrategy: new ConfiguredRetryStrategy(3, () => 0),
  };
  return {
    rds: new RDSClient(settings),
    s3: new S3Client({ ...settings, forcePathStyle: true }),
    elasticache: new ElastiCacheClient(settings),
  };
}
