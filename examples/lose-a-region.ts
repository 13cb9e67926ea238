import {
  CreateDBInstanceReadReplicaCommand,
  DescribeDBInstancesCommand,
  PromoteReadReplicaCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { createVirtualClock, startLocalRegion } from '@zephyr/backup/local';
import { givenZephyr } from './given-zephyr.js';

/** A region is lost and the replica in another one, which lags, is promoted; returns the statuses it shows on the way. */
export async function loseARegion(): Promise<readonly string[]> {
  await using east = await startLocalRegion({ clock: createVirtualClock() });
  await givenZephyr(east);
  await using west = await startLocalRegion({ region: 'us-west-2', peer: east });
  const { endpoint, credentials, clock } = west;
  const rds = new RDSClient({ region: west.region, endpoint, credentials });
  const SourceDBInstanceIdentifier = `arn:aws:rds:us-east-1:${east.accountId}:db:zephyr-production-db`;
  const replica = { DBInstanceIdentifier: 'zephyr-dr' };
  await rds.send(new CreateDBInstanceReadReplicaCommand({ ...replica, SourceDBInstanceIdentifier }));
  await clock.sleep(3_600_000);

  await west.replicas.hold('zephyr-dr');
  await clock.sleep(90_000);
  await east.close();
  await rds.send(new PromoteReadReplicaCommand({ ...replica, BackupRetentionPeriod: 30 }));
  const shown: string[] = [];
  for (let look = 0; look < 40; look += 1) {
    const { DBInstances } = await rds.send(new DescribeDBInstancesCommand(replica));
    const status = DBInstances?.[0]?.DBInstanceStatus ?? 'gone';
    if (status !== shown.at(-1)) shown.push(status);
    await clock.sleep(30_000);
  }
  rds.destroy();
  return shown;
}
