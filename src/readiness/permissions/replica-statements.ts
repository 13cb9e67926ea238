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
