import {
  decrypt,
  encrypt,
  keepJournals,
  leaveEvidence,
  listArchive,
  listEvidence,
  listJournals,
  readDrills,
  readManifests,
  watchRuns,
} from './archive-statements.js';
import {
  createCacheSnapshots,
  deleteCaches,
  describeCache,
  expireCacheSnapshots,
  exportCacheSnapshots,
  failOverCache,
  findCache,
  readCacheTags,
  restoreCaches,
} from './cache-statements.js';
import type { PermissionFeature } from './permission-features.js';
import type { CheckedPlace } from './permission-place.js';
import { allow, deny, type PolicyStatement } from './policy-document.js';
import {
  copySnapshots,
  createSnapshots,
  describe,
  neverShare,
  neverTouchProduction,
  ownResource,
  readSharing,
  restoreInstances,
} from './rds-statements.js';
import { createReplicas, promoteReplicas } from './replica-statements.js';

/** An upload is aborted until it has no parts any more (facts G19). */
const endUpload: readonly string[] = ['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts'];

/** What a feature needs of AWS, as statements. */
export function statementsOf(feature: PermissionFeature, place: CheckedPlace): readonly PolicyStatement[] {
  switch (feature) {
    case 'list-backups':
      return [
        describe('DBInstances', 'DBSnapshots', 'DBInstanceAutomatedBackups'),
        ...(place.hasArchive ? [listArchive(place), listEvidence(place), readManifests(place), ...decrypt(place)] : []),
        ...(place.cache === undefined ? [] : [describeCache('Snapshots'), readCacheTags(place)]),
      ];
    case 'assess-readiness':
      return [
        describe('DBInstances', 'DBSnapshots', 'DBInstanceAutomatedBackups', 'AccountAttributes', 'Events'),
        readSharing(place),
        // CloudWatch takes no resource.
        allow('ReadMetrics', ['cloudwatch:GetMetricData'], ['*']),
        ...(place.hasArchive
          ? [listArchive(place), readManifests(place), ...readDrills(place), ...decrypt(place)]
          : []),
        ...(place.cache === undefined ? [] : [findCache(place)]),
      ];
    case 'assess-usage':
      return [
        describe('DBInstances', 'DBSnapshots'),
        ...(place.hasArchive ? [listArchive(place), listEvidence(place), listJournals(place)] : []),
        ...(place.cache === undefined ? [] : [describeCache('Snapshots')]),
      ];
    case 'audit-sharing':
      return [describe('DBInstances', 'DBSnapshots'), readSharing(place), neverShare(place)];
    case 'diagnose':
      return [
        describe('DBInstances', 'DBSnapshots', 'Events'),
        allow('ReadMetrics', ['cloudwatch:GetMetricData'], ['*']),
      ];
    case 'create-snapshot':
      // Events only where a snapshot fails: they say why (facts B16).
      return [describe('DBInstances', 'DBSnapshots', 'AccountAttributes', 'Events'), ...createSnapshots(place)];
    case 'copy-snapshot':
      return [describe('DBSnapshots', 'AccountAttributes'), ...copySnapshots(place)];
    case 'create-cache-snapshot':
      return createCacheSnapshots(place);
    case 'export-cache-snapshot':
      return exportCacheSnapshots(place);
    case 'create-dump':
      return [
        describe('DBInstances'),
        listArchive(place),
        // Reading is asking whether a write whose answer was lost has happened (facts G6); an unfinished upload is removed.
        allow('WriteDumps', ['s3:PutObject', 's3:GetObject', ...endUpload], [place.objects('manual/*')]),
        allow('FindOwnUploads', ['s3:ListBucketMultipartUploads'], [place.bucket()]),
        ...encrypt(place),
      ];
    case 'discard-failed-dump':
      return [allow('DiscardDumps', ['s3:DeleteObject'], [place.objects('manual/*')])];
    case 'sweep-dumps':
      return [
        listArchive(place),
        allow('FindUnfinishedUploads', ['s3:ListBucketMultipartUploads'], [place.bucket()]),
        allow('SweepDumps', ['s3:GetObject', 's3:DeleteObject', ...endUpload], [place.objects('manual/*')]),
        ...decrypt(place),
      ];
    case 'expire-snapshots':
      return [
        ...decideRetention(place),
        allow('DeleteOwnSnapshots', ['rds:DeleteDBSnapshot'], [place.snapshot('*')], ownResource()),
      ];
    case 'expire-cache-snapshots':
      return [...decideRetention(place), expireCacheSnapshots(place)];
    case 'expire-dumps':
      return [
        ...decideRetention(place),
        // Reading is asking whether a deletion whose answer was lost has happened.
        allow('DeleteDumps', ['s3:GetObject', 's3:DeleteObject'], [place.objects('manual/*')]),
      ];
    case 'purge-rows':
      return [
        describe('DBInstances'),
        ...(place.hasArchive ? [readManifests(place), ...decrypt(place), ...leaveEvidence(place)] : []),
      ];
    case 'restore-dump':
      return [
        describe('DBInstances'),
        listArchive(place),
        allow('ReadDumps', ['s3:GetObject'], [place.objects('manual/*')]),
        ...decrypt(place),
      ];
    case 'restore-point-in-time':
      return [
        describe(
          'DBInstances',
          'DBInstanceAutomatedBackups',
          'DBEngineVersions',
          'OrderableDBInstanceOptions',
          'DBSubnetGroups',
          'Events',
        ),
        ...restoreInstances(place, 'RestoreDBInstanceToPointInTime', [place.production, place.rds('auto-backup', '*')]),
      ];
    case 'restore-snapshot':
      return [
        describe(
          'DBInstances',
          'DBSnapshots',
          'DBEngineVersions',
          'OrderableDBInstanceOptions',
          'DBSubnetGroups',
          'Events',
        ),
        ...restoreInstances(place, 'RestoreDBInstanceFromDBSnapshot', [place.snapshot('*')]),
        listEvidence(place),
      ];
    case 'restore-cache':
      return restoreCaches(place);
    case 'create-replica':
      return createReplicas(place);
    case 'delete-candidates':
      return [
        describe('DBInstances'),
        allow('DeleteCandidates', ['rds:DeleteDBInstance'], [place.db(place.candidates())], ownResource()),
        deny('NeverDeleteProduction', ['rds:DeleteDBInstance'], [place.production]),
      ];
    case 'check-dump':
      return [
        // Where it is restored to, from level 3 on.
        describe('DBInstances'),
        listArchive(place),
        allow('ReadDumps', ['s3:GetObject'], [place.objects('manual/*')]),
        ...decrypt(place),
        ...leaveEvidence(place),
      ];
    case 'keep-journal':
      return keepJournals(place);
    case 'drill':
      return [
        describe('AccountAttributes'),
        ...statementsOf('restore-point-in-time', place),
        ...statementsOf('restore-snapshot', place),
        ...statementsOf('delete-candidates', place),
        neverTouchProduction(place),
        ...keepJournals(place),
        ...leaveEvidence(place),
      ];
    case 'drill-cache':
      return [...restoreCaches(place), ...deleteCaches(place), ...keepJournals(place), ...leaveEvidence(place)];
    case 'promote-by-rename':
      // Production's own: with a second factor only.
      return withSecondFactor([
        describe('DBInstances', 'DBSnapshots', 'Events'),
        // A rename needs both names: the one it has and the one it gets.
        allow(
          'RenameInstances',
          ['rds:ModifyDBInstance'],
          [place.production, place.db(archivedName(place.instance)), place.db(place.candidates())],
        ),
        ...createSnapshots(place),
      ]);
    case 'fail-over':
      return [
        ...withSecondFactor([
          describe('DBInstances', 'Events'),
          allow('FailOver', ['rds:RebootDBInstance'], [place.production]),
        ]),
        ...(place.hasArchive ? leaveEvidence(place) : []),
      ];
    case 'fail-over-cache':
      return [
        ...(place.cache?.kind === 'cluster' ? [describeCache('CacheClusters')] : []),
        describeCache('Events', 'ReplicationGroups'),
        ...withSecondFactor([failOverCache(place)]),
        ...(place.hasArchive ? leaveEvidence(place) : []),
      ];
    case 'promote-replica':
      return withSecondFactor(promoteReplicas(place));
  }
}

/** What there is, what is proven and what is being read; and evidence of what is deleted. */
function decideRetention(place: CheckedPlace): readonly PolicyStatement[] {
  return [
    describe('DBInstances', 'DBSnapshots'),
    ...(place.cache === undefined ? [] : [describeCache('Snapshots'), readCacheTags(place)]),
    ...(place.hasArchive
      ? [
          listArchive(place),
          listEvidence(place),
          readManifests(place),
          ...decrypt(place),
          ...watchRuns(place),
          ...leaveEvidence(place),
        ]
      : []),
  ];
}

/** What changes anything takes a session that was begun with a second factor (facts J). Reading stays as it is. */
function withSecondFactor(statements: readonly PolicyStatement[]): readonly PolicyStatement[] {
  return statements.map((statement) =>
    statement.Action.every((action) => /^[a-z]+:(?:Describe|Get)/.test(action))
      ? statement
      : { ...statement, Condition: { ...statement.Condition, Bool: { 'aws:MultiFactorAuthPresent': ['true'] } } },
  );
}

/** What the old instance is called after a promotion, unless told otherwise; of long names only the beginning is kept. */
function archivedName(instance: string): string {
  return `${instance.slice(0, 42)}${instance.length > 42 ? '*' : ''}-old-*`;
}
