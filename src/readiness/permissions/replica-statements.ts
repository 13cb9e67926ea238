import { managedBy, tagKeys } from '../../core/tags.js';
import type { CheckedPlace } from './permission-place.js';
import { allow, type PolicyStatement } from './policy-document.js';
import { describe, passMonitoringRole, placeInstances, useKey } from './rds-statements.js';

/** What the making of read replicas needs, of the source and where they are made (facts J). */
export function createReplicas(place: CheckedPlace): readonly PolicyStatement[] {
  const create = ['rds:CreateDBInstanceReadReplica'];
  const replicas = place.replicaRds('db', place.replicas());
  const [options, parameters, subnets] = ['og', 'pg', 'subgrp'].map((type) => place.replicaRds(type, '*')) as [
    string,
    string,
    string,
  ];
  return [
    describe('AccountAttributes', 'DBEngineVersions', 'DBInstances', 'Events'),
    readLag(),
    allow('ReplicateFrom', create, [place.production, options, parameters, subnets]),
    allow('ReplicateTo', create, [replicas], {
      StringEquals: { [`aws:RequestTag/${tagKeys.managedBy}`]: [managedBy] },
      Bool: { 'rds:PubliclyAccessible': ['false'] },
    }),
    allow('TagReplicas', ['rds:AddTagsToResource'], [replicas]),
    allow('ConfigureReplicas', ['rds:ModifyDBInstance', 'rds:RebootDBInstance'], [replicas, parameters, options]),
    placeInstances(),
    ...useKey('ReplicaKey', place.replicaKmsKey),
    ...passMonitoringRole(place),
  ];
}

/** What the promotion of a read replica needs: of the replica, and of production that it is kept from deletion. */
export function promoteReplicas(place: CheckedPlace): readonly PolicyStatement[] {
  const name = place.replicas();
  const replicas = place.replicaRds('db', name);
  return [
    describe('DBInstances', 'DBSnapshots', 'Events'),
    readLag(),
    // It is marked before, so that whoever comes later sees who has promoted it.
    allow('PromoteReplicas', ['rds:PromoteReadReplica', 'rds:AddTagsToResource'], [replicas]),
    allow('ProtectBoth', ['rds:ModifyDBInstance'], [place.production, replicas]),
    allow('SnapshotPromoted', ['rds:CreateDBSnapshot'], [replicas]),
    allow(
      'CreateFirstSnapshots',
      ['rds:CreateDBSnapshot', 'rds:AddTagsToResource'],
      [place.replicaRds('snapshot', `${name}-manual-*`)],
      { StringEquals: { [`aws:RequestTag/${tagKeys.managedBy}`]: [managedBy] } },
    ),
  ];
}

/** How far a replica is behind, where its server cannot be asked. CloudWatch takes no resource. */
function readLag(): PolicyStatement {
  return allow('ReadMetrics', ['cloudwatch:GetMetricData'], ['*']);
}
