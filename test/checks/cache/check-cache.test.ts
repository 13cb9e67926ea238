import { createRedisDataPlane, type RedisDataPlane } from '@zephyr/backup/local';
import { connectRedis } from '@zephyr/backup/redis';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checkCache } from '../../../src/checks/cache/check-cache.js';
import { observeCache } from '../../../src/checks/cache/observe-cache.js';
import { systemClock } from '../../../src/core/clock.js';
import { BackupError } from '../../../src/core/errors.js';
import { expectCache, type ProgressEvent, type RedisPort } from '../../../src/index.js';
import { families } from '../../redis/support/clients.js';
import { cacheDamages } from './cache-damages.js';

const clock = systemClock;
const prefixes = ['session:', 'poll:'];
const hour = 3_600;
let plane: RedisDataPlane;
let count = 0;
const opened: Redis[] = [];

beforeAll(async () => {
  plane = await createRedisDataPlane();
});
afterAll(() => plane?.close());
afterEach(() => {
  for (const client of opened.splice(0)) client.disconnect();
});

interface Cache {
  readonly id: string;
  readonly redis: Redis;
  readonly port: RedisPort;
  readonly place: { readonly host: string; readonly port: number };
}

/** A server of its own, empty or from a snapshot. */
async function startCache(snapshotId?: string, parameters?: Readonly<Record<string, string>>): Promise<Cache> {
  count += 1;
  const id = `cache-${count}`;
  const endpoint = await plane.endpointFor(id);
  await plane.create({ nodeId: id, encrypted: false, snapshotId, parameters }, endpoint);
  const redis = new Redis({ host: endpoint.address, port: endpoint.port });
  opened.push(redis);
  return { id, redis, port: connectRedis(redis), place: { host: endpoint.address, port: endpoint.port } };
}

/** Sessions that expire after an hour, polls that never do, and something else. */
async function fill({ redis }: Cache, sessions = 500): Promise<void> {
  const pipeline = redis.pipeline();
  for (let index = 0; index < sessions; index += 1) pipeline.set(`session:secret-${index}`, 'user', 'EX', hour);
  for (let index = 0; index < 50; index += 1) pipeline.hset(`poll:${index}`, { question: 'Tea?' });
  pipeline.set('something', 'else');
  await pipeline.exec();
}

describe('looking at a cache', () => {
  it('counts keys by prefix, with their types and times to live, and never names one', async () => {
    const cache = await startCache();
    await fill(cache);
    await cache.redis.select(3);
    await cache.redis.set('elsewhere', '1');
    await cache.redis.select(0);
    const observed = await observeCache({ cache: cache.port, prefixes }, { clock });
    expect(observed).toMatchObject({
      keys: 551,
      otherDatabases: 1,
      complete: true,
      prefixes: {
        'session:': { keys: 500, sampled: 500, types: { string: 500 }, persistent: 0 },
        'poll:': { keys: 50, sampled: 50, types: { hash: 50 }, persistent: 50 },
      },
      others: { keys: 1 },
      nodes: [{ version: plane.version, role: 'master', tls: false, openToAll: true, evictedKeys: 0 }],
    });
    expect(observed.prefixes['session:']?.expiringWithin).toMatchObject({ '10m': 0, '1h': 500 });
    expect(JSON.stringify(observed)).not.toMatch(/secret-|Tea|something/);
  });

  it.each(Object.keys(families))('sees the same through %s', async (family) => {
    const cache = await startCache();
    await fill(cache, 20);
    const made = families[family]?.(cache.place);
    if (made === undefined) throw new Error(`no such family: ${family}`);
    try {
      const { prefixes: found, nodes } = await observeCache({ cache: connectRedis(made.client), prefixes }, { clock });
      expect([found['session:']?.keys, found['poll:']?.types]).toEqual([20, { hash: 50 }]);
      expect(nodes[0]?.openToAll).toBe(true);
    } finally {
      made.close();
    }
  });

  it('stops after so many keys, and says so', async () => {
    const cache = await startCache();
    await fill(cache);
    const events: ProgressEvent[] = [];
    const observed = await observeCache(
      { cache: cache.port, prefixes, maxKeys: 100, step: 10, sample: 5 },
      { clock, onProgress: (event) => events.push(event) },
    );
    expect(observed.complete).toBe(false);
    expect(observed.scanned).toBeLessThan(551);
    expect(observed.prefixes['session:']?.sampled).toBe(5);
    expect(events.length).toBeGreaterThan(3);
    expect(JSON.stringify(events)).not.toContain('secret-');
  });

  it('adds up the nodes of a cluster', async () => {
    const nodes = [await startCache(), await startCache()] as const;
    for (const each of nodes) await fill(each, 10);
    const observed = await observeCache({ cache: nodes.map(({ port }) => port), prefixes }, { clock });
    expect([observed.keys, observed.prefixes['session:']?.keys, observed.nodes.length]).toEqual([122, 20, 2]);
  });

  it.each<[object, string]>([
    [{ cache: undefined }, 'cache'],
    [{ cache: [] }, 'cache'],
    [{ prefixes: [''] }, 'prefixes'],
    [{ sample: 0 }, 'sample'],
    [{ maxKeys: 1.5 }, 'maxKeys'],
    [{ step: 100_000 }, 'step'],
  ])('with %j is refused', async (wrong, field) => {
    const cache: RedisPort = { connect: () => Promise.reject(new Error('it was connected')) };
    await expect(observeCache({ cache, ...wrong } as never, { clock })).rejects.toMatchObject({
      code: 'invalid-input',
      field,
    });
  });

  it('ends with an abort and at its deadline', async () => {
    const cache = await startCache();
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(observeCache({ cache: cache.port }, { clock, signal })).rejects.toThrow('enough');
    const deadline = new Date(0);
    await expect(observeCache({ cache: cache.port }, { clock, deadline })).rejects.toMatchObject({
      code: 'deadline-exceeded',
    });
  });

  it('refuses a node that is named twice, whose keys would count twice', async () => {
    const cache = await startCache();
    const again = new Redis(cache.place);
    opened.push(again);
    await expect(observeCache({ cache: [cache.port, connectRedis(again)] }, { clock })).rejects.toMatchObject({
      code: 'invalid-input',
      field: 'cache',
    });
  });

  it.each([
    ['all primaries', 1, { primaries: 1, complete: true }],
    ['some of them', 3, { primaries: 3, complete: false }],
    ['an unknown part', undefined, { complete: true }],
  ])('of a cluster knows that it has seen %s', async (_name, size, found) => {
    const denied = new BackupError({ code: 'permission-denied', message: 'NOPERM', hint: 'x' });
    const answers: Readonly<Record<string, unknown>> = { INFO: 'cluster_enabled:1\r\n', DBSIZE: 0, SCAN: ['0', []] };
    const cache: RedisPort = {
      connect: async () => ({
        location: 'a node',
        tls: undefined,
        authenticates: undefined,
        send: async ([name = '']) => {
          if (name !== 'CLUSTER') return answers[name];
          if (size === undefined) throw denied;
          return `cluster_state:ok\r\ncluster_size:${size}\r\n`;
        },
        close: async () => undefined,
      }),
    };
    const observation = await observeCache({ cache }, { clock });
    expect(observation).toMatchObject(found);
    expect('primaries' in observation).toBe(size !== undefined);
  });

  it('does not take an answer that is none for an empty cache', async () => {
    const cache: RedisPort = {
      connect: async () => ({
        location: 'a proxy',
        tls: undefined,
        authenticates: undefined,
        send: async ([name]) => (name === 'INFO' ? '' : name === 'DBSIZE' ? 0 : undefined),
        close: async () => undefined,
      }),
    };
    await expect(observeCache({ cache }, { clock })).rejects.toMatchObject({ code: 'query-failed' });
  });
});

