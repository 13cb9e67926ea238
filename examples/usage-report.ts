import { assessUsage, defaultStoragePrices, renderUsage, type System } from '@zephyr/backup';

/** The quarterly review of backup costs, by the prices of another region than the default's. */
export async function reportUsage(zephyr: System): Promise<number> {
  const usage = await assessUsage(zephyr, {
    prices: { ...defaultStoragePrices(), rdsBackup: 0.103, region: 'eu-central-1' },
  });
  console.log(renderUsage(usage));
  return usage.monthly;
}
