import {
  DescribeEventsCommand,
  ModifyDBInstanceCommand,
  RDSClient,
  RebootDBInstanceCommand,
} from '@aws-sdk/client-rds';
import { createVirtualClock, startLocalRegion } from '@zephyr/backup/local';
import { givenZephyr } from './given-zephyr.js';

/** A failover on demand; returns what an operator would read in the events of category failover. */
export async function watchFailover(): Promise<readonly (string | undefined)[]> {
  await using region = await startLocalRegion({ clock: createVirtualClock() });
  await givenZephyr(region);
  const { endpoint, credentials, clock } = region;
  const rds = new RDSClient({ region: region.region, endpoint, credentials });
  const instance = { DBInstanceIdentifier: 'zephyr-production-db' };
  await rds.send(new ModifyDBInstanceCommand({ ...instance, MultiAZ: true, ApplyImmediately: true }));
  await clock.sleep(600_000);

  await rds.send(new RebootDBInstanceCommand({ ...instance, ForceFailover: true }));
  await clock.sleep(300_000);
  const { Events } = await rds.send(
    new DescribeEventsCommand({
      SourceType: 'db-instance',
      SourceIdentifier: 'zephyr-production-db',
      EventCategories: ['failover'],
    }),
  );
  rds.destroy();
  return Events?.map(({ Message }) => Message) ?? [];
}
