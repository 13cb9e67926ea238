import { managedBy, tagKeys } from '../../core/tags.js';
import type { PermissionFeature } from './permission-features.js';
import type { CheckedPlace } from './permission-place.js';
import type { PolicyStatement } from './policy-document.js';

/** An upload is aborted until it has no parts any more (facts G19). */
const endUpload: readonly string[] = ['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts'];

/** What a feature needs of AWS, as statements. */
export function statementsOf(feature: PermissionFeature, place: CheckedPlace): readonly PolicyStatement[] {
  switch (feature) {
    case 'list-backups':
      return [
        describe('DBInstances', 'DBSnapshots', 'DBInstanceAutomatedBackups'),
        ...(place.hasArchive ? [listArchive(place), listEvidence(place), readManifests(place), ...decrypt(place)] : []),
      ];
    case 'assess-readiness':
      return [
        describe('DBInstances', 'DBSnapshots', 'DBInstanceAutomatedBackups', 'AccountAttributes', 'Events'),
        auditSharing(place),
        // CloudWatch takes no resource.
        allow('ReadMetrics', ['cloudwatch:GetMetricData'], ['*']),
        ...(place.hasArchive
          ? [listArchive(place), readManifests(place), ...readDrills(place), ...decrypt(place)]
          : []),
      ];
    case 'diagnose':
      return [
        describe('DBInstances', 'DBSnapshots', 'Events'),
        allow('ReadMetrics', ['cloudwatch:GetMetricData'], ['*']),
      ];
    case 'create-snapshot':
      // Events only where a snapshot fails: they say why (facts B16).
      return [describe('DBInstances', 'DBSnapshots', 'AccountAttributes', 'Events'), ...createSnapshots(place)];
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
        describe('DBInstances', 'DBSnapshots'),
        allow('DeleteOwnSnapshots', ['rds:DeleteDBSnapshot'], [place.snapshot('*')], ownResource()),
      ];
    case 'expire-dumps':
      return [
        listArchive(place),
        allow('SweepDumps', ['s3:GetObject', 's3:DeleteObject'], [place.objects('manual/*')]),
        ...decrypt(place),
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
        describe('DBInstances', 'DBInstanceAutomatedBackups', 'Events'),
        ...restoreInstances(place, 'RestoreDBInstanceToPointInTime', [place.production, place.rds('auto-backup', '*')]),
      ];
    case 'restore-snapshot':
      return [
        describe('DBInstances', 'DBSnapshots', 'Events'),
        ...restoreInstances(place, 'RestoreDBInstanceFromDBSnapshot', [place.snapshot('*')]),
      ];
    case 'delete-candidates':
      return [
        describe('DBInstances'),
        allow('DeleteCandidates', ['rds:DeleteDBInstance'], [place.db(place.candidates())], ownResource()),
        { ...allow('NeverDeleteProduction', ['rds:DeleteDBInstance'], [place.production]), Effect: 'Deny' },
      ];
    case 'promote-by-rename':
      return [
        describe('DBInstances', 'DBSnapshots', 'Events'),
        // A rename needs both names: the one it has and the one it gets.
        allow(
          'RenameInstances',
          ['rds:ModifyDBInstance'],
          [place.production, place.db(archivedName(place.instance)), place.db(place.candidates())],
        ),
        ...createSnapshots(place),
      ];
  }
}

/** What both ways to restore an instance need, from their own sources. */
function restoreInstances(place: CheckedPlace, call: string, sources: readonly string[]): readonly PolicyStatement[] {
  const action = `rds:${call}`;
  const candidates = place.db(place.candidates());
  const groups = ['og', 'pg', 'subgrp'].map((type) => place.rds(type, '*'));
  const { databaseKmsKey, monitoringRole } = place;
  return [
    // Each from sources of its own, and so under a name of its own.
    allow(call, [action], [...sources, ...groups]),
    allow('RestoreTo', [action], [candidates], {
      StringEquals: { [`aws:RequestTag/${tagKeys.managedBy}`]: [managedBy] },
      Bool: { 'rds:PubliclyAccessible': ['false'] },
    }),
    allow('TagCandidates', ['rds:AddTagsToResource'], [candidates]),
    // The groups too: a modification names them.
    allow(
      'ConfigureCandidates',
      ['rds:ModifyDBInstance', 'rds:RebootDBInstance'],
      [candidates, place.rds('pg', '*'), place.rds('og', '*')],
    ),
    allow(
      'PlaceCandidates',
      ['ec2:DescribeAvailabilityZones', 'ec2:DescribeSecurityGroups', 'ec2:DescribeSubnets', 'ec2:DescribeVpcs'],
      ['*'],
    ),
    ...(databaseKmsKey === undefined
      ? []
      : [
          allow('UseDatabaseKey', ['kms:DescribeKey'], [databaseKmsKey]),
          allow('GrantDatabaseKey', ['kms:CreateGrant'], [databaseKmsKey], {
            Bool: { 'kms:GrantIsForAWSResource': ['true'] },
          }),
        ]),
    ...(monitoringRole === undefined
      ? []
      : [
          allow('PassMonitoringRole', ['iam:PassRole'], [monitoringRole], {
            StringEquals: { 'iam:PassedToService': ['monitoring.rds.amazonaws.com'] },
          }),
        ]),
  ];
}

