import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkCacheExpectation } from '../../../src/checks/cache/check-cache-expectation.js';
import { judgeCache } from '../../../src/checks/cache/judge-cache.js';
import { tallyKeys } from '../../../src/checks/cache/key-tally.js';
import { fieldOf, keysOfAll, parseInfo } from '../../../src/checks/cache/node-facts.js';
import {
  type CacheExpectation,
  type CacheNode,
  type CacheObservation,
  type CachePrefix,
  cacheFit,
  cacheNodeMemory,
  expectCache,
} from '../../../src/index.js';

const never = { '1m': 0, '10m': 0, '1h': 0, '6h': 0, '1d': 0, '7d': 0 };
const prefix = (more: Partial<CachePrefix> = {}): CachePrefix => ({
  keys: 100,
  sampled: 100,
  types: { string: 100 },
  persistent: 0,
  expiringWithin: { ...never, '1d': 100, '7d': 100 },
  ...more,
});
const none = prefix({ keys: 0, sampled: 0, types: {}, expiringWithin: never });
const node = (more: Partial<CacheNode> = {}): CacheNode => ({
  location: 'cache:6379',
  version: '7.0.15',
  role: 'master',
  usedMemoryBytes: 1_000,
  maximumMemoryBytes: 0,
  evictedKeys: 0,
  loadedKeys: 0,
  expiredWhileLoading: 0,
  tls: true,
  authenticates: true,
  openToAll: false,
  ...more,
});
const seen = (more: Partial<CacheObservation> = {}): CacheObservation => ({
  at: '2025-11-09T14:00:00.000Z',
  keys: 100,
  otherDatabases: 0,
  scanned: 100,
  complete: true,
  prefixes: { 'session:': prefix() },
  others: none,
  nodes: [node()],
  ...more,
});
const verdicts = (observation: CacheObservation, expectation: CacheExpectation): readonly string[] =>
  judgeCache(observation, expectation).map(({ check, verdict }) => `${check}: ${verdict}`);

describe('the verdict on a cache', () => {
  it('fails an empty one, even where nothing else is expected', () => {
    expect(verdicts(seen({ keys: 0 }), {})).toEqual(['cache-keys: failed']);
    expect(verdicts(seen({ keys: 1 }), {})).toEqual(['cache-keys: passed']);
    expect(verdicts(seen({ keys: 9 }), { atLeastKeys: 10 })).toEqual(['cache-keys: failed']);
  });

  it('is none on too few keys, where not all primaries of a cluster were asked', () => {
    const part = { nodes: [node(), node()], primaries: 3, complete: false };
    expect(verdicts(seen({ keys: 9, ...part }), { atLeastKeys: 10 })).toEqual(['cache-keys: inconclusive']);
    expect(verdicts(seen({ keys: 10, ...part }), { atLeastKeys: 10 })).toEqual(['cache-keys: passed']);
    expect(verdicts(seen({ keys: 9, ...part, primaries: 2 }), { atLeastKeys: 10 })).toEqual(['cache-keys: failed']);
    const [found] = judgeCache(seen({ ...part }), {});
    expect(found?.summary).toBe('100 keys in 2 of 3 primaries; at least 1 expected');
  });

  it.each<[string, Partial<CachePrefix>, object, boolean, string]>([
    ['as many keys as there must be', {}, { atLeast: 100 }, true, 'passed'],
    ['too few', {}, { atLeast: 101 }, true, 'failed'],
    ['none, where nothing is said', none, {}, true, 'failed'],
    ['none, where none is needed', none, { atLeast: 0, types: ['string'], atMostPersistent: 0 }, true, 'passed'],
    ['too few among those scanned', {}, { atLeast: 101 }, false, 'inconclusive'],
    ['enough among those scanned', {}, { atLeast: 100 }, false, 'passed'],
    ['a type that does not belong', { types: { hash: 1, string: 99 } }, { types: ['string'] }, true, 'failed'],
    ['types that belong', { types: { hash: 1, string: 99 } }, { types: ['string', 'hash'] }, true, 'passed'],
    ['times to live that are gone', { persistent: 2 }, { atMostPersistent: 1 }, true, 'failed'],
    [
      'times to live that are gone, in a sample',
      { sampled: 50, persistent: 2 },
      { atMostPersistent: 3 },
      true,
      'failed',
    ],
    ['as few lasting keys as there may be', { persistent: 1 }, { atMostPersistent: 1 }, true, 'passed'],
    ['few lasting keys among those scanned', { persistent: 1 }, { atMostPersistent: 1 }, false, 'inconclusive'],
    [
      'keys that went while they were looked at',
      { sampled: 0, types: {} },
      { types: ['string'] },
      true,
      'inconclusive',
    ],
  ])('%s', (_name, found, expected, complete, verdict) => {
    const observation = seen({ complete, prefixes: { 'session:': prefix(found) } });
    expect(verdicts(observation, { prefixes: { 'session:': expected } }).at(1)).toBe(`cache-prefix: ${verdict}`);
  });

  it('does not pass a prefix that was not looked for', () => {
    expect(verdicts(seen(), { prefixes: { 'poll:': {} } })).toContain('cache-prefix: inconclusive');
  });

  it.each<[string, Partial<CacheNode>, CacheExpectation, string]>([
    ['nothing thrown out', {}, { nothingEvicted: true }, 'passed'],
    [
      'nothing thrown out, of nobody knows how much',
      { usedMemoryBytes: undefined },
      { nothingEvicted: true },
      'passed',
    ],
    ['keys thrown out', { evictedKeys: 3, maximumMemoryBytes: 500 }, { nothingEvicted: true }, 'failed'],
    [
      'no word about it',
      { evictedKeys: undefined, usedMemoryBytes: undefined },
      { nothingEvicted: true },
      'inconclusive',
    ],
    ['TLS', {}, { tls: true }, 'passed'],
    ['no TLS', { tls: false }, { tls: true }, 'failed'],
    ['a client that does not tell', { tls: undefined }, { tls: true }, 'inconclusive'],
    ['a password for everybody', {}, { auth: true }, 'passed'],
    ['a door that is open in spite of a client with a password', { openToAll: true }, { auth: true }, 'failed'],
    [
      'a client without a password that is answered',
      { openToAll: undefined, authenticates: false },
      { auth: true },
      'failed',
    ],
    ['a server that does not tell', { openToAll: undefined }, { auth: true }, 'inconclusive'],
  ])('%s', (_name, more, expectation, verdict) => {
    const [, result] = judgeCache(seen({ nodes: [node(), node(more)] }), expectation);
    expect(result?.verdict).toBe(verdict);
  });

  it('says nothing of nodes where there are none', () => {
    expect(verdicts(seen({ nodes: [] }), { tls: true })).toEqual(['cache-keys: passed', 'cache-tls: inconclusive']);
  });
});