describe('a damage to a cache', () => {
  it.each(cacheDamages)('is caught: $name', async ({ damage, parameters, caughtBy, says, expectation }) => {
    const cache = await startCache(undefined, parameters);
    await fill(cache);
    const before = await observeCache({ cache: cache.port, prefixes }, { clock });
    const expected = expectation ?? expectCache(before, { now: clock.now(), tolerance: 0 });
    const check = (): ReturnType<typeof checkCache> =>
      checkCache({ cache: cache.port, expectation: expected }, { clock });
    expect((await check()).verdict).toBe('passed');
    await damage(cache.redis);
    const { verdict, checks } = await check();
    const failed = checks.filter((one) => one.verdict !== 'passed');
    expect({ verdict, failed }).toMatchObject({ verdict: 'failed', failed: [{ check: caughtBy, verdict: 'failed' }] });
    expect(failed[0]?.summary).toMatch(says);
  });
});

describe('a restored cache', () => {
  it('passes against what was seen before the snapshot', async () => {
    const production = await startCache();
    await fill(production);
    const before = await observeCache({ cache: production.port, prefixes }, { clock });
    await plane.takeSnapshot(production.id, 'sound');
    const restored = await startCache('sound');
    const expectation = { ...expectCache(before, { now: clock.now(), tolerance: 0 }), nothingEvicted: true };
    const report = await checkCache({ cache: restored.port, expectation }, { clock });
    expect(report.checks.filter(({ verdict }) => verdict !== 'passed')).toEqual([]);
    expect(report).toMatchObject({ verdict: 'passed', observation: { keys: 551 } });
    expect(report.observation.nodes[0]).toMatchObject({ loadedKeys: 551, expiredWhileLoading: 0 });
  });

  it('fails where nobody needs a password, as a copy restored without one', async () => {
    const restored = await startCache();
    await fill(restored, 5);
    const report = await checkCache({ cache: restored.port, expectation: { tls: true, auth: true } }, { clock });
    expect(report.verdict).toBe('failed');
    expect(report.checks.map(({ check, verdict }) => [check, verdict])).toEqual([
      ['cache-keys', 'passed'],
      ['cache-tls', 'failed'],
      ['cache-auth', 'failed'],
    ]);
  });

  it('is not asked anything where the expectation is wrong', async () => {
    const cache: RedisPort = { connect: () => Promise.reject(new Error('it was connected')) };
    await expect(checkCache({ cache, expectation: { keys: 3 } as never }, { clock })).rejects.toMatchObject({
      code: 'invalid-input',
      field: 'expectation.keys',
    });
  });
});
