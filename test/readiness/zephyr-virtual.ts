import { CreateDBInstanceCommand, type CreateDBInstanceMessage, RDSClient } from '@aws-sdk/client-rds';
import { connectAws } from '../../src/aws/index.js';
import {
  createVirtualClock,
  type LocalRegion,
  type LocalRegionOptions,
  startLocalRegion,
  type VirtualClock,
} from '../../src/local/index.js';
import { defineSystem, type System, type SystemOptions } from '../../src/system/define-system.js';

/** Zephyr's production as the runbook wants it, without servers behind it: real requests, virtual time. */
export interface VirtualZephyr extends AsyncDisposable {
  readonly region: LocalRegion;
  readonly clock: VirtualClock;
  readonly rds: RDSClient;
  readonly system: System;
  readonly systemWith: (options: Partial<SystemOptions>) => System;
}

/** Starts the day before, 9 November 2025 at 14:00, and goes on to the 10th at 12:00: the daily backup is made. */
export async function virtualZephyr(
  options: LocalRegionOptions = {},
  settings: Partial<CreateDBInstanceMessage> = {},
): Promise<VirtualZephyr> {
  const clock = createVirtualClock(new Date('2025-11-09T14:00:00Z'));
  const region = await startLocalRegion({ clock, ...options });
  const client = { region: region.region, endpoint: region.endpoint, credentials: region.credentials, maxAttempts: 1 };
  const rds = new RDSClient(client);
  region.s3.createBucket('zephyr-backups');
  await rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: 'zephyr-production-db',
      DBInstanceClass: 'db.t3.large',
      Engine: 'postgres',
      MasterUsername: 'zephyr',
      MasterUserPassword: 'only-for-rehearsals',
      AllocatedStorage: 100,
      BackupRetentionPeriod: 30,
      PreferredBackupWindow: '03:00-04:00',
      PreferredMaintenanceWindow: 'sun:04:00-sun:05:00',
      MultiAZ: true,
      StorageEncrypted: true,
      DeletionProtection: true,
      CopyTagsToSnapshot: true,
      PubliclyAccessible: false,
      MonitoringInterval: 60,
      MonitoringRoleArn: 'arn:aws:iam::123456789012:role/monitoring',
      EnableCloudwatchLogsExports: ['postgresql', 'upgrade'],
      ...settings,
    }),
  );
  await clock.sleep(22 * 3_600_000);
  const system: SystemOptions = {
    aws: connectAws(client),
    database: { instance: 'zephyr-production-db', name: 'zephyr', credentials: { user: 'u', password: 'p' } },
    clock,
    polling: { shortest: '60s', longest: '60s' },
    random: () => 0.5,
  };
  return {
    region,
    clock,
    rds,
    system: defineSystem(system),
    systemWith: (more) => defineSystem({ ...system, ...more }),
    [Symbol.asyncDispose]: async () => {
      rds.destroy();
      await region.close();
    },
  };
}
