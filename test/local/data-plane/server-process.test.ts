import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServerProcess } from '../../../src/local/data-plane/server-process.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'server-process-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test('a server that is gone as soon as it was started is a coded error, however soon that was', async () => {
  const home = {
    directory,
    keptId: undefined,
    account: undefined,
    environment: {},
    makeDirectory: async (path: string) => path,
    writeFile: async () => {},
    close: async () => {},
  };
  const start = (index: number): Promise<unknown> =>
    startServerProcess({
      name: 'server',
      program: '/bin/false',
      arguments: [],
      home,
      directory,
      serverLog: join(directory, `${index}.log`),
      place: 'nowhere',
      isReady: async () => false,
      hardestSignals: ['SIGKILL'],
    });
  const all = await Promise.allSettled(Array.from({ length: 40 }, (_, index) => start(index)));
  for (const one of all) expect(one).toMatchObject({ status: 'rejected', reason: { code: 'server-failed' } });
});
