import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { createVirtualClock, startLocalRegion } from '@zephyr/backup/local';

/** What an alarm on free storage would see when the disk fills up; in bytes, the newest minute first. */
export async function freeStorageOfAFullDisk(): Promise<readonly number[]> {
  const clock = createVirtualClock();
  await using region = await startLocalRegion({ clock });
  const dimensions = { DBInstanceIdentifier: 'zephyr-production-db' };
  region.metrics.set({ name: 'FreeStorageSpace', dimensions, value: 20e9 });
  region.metrics.set({ name: 'FreeStorageSpace', dimensions, value: 1e9, since: clock.now() });
  await clock.sleep(60_000);
  const { endpoint, credentials } = region;
  const cloudWatch = new CloudWatchClient({ region: region.region, endpoint, credentials });
  const Dimensions = [{ Name: 'DBInstanceIdentifier', Value: 'zephyr-production-db' }];
  const Metric = { Namespace: 'AWS/RDS', MetricName: 'FreeStorageSpace', Dimensions };
  const { MetricDataResults } = await cloudWatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(clock.now().getTime() - 120_000),
      EndTime: clock.now(),
      MetricDataQueries: [{ Id: 'free', MetricStat: { Metric, Period: 60, Stat: 'Minimum' } }],
    }),
  );
  cloudWatch.destroy();
  return MetricDataResults?.[0]?.Values ?? [];
}
