import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { expect, it, vi } from 'vitest';
import { restoreSessions } from '../../examples/restore-cache.js';
import { createRedisDataPlane } from '../../src/local/index.js';
import { cacheRegion, group, makeGroup, takeSnapshot } from '../local/elasticache/support/cache-region.js';
import { cacheName, cacheSystem } from './cache-system.js';

const token = 'sixteen-and-more-letters';

it('restores real sessions behind TLS and a token, and looks into what came back', async () => {
  vi.spyOn(console, 'log').mockReturnValue(undefined);
  const directory = await mkdtemp(join(tmpdir(), 'zephyr-cache-'));
  const previous = process.cwd();
  process.chdir(directory);
  const plane = await createRedisDataPlane();
  const place = await cacheRegion({ cachePlane: plane });
  const connect = ({ address, port }: { readonly address: string; readonly port: number }): Redis =>
    new Redis({ host: address, port, password: token, tls: { ca: plane.caCertificate }, maxRetriesPerRequest: 1 });
  try {
    await makeGroup(place, cacheName, {
      TransitEncryptionEnabled: true,
      AuthToken: token,
      SecurityGroupIds: ['sg-cache'],
    });
    const endpoint = (await group(place, cacheName)).NodeGroups?.[0]?.PrimaryEndpoint;
    const production = connect({ address: endpoint?.Address ?? '', port: endpoint?.Port ?? 0 });
    for (let index = 0; index < 50; index += 1) await production.set(`session:${index}`, 'user', 'EX', 86_400);
    await takeSnapshot(place, `${cacheName}-001`, 'sessions');
    await production.flushall();
    production.disconnect();

    const base = cacheSystem(place);
    const system = { ...base, polling: { shortestMilliseconds: 20, longestMilliseconds: 50 } };
    const outcome = await restoreSessions(system, { cacheToken: async () => token }, connect);
    expect(outcome).toMatchObject({ status: 'completed', checks: { verdict: 'passed' } });
    const restored = connect(outcome.candidate?.endpoint ?? { address: '', port: 0 });
    expect(await restored.dbsize()).toBe(50);
    restored.disconnect();
  } finally {
    process.chdir(previous);
    await place[Symbol.asyncDispose]();
    await plane.close();
    await rm(directory, { recursive: true });
  }
}, 60_000);
