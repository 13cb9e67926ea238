import { createVirtualClock, startLocalRegion } from '@zephyr/backup/local';
import { givenZephyr } from './given-zephyr.js';
import { backUpBeforeDeployment } from './pre-deployment.js';

/** A deploy script under test: the answer to its snapshot request is lost, and still there is exactly one snapshot. */
export async function testDeployScript(): Promise<{ readonly snapshot: string; readonly calls: number }> {
  await using region = await startLocalRegion({ clock: createVirtualClock() });
  const { zephyr } = await givenZephyr(region);
  region.faults.inject({ operation: 'CreateDBSnapshot', call: 1, fault: { kind: 'drop-response' } });
  const snapshot = await backUpBeforeDeployment(zephyr, 'v2.0.0');
  return { snapshot, calls: region.calls.list('CreateDBSnapshot').length };
}