describe('an expectation from an earlier look', () => {
  const now = (minutes: number): Date => new Date(Date.parse('2025-11-09T14:00:00Z') + minutes * 60_000);
  const mixed = prefix({
    persistent: 20,
    expiringWithin: { '1m': 0, '10m': 10, '1h': 30, '6h': 50, '1d': 80, '7d': 80 },
    types: { hash: 20, string: 80 },
  });
  const before = seen({ prefixes: { 'session:': mixed } });

  it('leaves out what can have expired since', () => {
    const after = (minutes: number): number | undefined =>
      expectCache(before, { now: now(minutes), tolerance: 0 }).prefixes?.['session:']?.atLeast;
    expect([0, 5, 30, 300, 1_000, 5_000, 100_000].map(after)).toEqual([100, 90, 70, 50, 20, 20, 20]);
  });

  it('keeps the types, the lasting keys and a tolerance', () => {
    expect(expectCache(before, { now: now(5) })).toEqual({
      atLeastKeys: 85,
      prefixes: { 'session:': { atLeast: 85, types: ['hash', 'string'], atMostPersistent: 21 } },
    });
  });

  it('expects nothing of what was not there', () => {
    expect(expectCache(seen({ prefixes: { 'poll:': none } }), { now: now(0) }).prefixes).toEqual({
      'poll:': { atLeast: 0 },
    });
  });

  it('allows for what a sample does not know', () => {
    const sampled = prefix({ keys: 1_000_000, sampled: 1_000, types: { string: 1_000 } });
    const expected = expectCache(seen({ prefixes: { 'session:': sampled } }), { now: now(5), tolerance: 0 });
    const { atLeast = 0, atMostPersistent = 0 } = expected.prefixes?.['session:'] ?? {};
    expect(atLeast).toBeGreaterThan(990_000);
    expect(atLeast).toBeLessThan(1_000_000);
    expect(atMostPersistent).toBeGreaterThan(0);
    expect(atMostPersistent).toBeLessThan(10_000);
  });

  it('is always met by the cache it was taken of, at once', () => {
    const counts = fc
      .record({
        keys: fc.nat(5_000),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
        lasting: fc.double({ min: 0, max: 1, noNaN: true }),
      })
      .map(({ keys, share, lasting }) => {
        const sampled = Math.floor(keys * share);
        return prefix({
          keys,
          sampled,
          types: sampled === 0 ? {} : { string: sampled },
          persistent: Math.floor(sampled * lasting),
          expiringWithin: never,
        });
      });
    fc.assert(
      fc.property(counts, fc.double({ min: 0, max: 1, noNaN: true }), (found, tolerance) => {
        const observation = seen({ keys: found.keys, prefixes: { 'session:': found } });
        const results = judgeCache(observation, expectCache(observation, { now: now(0), tolerance }));
        expect(results.filter(({ verdict }) => verdict === 'failed')).toEqual([]);
      }),
    );
  });

  it.each<[string, () => unknown, string]>([
    ['a tolerance above 1', () => expectCache(before, { now: now(0), tolerance: 5 }), 'tolerance'],
    ['a look that did not see all', () => expectCache(seen({ complete: false }), { now: now(0) }), 'observation'],
    ['an instant before the look', () => expectCache(before, { now: now(-1) }), 'now'],
  ])('is not made with %s', (_name, make, field) => {
    expect(make).toThrow(expect.objectContaining({ code: 'invalid-input', field }));
  });
});

