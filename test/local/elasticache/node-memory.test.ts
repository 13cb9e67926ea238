import { describe, expect, it } from 'vitest';
import { familyOf, serverParameters } from '../../../src/local/elasticache/cache-parameters.js';
import { nodeCapacity, sizeBytes } from '../../../src/local/elasticache/node-memory.js';
import { clusterNodesFile } from '../../../src/local/redis-plane/cluster-nodes-file.js';

describe('the memory of a node', () => {
  it.each([
    ['cache.t3.micro', 0.5],
    ['cache.m6g.large', 6.38],
    ['cache.r7g.2xlarge', 52.82],
    ['cache.z9.huge', undefined],
    ['cache.r6g.huge', undefined],
    ['large', undefined],
    [undefined, undefined],
  ])('of %s is three quarters of %s GiB', (type, gibibytes) => {
    expect(nodeCapacity(type)).toBe(gibibytes === undefined ? undefined : gibibytes * 0.75 * 1024 ** 3);
  });

  it.each([
    ['5 MB', 5 * 1024 ** 2],
    ['1.5 GB', 1.5 * 1024 ** 3],
    ['', 0],
    [undefined, 0],
  ])('reads a size written as %j', (text, bytes) => {
    expect(sizeBytes(text)).toBe(bytes);
  });
});

describe('parameters', () => {
  it.each([
    ['redis', '7.1.0', 'redis7'],
    ['redis', '6.2', 'redis6.x'],
    ['redis', '5.0.6', 'redis5.0'],
    ['valkey', '8.0', 'valkey8'],
  ])('of %s %s are of family %s', (engine, version, family) => {
    expect(familyOf(engine, version)).toBe(family);
  });

  it('reach the server by the names that it knows', () => {
    const given = serverParameters(new Map([['timeout', '60']]));
    expect(given).toMatchObject({ timeout: '60', databases: '16' });
    expect(Object.keys(given)).not.toContain('reserved-memory-percent');
    expect(Object.keys(given)).not.toContain('appendonly');
  });
});

it('tells a node of a cluster who the others are, and which of them it is itself', () => {
  const endpoint = (number: number) => ({ address: `127.0.0.${number}`, port: 7_000 });
  const members = [
    { nodeId: 'a', endpoint: endpoint(1), slots: ['0-8191'] },
    { nodeId: 'b', endpoint: endpoint(2), slots: ['8192-16383'] },
    { nodeId: 'c', endpoint: endpoint(3), replicaOf: 'a' },
  ];
  const [a, b] = ['86f7e437faa5a7fce15d1ddcb9eaeaea377667b8', 'e9d71f5ee7c92d6dc9e92ffdad17b8bd49418f98'];
  expect(clusterNodesFile(members, 'c')).toBe(`${a} 127.0.0.1:7000@17000 master - 0 0 1 connected 0-8191
${b} 127.0.0.2:7000@17000 master - 0 0 2 connected 8192-16383
84a516841ba77a5b4648de2cd0dfcb30ea46dbb4 127.0.0.3:7000@17000 myself,slave ${a} 0 0 0 connected
vars currentEpoch 3 lastVoteEpoch 0
`);
});
