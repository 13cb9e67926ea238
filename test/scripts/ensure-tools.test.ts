import { afterEach, expect, test, vi } from 'vitest';
import { ensureTools } from '../../scripts/ensure-tools.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

test('finds what is installed and says nothing', async () => {
  const lines: string[] = [];
  const found = await ensureTools({
    need: ['postgres-server', 'postgres-client', 'redis-server'],
    log: (line) => lines.push(line),
  });
  expect(found.leftOut).toEqual([]);
  expect(found.postgres?.tools).toEqual(expect.arrayContaining(['postgres', 'initdb']));
  expect(found.redis?.version).toMatch(/^\d+\.\d+/);
  expect(lines).toEqual([]);
});

test('says what is left out, and the one command that adds it, where it may not install', async () => {
  vi.stubEnv('ZEPHYR_INSTALL', 'never');
  vi.stubEnv('ZEPHYR_REDIS_SERVER', '/nonexistent/redis-server');
  vi.stubEnv('ZEPHYR_POSTGRES_BIN', '/nonexistent');
  const lines: string[] = [];
  const { leftOut, redis } = await ensureTools({
    need: ['postgres-client', 'redis-server'],
    log: (line) => lines.push(line),
  });
  expect(redis).toBeUndefined();
  expect(leftOut.map(({ tool }) => tool)).toEqual(['postgres-client', 'redis-server']);
  expect(leftOut[0]?.command).toMatch(/install.*postgresql.*redis/);
  expect(lines.join('\n')).toContain('left out, because redis-server is missing');
  expect(lines.join('\n')).toContain(`to add it: ${leftOut[0]?.command}`);
});
