import { CreateDBInstanceCommand, RDSClient } from '@aws-sdk/client-rds';
import { defineSystem, type System } from '@zephyr/backup';
import { connectAws } from '@zephyr/backup/aws';
import { createPostgresDataPlane, type LocalRegion, startLocalRegion } from '@zephyr/backup/local';
import pg from 'pg';
import { startVotingApplication, type VotingApplication } from './voting-application.js';
import { zephyrRows, zephyrSchema } from './zephyr-schema.js';

/** Zephyr's production as the demo has it: a local region, an instance with data in it, and an application that votes. */
export interface Production {
  readonly region: LocalRegion;
  readonly system: System;
  readonly application: VotingApplication;
  /** A connection of its own, for the person who types a bad `DELETE`. */
  connect(): Promise<pg.Client>;
  close(): Promise<void>;
}

export const instance = 'zephyr-production-db';
export const database = 'zephyr';
export const bucket = 'zephyr-backups';
const credentials = { user: 'zephyr_admin', password: 'not-a-secret-only-a-demo' };

/** Builds it all. What was begun is undone if it fails or is aborted. */
export async function startProduction(signal: AbortSignal): Promise<Production> {
  const plane = await createPostgresDataPlane({ signal });
  let region: LocalRegion | undefined;
  try {
    // RDS ships its logs every five minutes (facts B8). Ninety seconds of demo cannot wait for that.
    region = await startLocalRegion({ dataPlane: plane, logShippingInterval: '1s' });
    return await furnish(region, plane, signal);
  } catch (error) {
    await region?.close();
    await plane.close();
    throw error;
  }
}

type Plane = Awaited<ReturnType<typeof createPostgresDataPlane>>;

async function furnish(region: LocalRegion, plane: Plane, signal: AbortSignal): Promise<Production> {
  const ca = plane.caCertificate;
  const system = defineSystem({
    aws: connectAws({ region: region.region, endpoint: region.endpoint, credentials: region.credentials }),
    database: { instance, name: database, credentials, tls: { mode: 'verify-full', ca } },
    archive: { bucket },
    objectives: { recoveryTime: '1h', recoveryPoint: '5m', automatedRetention: '30d' },
    // Real RDS changes over minutes and is looked at every 5 to 15 seconds; here it changes within one.
    polling: { shortest: '150ms', longest: '500ms' },
  });
  await createInstance(region, system, signal);
  region.s3.createBucket(bucket);

  const locate = async (): Promise<{ host: string; port: number }> => {
    const endpoint = (await system.aws.rds.describeInstance(instance))?.endpoint;
    if (endpoint === undefined) throw new Error(`${instance} has no endpoint at the moment`);
    return { host: endpoint.address, port: endpoint.port };
  };
  const connect = async (): Promise<pg.Client> => {
    const place = await locate();
    const client = new pg.Client({ ...credentials, ...place, database, ssl: { ca, host: place.host } });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  const client = await connect();
  try {
    await client.query(zephyrSchema);
    await client.query(zephyrRows);
  } finally {
    await client.end();
  }
  const application = startVotingApplication({ ...credentials, locate, database, ca });
  const close = async (): Promise<void> => {
    await application.stop();
    await region.close();
    await plane.close();
  };
  return { region, system, application, connect, close };
}

/** What Terraform does in real life. */
async function createInstance(region: LocalRegion, system: System, signal: AbortSignal): Promise<void> {
  const rds = new RDSClient({ region: region.region, endpoint: region.endpoint, credentials: region.credentials });
  await rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: instance,
      DBInstanceClass: 'db.t3.large',
      Engine: 'postgres',
      DBName: database,
      MasterUsername: credentials.user,
      MasterUserPassword: credentials.password,
      AllocatedStorage: 100,
      BackupRetentionPeriod: 30,
      PreferredBackupWindow: '03:00-04:00',
      DeletionProtection: true,
      CopyTagsToSnapshot: true,
      VpcSecurityGroupIds: ['sg-0a1b2c3d4e5f60718'],
      Tags: [{ Key: 'Team', Value: 'platform' }],
    }),
    { abortSignal: signal },
  );
  rds.destroy();
  for (;;) {
    const description = await system.aws.rds.describeInstance(instance, { signal });
    if (description?.status === 'available' && description.latestRestorableTime !== undefined) return;
    await system.clock.sleep(100, { signal });
  }
}
