import { createVirtualClock, startLocalRegion } from '@zephyr/backup/local';
import { expect, it, vi } from 'vitest';
import { givenZephyr } from '../../examples/given-zephyr.js';
import { makeTrouble } from '../../examples/make-trouble.js';
import { backUpBeforeDeployment } from '../../examples/pre-deployment.js';

it('takes a snapshot on a bad day', async () => {
  vi.spyOn(console, 'log').mockReturnValue(undefined);
  await using region = await startLocalRegion({ clock: createVirtualClock() });
  const { zephyr } = await givenZephyr(region);
  makeTrouble(region);
  const snapshot = await backUpBeforeDeployment(zephyr, 'v2.0.0');
  expect(await zephyr.aws.rds.describeSnapshot(snapshot)).toMatchObject({ status: 'available' });
  const struck = region.calls.list({ service: 'rds' }).filter(({ fault }) => fault !== undefined);
  expect(new Set(struck.map(({ fault }) => fault?.kind))).toEqual(new Set(['drop-response', 'throttle']));
});
