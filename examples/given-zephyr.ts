import { CreateDBInstanceCommand, RDSClient } from '@aws-sdk/client-rds';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { defineSystem, type System } from '@zephyr/backup';
import { connectAws } from '@zephyr/backup/aws';
import type { LocalRegion } from '@zephyr/backup/local';

const credentials = { user: 'zephyr_admin', password: 'only-for-rehearsals' };

/** Zephyr's production in a local region, made as Terraform would make it: through AWS's own API. */
export async function givenZephyr(region: LocalRegion, ca?: string): Promise<{ readonly zephyr: System }> {
  const client = { region: region.region, endpoint: region.endpoint, credentials: region.credentials };
  const rds = new RDSClient(client);
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: 'zephyr-backups' }));
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
    }),
  );
  const zephyr = defineSystem({
    aws: connectAws(client),
    database: {
      instance: 'zephyr-production-db',
      name: 'zephyr',
      credentials,
      ...(ca === undefined ? {} : { tls: { mode: 'verify-full', ca } as const }),
    },
    archive: { bucket: 'zephyr-backups' },
    polling: ca === undefined ? undefined : { shortest: '100ms', longest: '500ms' },
    clock: region.clock,
  });
  while ((await zephyr.aws.rds.describeInstance('zephyr-production-db'))?.latestRestorableTime === undefined) {
    await region.clock.sleep(ca === undefined ? 60_000 : 100);
  }
  rds.destroy();
  s3.destroy();
  return { zephyr };
}
