import { CreateDBInstanceCommand, RDSClient } from '@aws-sdk/client-rds';
import { connectAws } from '../../src/aws/index.js';
import { createPostgresDataPlane, type LocalRegion, startLocalRegion } from '../../src/local/index.js';
import type { SqlSession } from '../../src/ports/postgres.js';
import { connectPostgres } from '../../src/postgres/index.js';
import { connectToDatabase } from '../../src/system/database-target.js';
import { defineSystem, type PostgresPorts, type System, type SystemOptions } from '../../src/system/define-system.js';

const credentials = { user: 'zephyr_admin', password: 'only-for-rehearsals' };

/** Zephyr's production in a local region: real PostgreSQL with real rows, real S3 semantics, the real SDK. */
export interface ZephyrRegion {
  readonly region: LocalRegion;
  readonly system: System;
  readonly ports: PostgresPorts;
  /** The same system with some of its options replaced. */
  readonly systemWith: (options: Partial<SystemOptions>) => System;
  readonly sql: (text: string, database?: string) => Promise<void>;
  readonly connect: (database?: string) => Promise<SqlSession>;
  readonly close: () => Promise<void>;
}

export async function startZephyr(rows: number): Promise<ZephyrRegion> {
  const plane = await createPostgresDataPlane();
  const region = await startLocalRegion({ dataPlane: plane }).catch(async (error: unknown) => {
    await plane.close();
    throw error;
  });
  const close = async (): Promise<void> => {
    await region.close();
    await plane.close();
  };
  try {
    region.s3.createBucket('zephyr-backups');
    const client = { region: region.region, endpoint: region.endpoint, credentials: region.credentials };
    const ports = connectPostgres();
    const options: SystemOptions = {
      aws: connectAws(client),
      database: {
        instance: 'zephyr-production-db',
        name: 'zephyr',
        credentials,
        tls: { mode: 'verify-full', ca: plane.caCertificate },
      },
      archive: { bucket: 'zephyr-backups', prefix: 'zephyr' },
      polling: { shortest: '50ms', longest: '200ms' },
      postgres: ports,
    };
    const system = defineSystem(options);
    await createInstance(client, system);
    const connect = (database = 'zephyr'): Promise<SqlSession> => connectToDatabase(system, { database });
    const sql = async (text: string, database?: string): Promise<void> => {
      const session = await connect(database);
      try {
        for (const statement of text.split(/;\n/).filter((part) => part.trim() !== '')) await session.query(statement);
      } finally {
        await session.close();
      }
    };
    await sql(zephyrSchema(rows));
    return { region, system, ports, systemWith: (more) => defineSystem({ ...options, ...more }), sql, connect, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function createInstance(
  client: { region: string; endpoint: string; credentials: LocalRegion['credentials'] },
  system: System,
): Promise<void> {
  const rds = new RDSClient(client);
  await rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: 'zephyr-production-db',
      DBInstanceClass: 'db.t3.large',
      Engine: 'postgres',
      DBName: 'zephyr',
      MasterUsername: credentials.user,
      MasterUserPassword: credentials.password,
      AllocatedStorage: 100,
      BackupRetentionPeriod: 30,
      CopyTagsToSnapshot: true,
      Tags: [{ Key: 'Environment', Value: 'production' }],
    }),
  );
  rds.destroy();
  const isReady = async (): Promise<boolean> => {
    const instance = await system.aws.rds.describeInstance('zephyr-production-db');
    return instance?.status === 'available' && instance.latestRestorableTime !== undefined;
  };
  while (!(await isReady())) await system.clock.sleep(100);
}

function zephyrSchema(rows: number): string {
  return `
CREATE TABLE polls (id serial PRIMARY KEY, room_code text UNIQUE NOT NULL, title text);
CREATE TABLE votes (id bigserial PRIMARY KEY, poll_id int NOT NULL REFERENCES polls, choice int, comment text, created_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX votes_by_poll ON votes (poll_id);
CREATE TABLE audit_logs (id bigint, action text, created_at timestamptz NOT NULL) PARTITION BY RANGE (created_at);
CREATE TABLE audit_logs_2025 PARTITION OF audit_logs FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
INSERT INTO polls (room_code, title) SELECT 'room-' || n, 'Poll ' || n FROM generate_series(1, 100) n;
INSERT INTO votes (poll_id, choice, comment) SELECT 1 + n % 100, n % 4, md5(n::text) || md5((n * 7)::text) FROM generate_series(1, ${rows}) n;
INSERT INTO audit_logs SELECT n, 'vote', timestamptz '2025-03-01' + n * interval '1 second' FROM generate_series(1, 1000) n;
`;
}
