import { describe, expect, it } from 'vitest';
import {
  type PermissionFeature,
  type PermissionRole,
  permissionFeatures,
} from '../../../src/readiness/permissions/permission-features.js';
import type { PermissionPlace } from '../../../src/readiness/permissions/permission-place.js';
import { requiredPermissions } from '../../../src/readiness/permissions/required-permissions.js';
import { allows, type Need } from './needs.js';

const place: PermissionPlace = {
  region: 'us-east-1',
  accountId: '123456789012',
  instance: 'zephyr-production-db',
  candidates: 'zephyr-production-pitr*',
  bucket: 'zephyr-backups',
  prefix: '/zephyr/',
  cache: { replicationGroup: 'zephyr-production-redis' },
  copyRegions: ['us-west-2'],
  cacheCandidates: 'zephyr-redis-recovery*',
  exportBucket: 'zephyr-exports',
  replicas: 'zephyr-dr*',
};

const role = (name: PermissionRole, features: readonly PermissionFeature[] = permissionFeatures, where = place) => {
  const document = requiredPermissions(features, where)[name];
  if (document === undefined) throw new Error(`no document for ${name}`);
  return document;
};

const need = (action: string, resource: string, context: Need['context'] = {}): Need => ({
  action,
  resource,
  context,
  call: '',
});
const secondFactor = { 'aws:MultiFactorAuthPresent': 'true' };
const db = (name: string): string => `arn:aws:rds:us-east-1:123456789012:db:${name}`;
const actionsOf = (name: PermissionRole): readonly string[] =>
  role(name).Statement.flatMap(({ Effect, Action }) => (Effect === 'Allow' ? Action : []));

