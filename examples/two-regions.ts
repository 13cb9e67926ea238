import { CopyDBSnapshotCommand, DescribeDBSnapshotsCommand, RDSClient } from '@aws-sdk/client-rds';
import { createVirtualClock, type LocalRegion, startLocalRegion } from '@zephyr/backup/local';
import { givenZephyr } from './given-zephyr.js';
import { backUpBeforeDeployment } from './pre-deployment.js';

/** A snapshot is copied to a second region: the copy's status there an hour later. */
export async function copyToAnotherRegion(): Promise<string | undefined> {
  await using east = await startLocalRegion({ clock: createVirtualClock() });
  await using west = await startLocalRegion({ region: 'us-west-2', peer: east });
  const { zephyr } = await givenZephyr(east);
  const snapshot = await backUpBeforeDeployment(zephyr, 'v2.0.0');
  const rds = clientOf(west);
  const arn = `arn:aws:rds:us-east-1:${east.accountId}:snapshot:${snapshot}`;
  await rds.send(new CopyDBSnapshotCommand({ SourceDBSnapshotIdentifier: arn, TargetDBSnapshotIdentifier: snapshot }));
  await west.clock.sleep(3_600_000);
  const { DBSnapshots } = await rds.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: snapshot }));
  return DBSnapshots?.[0]?.Status;
}

function clientOf({ region, endpoint, credentials }: LocalRegion): RDSClient {
  return new RDSClient({ region, endpoint, credentials });
}
