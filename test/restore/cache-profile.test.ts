import { expect, it } from 'vitest';
import { defaultObjectives } from '../../src/core/objectives.js';
import type { CacheCluster, CacheSnapshotDescription, ReplicationGroup } from '../../src/ports/elasticache.js';
import { cacheProfileLeftIn, cacheProfileOf } from '../../src/restore/cache/cache-profile.js';
import { checkCacheRestoreRequest } from '../../src/restore/cache/cache-restore-request.js';
import { decideCacheRestorePlan } from '../../src/restore/cache/decide-cache-restore-plan.js';
import { renderPlan } from '../../src/restore/plan/render-plan.js';

const createdAt = new Date('2025-11-09T04:00:00Z');
const snapshot: CacheSnapshotDescription = {
  identifier: 'before',
  arn: 'arn:before',
  type: 'manual',
  status: 'available',
  cluster: 'sessions-001',
  engine: 'redis',
  engineVersion: '7.1.0',
  nodeType: 'cache.t3.small',
  nodeGroups: 1,
  createdAt,
};
/** As little as ElastiCache may tell. */
const group: ReplicationGroup = {
  identifier: 'sessions',
  arn: 'arn:sessions',
  status: 'available',
  clusterMode: false,
  nodes: [],
};
const node: CacheCluster = { identifier: 'sessions-001', arn: 'arn:node', status: 'available', engine: 'redis' };

it('takes what ElastiCache does not tell for off, never for on', () => {
  expect(cacheProfileOf(group, node, snapshot, {})).toMatchObject({
    nodeType: 'cache.t3.small',
    replicasPerNodeGroup: 0,
    automaticFailover: false,
    multiAz: false,
    securityGroups: [],
    transitEncryption: false,
    auth: 'none',
    userGroups: [],
    atRestEncryption: false,
    autoMinorVersionUpgrade: true,
    snapshotRetentionDays: 0,
  });
  expect(cacheProfileLeftIn(snapshot)).toMatchObject({ atRestEncryption: true, replicasPerNodeGroup: 0, tags: {} });
});

it('counts the replicas of a part, and names the users that may come in', () => {
  const nodes = ['a', 'b', 'c', 'd', 'e', 'f'].map((cluster) => ({ cluster }));
  const replicated = { ...group, nodes, nodeGroups: 2, userGroups: ['b', 'a'], transitEncryption: true };
  expect(cacheProfileOf(replicated, node, snapshot, {})).toMatchObject({
    replicasPerNodeGroup: 2,
    auth: 'user-groups',
    userGroups: ['a', 'b'],
  });
  const tags = { 'aws:x': '1', 'zephyr:purpose': 'candidate', team: 'zephyr' };
  expect(cacheProfileOf({ ...group, authToken: true }, node, snapshot, tags)).toMatchObject({
    auth: 'token',
    tags: { team: 'zephyr' },
  });
});

it.each([
  ['7.1.0', '7.1'],
  ['6.2.6', '6.2'],
  ['5.0.6', '5.0.6'],
  ['7', '7'],
])('asks for version %s as the call takes it: %s', (told, asked) => {
  expect(cacheProfileLeftIn({ ...snapshot, engineVersion: told }).engineVersion).toBe(asked);
});

it('plans with what there is, and says what it does not know', () => {
  const temporary = { securityGroups: ['sg-drill'], expiresAt: new Date('2025-11-09T20:00:00Z') };
  const request = checkCacheRestoreRequest(
    { snapshot: 'latest-automated', target: 'proof', temporary, configuration: { nodeType: 'cache.t3.micro' } },
    'sessions',
  );
  expect(request).toMatchObject({
    snapshot: { kind: 'latest', automated: true },
    configuration: { securityGroups: ['sg-drill'] },
  });
  const facts = { cache: 'sessions', snapshot, source: { group, node, tags: {} }, targetTaken: false };
  const context = { region: 'us-east-1', instance: 'prod', database: 'zephyr', objectives: defaultObjectives };
  const plan = decideCacheRestorePlan(facts, request, context, new Date('2025-11-09T14:00:00Z'));
  expect(plan.warnings.map(({ code }) => code)).toContain('cache-may-not-fit');
  expect(plan.estimate.recoveryPointMilliseconds).toBe(36_000_000);
  expect(renderPlan(plan)).toContain('size unknown');
  const unmade = { ...facts, snapshot: { ...snapshot, createdAt: undefined } };
  expect(() => decideCacheRestorePlan(unmade, request, context, new Date())).toThrow(
    expect.objectContaining({ code: 'invalid-state' }),
  );
});