function createSnapshots(place: CheckedPlace): readonly PolicyStatement[] {
  const snapshots = place.snapshot(`${place.instance}-*`);
  return [
    allow('SnapshotProduction', ['rds:CreateDBSnapshot'], [place.production]),
    allow('CreateSnapshots', ['rds:CreateDBSnapshot', 'rds:AddTagsToResource'], [snapshots], {
      StringEquals: { [`aws:RequestTag/${tagKeys.managedBy}`]: [managedBy] },
    }),
  ];
}

/** What the old instance is called after a promotion, unless told otherwise; of long names only the beginning is kept. */
function archivedName(instance: string): string {
  return `${instance.slice(0, 42)}${instance.length > 42 ? '*' : ''}-old-*`;
}

/** Manual snapshots may have any name. */
function auditSharing(place: CheckedPlace): PolicyStatement {
  return allow('AuditSharing', ['rds:DescribeDBSnapshotAttributes'], [place.snapshot('*')]);
}

/** Lists take no resource, or filter by one that is not known beforehand. */
function describe(...what: readonly string[]): PolicyStatement {
  return allow(
    'DescribeRds',
    what.map((name) => `rds:Describe${name}`),
    ['*'],
  );
}

function listArchive(place: CheckedPlace): PolicyStatement {
  return allow('ListDumps', ['s3:ListBucket'], [place.bucket()], {
    StringLike: { 's3:prefix': [place.keys('manual/*')] },
  });
}

/** What is verified stands in the keys of marks. */
function listEvidence(place: CheckedPlace): PolicyStatement {
  return allow('ListEvidence', ['s3:ListBucket'], [place.bucket()], {
    StringLike: { 's3:prefix': [place.keys('evidence/*')] },
  });
}

function readManifests(place: CheckedPlace): PolicyStatement {
  return allow('ReadManifests', ['s3:GetObject'], [place.objects('manual/*.manifest.json')]);
}

function readDrills(place: CheckedPlace): readonly PolicyStatement[] {
  return [
    allow('ListDrills', ['s3:ListBucket'], [place.bucket()], {
      StringLike: { 's3:prefix': [place.keys('evidence/drill/*')] },
    }),
    allow('ReadDrills', ['s3:GetObject'], [place.objects('evidence/drill/*')]),
  ];
}

/** Only by way of S3: the key by itself opens nothing. */
function viaS3({ region }: CheckedPlace): PolicyStatement['Condition'] {
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return { StringEquals: { 'kms:ViaService': [`s3.${region}.${domain}`] } };
}

function decrypt(place: CheckedPlace): readonly PolicyStatement[] {
  const { archiveKmsKey } = place;
  return archiveKmsKey === undefined ? [] : [allow('UseArchiveKey', ['kms:Decrypt'], [archiveKmsKey], viaS3(place))];
}

/** The parts of an upload are read again where they are put together: that needs decryption too (facts G12). */
function encrypt(place: CheckedPlace): readonly PolicyStatement[] {
  const { archiveKmsKey } = place;
  return archiveKmsKey === undefined
    ? []
    : [allow('UseArchiveKey', ['kms:Decrypt', 'kms:GenerateDataKey'], [archiveKmsKey], viaS3(place))];
}

function ownResource(): PolicyStatement['Condition'] {
  return { StringEquals: { [`aws:ResourceTag/${tagKeys.managedBy}`]: [managedBy] } };
}

function allow(
  Sid: string,
  Action: readonly string[],
  Resource: readonly string[],
  Condition?: PolicyStatement['Condition'],
): PolicyStatement {
  return { Sid, Effect: 'Allow', Action, Resource, ...(Condition === undefined ? {} : { Condition }) };
}