describe('the permissions of the roles', () => {
  it('are those of the features asked for, one document a role', () => {
    expect(Object.keys(requiredPermissions(permissionFeatures, place))).toEqual([
      'reader',
      'backup-writer',
      'retention',
      'drill',
      'promoter',
    ]);
    expect(requiredPermissions([], place)).toEqual({});
    expect(requiredPermissions(['diagnose'], place)).toEqual({
      reader: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'DescribeRds',
            Effect: 'Allow',
            Action: ['rds:DescribeDBInstances', 'rds:DescribeDBSnapshots', 'rds:DescribeEvents'],
            Resource: ['*'],
          },
          { Sid: 'ReadMetrics', Effect: 'Allow', Action: ['cloudwatch:GetMetricData'], Resource: ['*'] },
        ],
      },
    });
  });

  it('do not depend on the order asked for', () => {
    expect(requiredPermissions([...permissionFeatures].reverse(), place)).toEqual(
      requiredPermissions(permissionFeatures, place),
    );
  });

  it('have no statement twice, no wildcard in an action, and names that IAM takes', () => {
    for (const { Statement } of Object.values(requiredPermissions(permissionFeatures, place))) {
      expect(new Set(Statement.map(({ Sid }) => Sid)).size).toBe(Statement.length);
      for (const { Sid, Action } of Statement) {
        expect(Sid).toMatch(/^[A-Za-z0-9]+$/);
        expect(Action.every((action) => /^[a-z0-9]+:[A-Za-z0-9]+$/.test(action))).toBe(true);
        expect([...new Set(Action)].sort()).toEqual(Action);
      }
    }
  });

  it('give one name to one statement, so that the features of a role do not take from each other', () => {
    const kept = new Map<string, string>();
    for (const feature of permissionFeatures) {
      for (const [name, { Statement }] of Object.entries(requiredPermissions([feature], place))) {
        for (const { Sid, Effect, Resource, Condition } of Statement) {
          const about = JSON.stringify({ Effect, Resource, Condition });
          expect(kept.get(`${name} ${Sid}`) ?? about, `${feature} ${Sid}`).toBe(about);
          kept.set(`${name} ${Sid}`, about);
        }
      }
    }
  });

  it('let the reader only read, and of the archive only manifests', () => {
    expect(
      actionsOf('reader').every((action) =>
        /^(?:rds:Describe|cloudwatch:Get|elasticache:(?:Describe|List)|s3:(?:ListBucket|GetObject)$)/.test(action),
      ),
    ).toBe(true);
    const dump = 'arn:aws:s3:::zephyr-backups/zephyr/manual/2025/11/09/x';
    expect(allows([role('reader')], need('s3:GetObject', `${dump}.manifest.json`))).toBe(true);
    expect(allows([role('reader')], need('s3:GetObject', `${dump}.dump`))).toBe(false);
  });

  it('let the backup writer delete nothing unless it shall discard its own', () => {
    expect(actionsOf('backup-writer').filter((action) => /Delete/.test(action))).toEqual(['s3:DeleteObject']);
    const without = role('backup-writer', ['create-snapshot', 'create-dump']);
    expect(JSON.stringify(without)).not.toContain('Delete');
  });

  it('let retention delete only snapshots that this library has made', () => {
    const snapshot = need('rds:DeleteDBSnapshot', 'arn:aws:rds:us-east-1:123456789012:snapshot:x');
    expect(allows([role('retention')], snapshot)).toBe(false);
    expect(allows([role('retention')], snapshot, { 'zephyr:managed-by': 'somebody' })).toBe(false);
    expect(allows([role('retention')], snapshot, { 'zephyr:managed-by': 'zephyr-backup' })).toBe(true);
  });

  it('let a drill delete what it has made, production never', () => {
    const ours = { 'zephyr:managed-by': 'zephyr-backup' };
    const remove = (name: string): Need => need('rds:DeleteDBInstance', db(name));
    expect(allows([role('drill')], remove('zephyr-production-pitr-1'), ours)).toBe(true);
    expect(allows([role('drill')], remove('zephyr-production-pitr-1'))).toBe(false);
    expect(allows([role('drill')], remove('zephyr-production-db'), ours)).toBe(false);
    const careless = {
      ...role('retention'),
      Statement: [{ Sid: 'A', Effect: 'Allow' as const, Action: ['rds:DeleteDBInstance'], Resource: ['*'] }],
    };
    expect(allows([careless], remove('zephyr-production-db'), ours)).toBe(true);
    expect(allows([careless, role('drill')], remove('zephyr-production-db'), ours)).toBe(false);
  });

  it('let only the promoter change production', () => {
    const change = need('rds:ModifyDBInstance', db('zephyr-production-db'), secondFactor);
    const may = Object.entries(requiredPermissions(permissionFeatures, place)).filter(([, document]) =>
      allows([document], change),
    );
    expect(may.map(([name]) => name)).toEqual(['promoter']);
  });

  it('let the promoter change nothing without a second factor, and read all the same', () => {
    const promoter = role('promoter');
    expect(allows([promoter], need('rds:ModifyDBInstance', db('zephyr-production-db')))).toBe(false);
    expect(allows([promoter], need('rds:CreateDBSnapshot', db('zephyr-production-db')))).toBe(false);
    expect(allows([promoter], need('rds:DescribeDBInstances', '*'))).toBe(true);
  });

  it.each(['ModifyDBInstance', 'DeleteDBInstance', 'RebootDBInstance', 'StopDBInstance'])(
    'keep a drill from %s of production, whatever else allows it',
    (action) => {
      const careless = {
        ...role('retention'),
        Statement: [{ Sid: 'A', Effect: 'Allow' as const, Action: [`rds:${action}`], Resource: ['*'] }],
      };
      const touch = need(`rds:${action}`, db('zephyr-production-db'), secondFactor);
      expect(allows([careless], touch)).toBe(true);
      expect(allows([careless, role('drill', ['drill'])], touch)).toBe(false);
      expect(allows([careless, role('drill', ['drill'])], need(`rds:${action}`, db('other')))).toBe(true);
    },
  );

  it('let a recovery and its promotion go together: only who drills is kept from production', () => {
    const both = [role('drill', ['restore-point-in-time']), role('promoter')];
    expect(allows(both, need('rds:ModifyDBInstance', db('zephyr-production-db'), secondFactor))).toBe(true);
  });

  it('shut the ways by which data leaves', () => {
    const all = {
      ...role('retention'),
      Statement: [{ Sid: 'A', Effect: 'Allow' as const, Action: ['rds:ModifyDBSnapshotAttribute'], Resource: ['*'] }],
    };
    const share = need('rds:ModifyDBSnapshotAttribute', 'arn:aws:rds:us-east-1:123456789012:snapshot:x');
    expect(allows([all], share)).toBe(true);
    expect(allows([all, role('reader', ['audit-sharing'])], share)).toBe(false);
    expect(JSON.stringify(role('backup-writer', ['create-cache-snapshot']))).toContain(
      '"Effect":"Deny","Action":["elasticache:CopySnapshot"]',
    );
  });

  it('let a cache be exported where that was asked for', () => {
    const both = role('backup-writer', ['create-cache-snapshot', 'export-cache-snapshot']);
    const copy = need('elasticache:CopySnapshot', 'arn:aws:elasticache:us-east-1:123456789012:snapshot:x');
    expect(allows([both], copy)).toBe(true);
  });

  it('keep a drill from the living cache', () => {
    const drill = role('drill', ['drill-cache']);
    const group = (name: string): string => `arn:aws:elasticache:us-east-1:123456789012:replicationgroup:${name}`;
    const remove = (name: string): Need => need('elasticache:DeleteReplicationGroup', group(name));
    const ours = { 'zephyr:managed-by': 'zephyr-backup' };
    expect(allows([drill], remove('zephyr-redis-recovery-1'), ours)).toBe(true);
    expect(allows([drill], remove('zephyr-redis-recovery-1'))).toBe(false);
    expect(allows([drill], remove('zephyr-production-redis'), ours)).toBe(false);
  });

  it('of journals and evidence let nobody delete evidence, and of journals only leases', () => {
    const drill = role('drill', ['drill']);
    const key = 'arn:aws:s3:::zephyr-backups/zephyr';
    expect(allows([drill], need('s3:PutObject', `${key}/evidence/drill/2025/11/09/x.json`))).toBe(true);
    expect(allows([drill], need('s3:DeleteObject', `${key}/evidence/drill/2025/11/09/x.json`))).toBe(false);
    expect(allows([drill], need('s3:DeleteObject', `${key}/journals/x/entries/1.json`))).toBe(false);
    expect(allows([drill], need('s3:DeleteObject', `${key}/journals/x/lease.json`))).toBe(true);
  });

  it('of copies name the keys on both sides', () => {
    const keys = {
      databaseKmsKey: 'arn:aws:kms:us-east-1:123456789012:key/d',
      copyKmsKeys: ['arn:aws:kms:us-west-2:123456789012:key/w'],
    };
    const { Statement } = role('backup-writer', ['copy-snapshot'], { ...place, ...keys });
    expect(Statement.find(({ Sid }) => Sid === 'GrantKeysOfCopies')).toMatchObject({
      Action: ['kms:CreateGrant'],
      Resource: [keys.databaseKmsKey, ...keys.copyKmsKeys],
    });
    expect(JSON.stringify(role('backup-writer', ['copy-snapshot']))).not.toContain('kms:');
  });

  it('of replicas are of the region that they are made in, with a key of it', () => {
    const replicaKmsKey = 'arn:aws:kms:us-west-2:123456789012:key/w';
    const { Statement } = role('drill', ['create-replica'], { ...place, replicaRegion: 'us-west-2', replicaKmsKey });
    const resourcesOf = (sid: string) => Statement.find(({ Sid }) => Sid === sid)?.Resource;
    expect(resourcesOf('ReplicateTo')).toEqual(['arn:aws:rds:us-west-2:123456789012:db:zephyr-dr*']);
    expect(resourcesOf('ReplicateFrom')).toContain(db('zephyr-production-db'));
    expect(resourcesOf('GrantReplicaKey')).toEqual([replicaKmsKey]);
    // Only there may one be called as production is.
    const named = { ...place, replicas: 'zephyr-production-db' };
    expect(() => requiredPermissions(['create-replica'], named)).toThrow('replicas matches what is protected');
    expect(() => requiredPermissions(['create-replica'], { ...named, replicaRegion: 'west' })).toThrow('replicaRegion');
    expect(requiredPermissions(['create-replica'], { ...named, replicaRegion: 'us-west-2' }).drill).toBeDefined();
  });

  it('reach the archived name of a long instance too', () => {
    const instance = `z${'y'.repeat(62)}`;
    const document = role('promoter', ['promote-by-rename'], { ...place, instance });
    const archived = `${instance.slice(0, 42)}-old-20251109t142500z`;
    expect(archived).toHaveLength(63);
    expect(allows([document], need('rds:ModifyDBInstance', db(archived), secondFactor))).toBe(true);
  });

  it('name keys and roles where there are any, and only by way of their service', () => {
    const plain = JSON.stringify(requiredPermissions(permissionFeatures, place));
    expect(plain).not.toMatch(/kms:|iam:/);
    const keyed = {
      ...place,
      archiveKmsKey: 'arn:aws:kms:us-east-1:123456789012:key/a',
      databaseKmsKey: 'arn:aws:kms:us-east-1:123456789012:key/d',
      monitoringRole: 'arn:aws:iam::123456789012:role/monitoring',
    };
    const statement = (name: PermissionRole, sid: string, where: PermissionPlace = keyed) =>
      role(name, permissionFeatures, where).Statement.find(({ Sid }) => Sid === sid);
    expect(statement('backup-writer', 'UseArchiveKey')).toMatchObject({
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Condition: { StringEquals: { 'kms:ViaService': ['s3.us-east-1.amazonaws.com'] } },
    });
    const readers = [
      role('reader', undefined, keyed),
      role('retention', ['sweep-dumps'], keyed),
      role('drill', ['restore-dump'], keyed),
    ];
    for (const { Statement } of readers) {
      expect(Statement.find(({ Sid }) => Sid === 'UseArchiveKey')).toMatchObject({ Action: ['kms:Decrypt'] });
    }
    expect(statement('drill', 'GrantDatabaseKey')?.Resource).toEqual([keyed.databaseKmsKey]);
    expect(statement('drill', 'PassMonitoringRole')).toMatchObject({ Action: ['iam:PassRole'] });
    const china = { ...keyed, region: 'cn-north-1', partition: 'aws-cn' };
    expect(JSON.stringify(statement('reader', 'UseArchiveKey', china))).toContain('s3.cn-north-1.amazonaws.com.cn');
    expect(statement('promoter', 'RenameInstances', china)?.Resource[0]).toBe(
      'arn:aws-cn:rds:cn-north-1:123456789012:db:zephyr-production-db',
    );
  });

  it('need no archive where none is asked for', () => {
    const { bucket: _, prefix: __, cache: ___, ...bare } = place;
    const { reader } = requiredPermissions(['list-backups', 'assess-readiness', 'assess-usage'], bare);
    expect(JSON.stringify(reader)).not.toMatch(/s3:|elasticache:/);
    expect(JSON.stringify(requiredPermissions(['list-backups'], { ...place, prefix: undefined }))).toContain(
      'zephyr-backups/manual/',
    );
  });

  it.each([
    ['region', { region: 'everywhere' }],
    ['accountId', { accountId: '42' }],
    ['partition', { partition: 'gcp' }],
    ['instance', { instance: '-' }],
    ['bucket', { bucket: 's3://zephyr' }],
    ['bucket', { bucket: undefined }],
    ['candidates', { candidates: undefined }],
    ['candidates', { candidates: 'a b' }],
    ['cache', { cache: undefined }],
    ['cache.cluster', { cache: { cluster: '-' } }],
    ['cache.replicationGroup', { cache: { replicationGroup: '' } }],
    ['cacheCandidates', { cacheCandidates: undefined }],
    ['cacheCandidates', { cacheCandidates: 'zephyr-*' }],
    ['cacheCandidates', { cacheCandidates: '-' }],
    ['exportBucket', { exportBucket: undefined }],
    ['exportBucket', { exportBucket: 's3://x' }],
    ['copyRegions', { copyRegions: undefined }],
    ['copyRegions', { copyRegions: ['west'] }],
    ['candidates', { candidates: 'zephyr-production-*' }],
    ['candidates', { candidates: 'ZEPHYR-PRODUCTION-DB' }],
  ])('%s is checked: %j', (field, wrong) => {
    expect(() => requiredPermissions(permissionFeatures, { ...place, ...wrong })).toThrow(
      expect.objectContaining({ code: 'invalid-input', field }),
    );
  });

  it('are refused for what is no feature', () => {
    expect(() => requiredPermissions(['everything' as never], place)).toThrow(
      expect.objectContaining({ code: 'invalid-input', field: 'features' }),
    );
  });
});
