import { managedBy, tagKeys } from '../../core/tags.js';
import type { CheckedPlace } from './permission-place.js';
import { allow, deny, type PolicyStatement } from './policy-document.js';
import { ownResource } from './rds-statements.js';

/** Lists take no resource that is known beforehand. */
export function describeCache(
  ...what: readonly ('CacheClusters' | 'Events' | 'ReplicationGroups' | 'Snapshots')[]
): PolicyStatement {
  return allow(
    'DescribeCache',
    what.map((name) => `elasticache:Describe${name}`),
    ['*'],
  );
}

/** What the cache is found by: as a group, or as a cluster and the group that it may be part of. */
export function findCache(place: CheckedPlace): PolicyStatement {
  return place.cache?.kind === 'cluster'
    ? describeCache('CacheClusters', 'Snapshots')
    : describeCache('ReplicationGroups', 'Snapshots');
}

/** Tags of cache snapshots take a call each. */
export function readCacheTags(place: CheckedPlace): PolicyStatement {
  return allow('ReadCacheTags', ['elasticache:ListTagsForResource'], [place.cacheSnapshot('*')]);
}

/** A snapshot of the cache: of its group in cluster mode, else of one of its nodes (facts F1). It leaves for no bucket (facts F16). */
export function createCacheSnapshots(place: CheckedPlace): readonly PolicyStatement[] {
  return [
    findCache(place),
    // A cluster may be a node of a group.
    ...(place.cache?.kind === 'cluster' ? [describeCache('ReplicationGroups')] : []),
    allow('SnapshotCache', ['elasticache:CreateSnapshot'], place.cacheSources()),
    allow(
      'CreateCacheSnapshots',
      ['elasticache:CreateSnapshot', 'elasticache:AddTagsToResource'],
      [place.cacheSnapshot('*')],
      {
        StringEquals: { [`aws:RequestTag/${tagKeys.managedBy}`]: [managedBy] },
      },
    ),
    readCacheTags(place),
    deny('NeverExportCache', ['elasticache:CopySnapshot'], [place.cacheSnapshot('*')]),
  ];
}

/** ElastiCache itself writes the files, by a grant of the bucket; whoever exports sees whether they have come (facts F16). */
export function exportCacheSnapshots(place: CheckedPlace): readonly PolicyStatement[] {
  const bucket = place.exportBucket();
  return [
    describeCache('Snapshots'),
    readCacheTags(place),
    allow('ExportCache', ['elasticache:CopySnapshot'], [place.cacheSnapshot('*')]),
    allow('FindExports', ['s3:ListBucket'], [bucket]),
    allow('ReadExports', ['s3:GetObject'], [`${bucket}/*.rdb`]),
  ];
}

/** A new cache out of a snapshot, beside the living one: never it itself. */
export function restoreCaches(place: CheckedPlace): readonly PolicyStatement[] {
  const target = place.cacheCandidates();
  const parts = ['parametergroup', 'subnetgroup', 'securitygroup', 'snapshot'].map((type) =>
    place.elasticache(type, '*'),
  );
  return [
    describeCache('CacheClusters', 'Events', 'ReplicationGroups', 'Snapshots'),
    allow('RestoreCacheFrom', ['elasticache:CreateReplicationGroup'], parts),
    allow('RestoreCacheTo', ['elasticache:CreateReplicationGroup', 'elasticache:AddTagsToResource'], [target], {
      StringEquals: { [`aws:RequestTag/${tagKeys.managedBy}`]: [managedBy] },
    }),
    allow(
      'ReadTagsOfCaches',
      ['elasticache:ListTagsForResource'],
      [place.elasticache('replicationgroup', '*'), place.cacheSnapshot('*')],
    ),
  ];
}

/** The living cache fails over. Of a node its group is named without its number. */
export function failOverCache(place: CheckedPlace): PolicyStatement {
  const { kind, name } = place.cacheName();
  const group = kind === 'cluster' ? name.replace(/(?:-\d{4})?-\d{3}$/, '') : name;
  return allow('FailOverCache', ['elasticache:TestFailover'], [place.elasticache('replicationgroup', group)]);
}

/** Snapshots of our own making, and no others. */
export function expireCacheSnapshots(place: CheckedPlace): PolicyStatement {
  return allow('DeleteOwnCacheSnapshots', ['elasticache:DeleteSnapshot'], [place.cacheSnapshot('*')], ownResource());
}

/** Restored caches are deleted when a drill is over, the living one never. */
export function deleteCaches(place: CheckedPlace): readonly PolicyStatement[] {
  return [
    allow('DeleteDrilledCaches', ['elasticache:DeleteReplicationGroup'], [place.cacheCandidates()], ownResource()),
    deny(
      'NeverTouchCache',
      ['elasticache:DeleteReplicationGroup', 'elasticache:ModifyReplicationGroup'],
      place.cacheSources(),
    ),
  ];
}