describe('an expectation of a cache', () => {
  it.each<[unknown, string]>([
    [null, 'expectation'],
    [{ prefix: {} }, 'expectation.prefix'],
    [{ atLeastKeys: -1 }, 'expectation.atLeastKeys'],
    [{ tls: 'yes' }, 'expectation.tls'],
    [{ prefixes: { '': {} } }, 'expectation.prefixes.'],
    [{ prefixes: { a: null } }, 'expectation.prefixes.a'],
    [{ prefixes: { a: { atleast: 1 } } }, 'expectation.prefixes.a.atleast'],
    [{ prefixes: { a: { atLeast: 1.5 } } }, 'expectation.prefixes.a.atLeast'],
    [{ prefixes: { a: { atMostPersistent: Number.NaN } } }, 'expectation.prefixes.a.atMostPersistent'],
    [{ prefixes: { a: { types: [] } } }, 'expectation.prefixes.a.types'],
    [{ prefixes: { a: { types: 'string' } } }, 'expectation.prefixes.a.types'],
    [{ prefixes: { a: { types: ['string', 7] } } }, 'expectation.prefixes.a.types'],
  ])('%j is refused', (expectation, field) => {
    expect(() => checkCacheExpectation(expectation as CacheExpectation)).toThrow(
      expect.objectContaining({ code: 'invalid-input', field }),
    );
  });

  it('may be empty', () => {
    expect(() => checkCacheExpectation({})).not.toThrow();
  });
});

describe('counting keys', () => {
  it('gives a key to the longest prefix that fits, and every key to one', () => {
    const tally = tallyKeys(['a', 'ab', 'x'], 1);
    for (const key of ['a1', 'ab1', 'ab2', 'b']) tally.count(key)?.('string', -1);
    expect(Object.entries(tally.prefixes()).map(([name, { keys, sampled }]) => [name, keys, sampled])).toEqual([
      ['a', 1, 1],
      ['ab', 2, 1],
      ['x', 0, 0],
    ]);
    expect(tally.others()).toMatchObject({ keys: 1, sampled: 1, persistent: 1 });
  });

  it('does not take what has gone meanwhile for anything', () => {
    const tally = tallyKeys(['a'], 9);
    tally.count('a1')?.('none', -2);
    tally.count('a2')?.('string', 59_000);
    tally.count('a3')?.('hash', 86_400_000 * 30);
    tally.count('a4')?.('set', 86_400_000 * 30);
    expect(tally.prefixes().a).toEqual({
      keys: 4,
      sampled: 3,
      types: { hash: 1, set: 1, string: 1 },
      persistent: 0,
      expiringWithin: { '1m': 1, '10m': 1, '1h': 1, '6h': 1, '1d': 1, '7d': 1 },
    });
  });

  it('reads what servers print, in RESP2 and RESP3', () => {
    const info = parseInfo(
      '# Server\r\nredis_version:7.0.15\r\nno colon\r\ndb0:keys=12,expires=3\r\ndb3:keys=4,expires=0\r\n',
    );
    expect(info.get('redis_version')).toBe('7.0.15');
    expect(keysOfAll(info)).toBe(16);
    expect(fieldOf(['flags', ['on'], 'keys', '~*'], 'flags')).toEqual(['on']);
    expect(fieldOf(new Map([['flags', ['on']]]), 'flags')).toEqual(['on']);
    expect(fieldOf({ flags: ['on'] }, 'flags')).toEqual(['on']);
    expect(fieldOf('nothing', 'flags')).toBeUndefined();
  });
});

describe('whether a snapshot fits', () => {
  const GiB = 1024 ** 3;
  const verdictOf = (sizeBytes: number | undefined, nodeType: string, nodeGroups = 1): string =>
    cacheFit({ sizeBytes, sourceNodeType: 'cache.r6g.large', nodeType, nodeGroups }).verdict;

  it.each<[number | undefined, string, number, string]>([
    [8 * GiB, 'cache.r6g.large', 1, 'passed'],
    [undefined, 'cache.r6g.xlarge', 1, 'passed'],
    [0.2 * GiB, 'cache.t3.micro', 1, 'passed'],
    [0.45 * GiB, 'cache.t3.micro', 1, 'inconclusive'],
    [8 * GiB, 'cache.t3.micro', 1, 'failed'],
    [8 * GiB, 'cache.m6g.large', 2, 'passed'],
    [undefined, 'cache.t3.micro', 1, 'inconclusive'],
    [1, 'cache.z9.huge', 1, 'inconclusive'],
    [1, 'nonsense', 1, 'inconclusive'],
  ])('%s bytes, %s x %s: %s', (bytes, type, groups, verdict) => {
    expect(verdictOf(bytes, type, groups)).toBe(verdict);
  });

  it('goes by memory that grows with the size of a node', () => {
    const sizes = ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge'];
    const known = sizes.map((size) => cacheNodeMemory(`cache.r7g.${size}`) ?? Number.NaN);
    expect([...known].sort((a, b) => a - b)).toEqual(known);
  });
});
