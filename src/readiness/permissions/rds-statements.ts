import { managedBy, tagKeys } from '../../core/tags.js';
import type { CheckedPlace } from './permission-place.js';
import { allow, deny, type PolicyStatement } from './policy-document.js';

/** Lists take no resource, or filter by one that is not known beforehand. */
export function describe(...what: readonly string[]): PolicyStatement {
  return allow(
    'DescribeRds',
    what.map((name) => `rds:Describe${name}`),
    ['*'],
  );
}

/** Only what this library has made. */
export function ownResource(): PolicyStatement['Condition'] {
  return { StringEquals: { [`aws:ResourceTag/${tagKeys.managedBy}`]: [managedBy] } };
}

/** What a snapshot of production needs, and its tags. */
export function createSnapshots(place: CheckedPlace): readonly PolicyStatement[] {
  const snapshots = place.snapshot(`${place.instance}-*`);
  return [
    allow('SnapshotProduction', ['rds:CreateDBSnapshot'], [place.production]),
    allow('CreateSnapshots', ['rds:CreateDBSnapshot', 'rds:AddTagsToResource'], [snapshots], {
      StringEquals: { [`aws:RequestTag/${tagKeys.managedBy}`]: [managedBy] },
    }),
  ];
}

/** What copies to other regions need there, and of the keys on both sides (facts A17). */
export function copySnapshots(place: CheckedPlace): readonly PolicyStatement[] {
  const { databaseKmsKey, copyKmsKeys } = place;
  const keys = [...(databaseKmsKey === undefined ? [] : [databaseKmsKey]), ...copyKmsKeys];
  return [
    allow('CopyFrom', ['rds:CopyDBSnapshot'], [place.snapshot('*')]),
    allow('CopyTo', ['rds:CopyDBSnapshot', 'rds:AddTagsToResource'], place.copies(), {
      StringEquals: { [`aws:RequestTag/${tagKeys.managedBy}`]: [managedBy] },
    }),
    ...(keys.length === 0
      ? []
      : [
          allow('UseKeysOfCopies', ['kms:DescribeKey'], keys),
          allow('GrantKeysOfCopies', ['kms:CreateGrant'], keys, { Bool: { 'kms:GrantIsForAWSResource': ['true'] } }),
        ]),
  ];
}

/** Who may restore snapshots is looked at; the way in which data leaves is shut (facts A19). */
export function readSharing(place: CheckedPlace): PolicyStatement {
  // Manual snapshots may have any name.
  return allow('AuditSharing', ['rds:DescribeDBSnapshotAttributes'], [place.snapshot('*')]);
}

/** Whoever looks after sharing shares nothing. */
export function neverShare(place: CheckedPlace): PolicyStatement {
  return deny('NeverShare', ['rds:ModifyDBSnapshotAttribute'], [place.snapshot('*')]);
}

/** Of a role that drills: production itself is out of its reach, whatever else allows it. */
export function neverTouchProduction(place: CheckedPlace): PolicyStatement {
  const changes = ['rds:DeleteDBInstance', 'rds:ModifyDBInstance', 'rds:RebootDBInstance', 'rds:StopDBInstance'];
  return deny('NeverTouchProduction', changes, [place.production]);
}

/** What both ways to restore an instance need, from their own sources. */
export function restoreInstances(
  place: CheckedPlace,
  call: string,
  sources: readonly string[],
): readonly PolicyStatement[] {
  const action = `rds:${call}`;
  const candidates = place.db(place.candidates());
  const groups = ['og', 'pg', 'subgrp'].map((type) => place.rds(type, '*'));
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
    placeInstances(),
    ...useKey('DatabaseKey', place.databaseKmsKey),
    ...passMonitoringRole(place),
  ];
}

/** RDS looks for a place with the caller's permissions. */
export function placeInstances(): PolicyStatement {
  const what = ['AvailabilityZones', 'SecurityGroups', 'Subnets', 'Vpcs'];
  return allow(
    'PlaceCandidates',
    what.map((name) => `ec2:Describe${name}`),
    ['*'],
  );
}

/** Of a key that an instance is encrypted with, where it is one of your own. */
export function useKey(name: string, key: string | undefined): readonly PolicyStatement[] {
  if (key === undefined) return [];
  return [
    allow(`Use${name}`, ['kms:DescribeKey'], [key]),
    allow(`Grant${name}`, ['kms:CreateGrant'], [key], { Bool: { 'kms:GrantIsForAWSResource': ['true'] } }),
  ];
}

/** An instance with Enhanced Monitoring is given its role. */
export function passMonitoringRole({ monitoringRole }: CheckedPlace): readonly PolicyStatement[] {
  if (monitoringRole === undefined) return [];
  const toMonitoring = { StringEquals: { 'iam:PassedToService': ['monitoring.rds.amazonaws.com'] } };
  return [allow('PassMonitoringRole', ['iam:PassRole'], [monitoringRole], toMonitoring)];
}
