import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { sweepAbandoned } from '../../../src/local/home/region-home.js';
import { type RegionHolder, startHolder } from './support/region-holder.js';
import { becomes, processesNaming } from './support/region-traces.js';

const holders: RegionHolder[] = [];
const hold = async (...options: Parameters<typeof startHolder>): Promise<RegionHolder> => {
  const holder = await startHolder(...options);
  holders.push(holder);
  return holder;
};
afterEach(async () => {
  for (const holder of holders.splice(0)) await holder.dispose();
});

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function listens(address: string, port: number): Promise<boolean> {
  const socket = connect(port, address);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

test.each([
  ['opening', 0],
  ['opening', 60],
  ['opening', 250],
  ['opening', 600],
  ['creating', 50],
  ['starting', 10],
  ['backing up', 20],
  ['backing up', 150],
  ['recovering', 200],
  ['holding', 0],
])('leaves nothing when its process is killed with SIGKILL at "%s" and %i ms', async (stage, milliseconds) => {
  const holder = await hold();
  await holder.reached(stage);
  await sleep(milliseconds);
  holder.child.kill('SIGKILL');
  await once(holder.child, 'exit');

  expect(await becomes(() => holder.nothingLeft(), 10)).toBe(true);
});

test('frees its port when its process is killed with SIGKILL', async () => {
  const holder = await hold();
  const [address = '', port = ''] = (await holder.reached('started')).split(' ');
  expect(await listens(address, Number(port))).toBe(true);
  holder.child.kill('SIGKILL');

  expect(await becomes(async () => !(await listens(address, Number(port))), 10)).toBe(true);
});

test('the next region sweeps what is left when the watchdog was killed too', async () => {
  const holder = await hold();
  const directory = await holder.reached('opened');
  await holder.reached('holding');
  for (const pid of await processesNaming('zephyr-region-watchdog')) {
    const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (words.includes(directory)) process.kill(pid, 'SIGKILL');
  }
  expect(await sweepAbandoned({ in: holder.temporary })).toEqual([]);
  holder.child.kill('SIGKILL');
  await once(holder.child, 'exit');
  await sleep(1_000);
  expect((await processesNaming(directory)).length).toBeGreaterThan(0);

  expect(await sweepAbandoned({ in: holder.temporary })).toEqual([directory]);
  expect(await holder.nothingLeft()).toBe(true);
});

test('does not sweep a region whose process lives', async () => {
  const holder = await hold();
  await holder.reached('opened');
  const before = await readdir(holder.temporary);
  expect(await sweepAbandoned({ in: holder.temporary })).toEqual([]);
  expect(await readdir(holder.temporary)).toEqual(before);
});

test('a program that closes its region ends by itself and leaves nothing', async () => {
  const holder = await hold({ end: 'close' });
  await holder.reached('closed');
  expect(await holder.nothingLeft()).toBe(true);
  if (holder.child.exitCode === null) await once(holder.child, 'exit');
  expect(holder.child.exitCode).toBe(0);
});

test('works for an ordinary user, whose servers run under its own account', async () => {
  const uid = process.getuid?.() === 0 ? 65_534 : process.getuid?.();
  const holder = await hold(process.getuid?.() === 0 ? { uid: 65_534, end: 'close' } : { end: 'close' });
  expect(await holder.reached('holding')).toBe(`200000 votes, uid ${uid}, window true`);
  await holder.reached('closed');
  expect(await holder.nothingLeft()).toBe(true);
});
