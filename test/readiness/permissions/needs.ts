import type { RecordedCall } from '../../../src/local/index.js';
import type { PolicyDocument, PolicyStatement } from '../../../src/readiness/permissions/policy-document.js';

/** What a call needs to be allowed: an action on a resource, in the context of the request. */
export interface Need {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
  readonly call: string;
}

const account = 'us-east-1:123456789012';
const rds = (type: string, name: unknown): string => `arn:aws:rds:${account}:${type}:${String(name)}`;

/** What AWS asks for at each call that the local region recorded (facts J). An operation without a row is a failure of the test. */
export function needsOf({ service, operation = '', input }: RecordedCall): readonly Need[] {
  const tags = (input.Tags ?? []) as readonly { readonly Key: string; readonly Value: string }[];
  const context = Object.fromEntries([
    ...tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value]),
    ...(input.Prefix === undefined ? [] : [['s3:prefix', String(input.Prefix)]]),
    ...(input.PubliclyAccessible === undefined ? [] : [['rds:PubliclyAccessible', String(input.PubliclyAccessible)]]),
    ['iam:PassedToService', 'monitoring.rds.amazonaws.com'],
    ['aws:MultiFactorAuthPresent', 'true'],
  ]) as Record<string, string>;
  const need = (action: string, ...resources: string[]): Need[] =>
    resources.map((resource) => ({ action, resource, context, call: operation }));
  const own = `rds:${operation}`;
  const db = (name: unknown): string => rds('db', name);
  if (service === 's3') return s3Needs(operation, input, need);
  if (service === 'elasticache') return cacheNeeds(operation, input, need);
  switch (operation) {
    case 'DescribeDBInstances':
    case 'DescribeDBSnapshots':
    case 'DescribeDBInstanceAutomatedBackups':
    case 'DescribeAccountAttributes':
    case 'DescribeDBEngineVersions':
    case 'DescribeOrderableDBInstanceOptions':
    case 'DescribeDBSubnetGroups':
    case 'DescribeEvents':
      return need(own, '*');
    case 'GetMetricData':
      return need('cloudwatch:GetMetricData', '*');
    case 'CreateDBSnapshot': {
      const snapshot = rds('snapshot', input.DBSnapshotIdentifier);
      return [
        ...need(own, db(input.DBInstanceIdentifier), snapshot),
        ...(tags.length > 0 ? need('rds:AddTagsToResource', snapshot) : []),
      ];
    }
    case 'CopyDBSnapshot': {
      const copy = `arn:aws:rds:us-west-2:123456789012:snapshot:${String(input.TargetDBSnapshotIdentifier)}`;
      return [
        ...need(own, String(input.SourceDBSnapshotIdentifier), copy),
        ...(tags.length > 0 ? need('rds:AddTagsToResource', copy) : []),
      ];
    }
    case 'DescribeDBSnapshotAttributes':
    case 'DeleteDBSnapshot':
      return need(own, rds('snapshot', input.DBSnapshotIdentifier));
    case 'RestoreDBInstanceToPointInTime': {
      const target = db(input.TargetDBInstanceIdentifier);
      const source = input.SourceDBInstanceIdentifier ?? 'zephyr-production-db';
      return [
        ...need(own, target, db(source), rds('og', 'x'), rds('pg', 'x'), rds('subgrp', 'x'), rds('auto-backup', 'x')),
        ...(tags.length > 0 ? need('rds:AddTagsToResource', target) : []),
        // Not seen here: RDS looks for the place with the caller's permissions.
        ...['AvailabilityZones', 'SecurityGroups', 'Subnets', 'Vpcs'].flatMap((name) =>
          need(`ec2:Describe${name}`, '*'),
        ),
      ];
    }
    case 'RestoreDBInstanceFromDBSnapshot': {
      const target = db(input.DBInstanceIdentifier);
      return [
        ...need(
          own,
          target,
          rds('snapshot', input.DBSnapshotIdentifier),
          rds('og', 'x'),
          rds('pg', 'x'),
          rds('subgrp', 'x'),
        ),
        ...(tags.length > 0 ? need('rds:AddTagsToResource', target) : []),
        ...['AvailabilityZones', 'SecurityGroups', 'Subnets', 'Vpcs'].flatMap((name) =>
          need(`ec2:Describe${name}`, '*'),
        ),
      ];
    }
    case 'ModifyDBInstance': {
      const { NewDBInstanceIdentifier: renamed, MonitoringRoleArn: role } = input;
      return [
        ...need(own, db(input.DBInstanceIdentifier), ...(renamed === undefined ? [] : [db(renamed)])),
        ...(input.DBParameterGroupName === undefined ? [] : need(own, rds('pg', input.DBParameterGroupName))),
        ...(input.OptionGroupName === undefined ? [] : need(own, rds('og', input.OptionGroupName))),
        ...(role === undefined ? [] : need('iam:PassRole', String(role))),
      ];
    }
    case 'CreateDBInstanceReadReplica': {
      const replica = db(input.DBInstanceIdentifier);
      const groups = [rds('og', 'x'), rds('pg', 'x'), rds('subgrp', 'x')];
      return [
        ...need(own, replica, db(input.SourceDBInstanceIdentifier), ...groups),
        ...(tags.length > 0 ? need('rds:AddTagsToResource', replica) : []),
        ...(input.MonitoringRoleArn === undefined ? [] : need('iam:PassRole', String(input.MonitoringRoleArn))),
        ...['AvailabilityZones', 'SecurityGroups', 'Subnets', 'Vpcs'].flatMap((name) =>
          need(`ec2:Describe${name}`, '*'),
        ),
      ];
    }
    case 'AddTagsToResource':
      return need(own, String(input.ResourceName));
    case 'RebootDBInstance':
    case 'PromoteReadReplica':
    case 'DeleteDBInstance':
      return need(own, db(input.DBInstanceIdentifier));
    default:
      throw new Error(`no row for ${service} ${operation}`);
  }
}

function cacheNeeds(
  operation: string,
  input: RecordedCall['input'],
  need: (action: string, ...resources: string[]) => Need[],
): readonly Need[] {
  const own = `elasticache:${operation}`;
  const arn = (type: string, name: unknown): string =>
    `arn:aws:elasticache:us-east-1:123456789012:${type}:${String(name)}`;
  switch (operation) {
    case 'DescribeReplicationGroups':
    case 'DescribeCacheClusters':
    case 'DescribeSnapshots':
    case 'DescribeEvents':
      return need(own, '*');
    case 'CopySnapshot':
      return need(own, arn('snapshot', input.SourceSnapshotName), arn('snapshot', input.TargetSnapshotName));
    case 'DeleteReplicationGroup':
    case 'TestFailover':
      return need(own, arn('replicationgroup', input.ReplicationGroupId));
    case 'CreateReplicationGroup': {
      const group = arn('replicationgroup', input.ReplicationGroupId);
      const parts = ['parametergroup', 'subnetgroup', 'securitygroup'].map((type) => arn(type, 'x'));
      return [
        ...need(own, group, arn('snapshot', input.SnapshotName), ...parts),
        ...need('elasticache:AddTagsToResource', group),
      ];
    }
    case 'ListTagsForResource':
      return need(own, String(input.ResourceName));
    case 'DeleteSnapshot':
      return need(own, arn('snapshot', input.SnapshotName));
    case 'CreateSnapshot': {
      const snapshot = arn('snapshot', input.SnapshotName);
      const source =
        input.CacheClusterId === undefined
          ? arn('replicationgroup', input.ReplicationGroupId)
          : arn('cluster', input.CacheClusterId);
      return [...need(own, source, snapshot), ...need('elasticache:AddTagsToResource', snapshot)];
    }
    default:
      throw new Error(`no row for ElastiCache ${operation}`);
  }
}

function s3Needs(
  operation: string,
  input: RecordedCall['input'],
  need: (action: string, ...resources: string[]) => Need[],
): readonly Need[] {
  const bucket = `arn:aws:s3:::${String(input.Bucket)}`;
  const object = `${bucket}/${String(input.Key)}`;
  switch (operation) {
    case 'ListObjectsV2':
      return need('s3:ListBucket', bucket);
    case 'ListMultipartUploads':
      return need('s3:ListBucketMultipartUploads', bucket);
    case 'GetObject':
    case 'HeadObject':
      return need('s3:GetObject', object);
    case 'PutObject':
    case 'CreateMultipartUpload':
    case 'UploadPart':
    case 'CompleteMultipartUpload':
      return need('s3:PutObject', object);
    case 'AbortMultipartUpload':
      return need('s3:AbortMultipartUpload', object);
    case 'ListParts':
      return need('s3:ListMultipartUploadParts', object);
    case 'DeleteObject':
      return need('s3:DeleteObject', object);
    case 'DeleteObjects': {
      const { Objects = [] } = (input.Delete ?? {}) as { readonly Objects?: readonly { readonly Key: string }[] };
      return need('s3:DeleteObject', ...Objects.map(({ Key }) => `${bucket}/${Key}`));
    }
    default:
      throw new Error(`no row for S3 ${operation}`);
  }
}

const like = (pattern: string, value: string): boolean =>
  new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(value);

function applies(statement: PolicyStatement, need: Need, resourceTags: Readonly<Record<string, string>>): boolean {
  const context: Record<string, string> = {
    ...need.context,
    ...Object.fromEntries(Object.entries(resourceTags).map(([key, value]) => [`aws:ResourceTag/${key}`, value])),
  };
  const conditions = Object.values(statement.Condition ?? {}).flatMap((keys) => Object.entries(keys));
  return (
    statement.Action.includes(need.action) &&
    statement.Resource.some((pattern) => pattern === '*' || like(pattern, need.resource)) &&
    conditions.every(([key, values]) => values.some((value) => like(value, context[key] ?? '\0')))
  );
}

/** Whether policies allow it, as IAM decides: one statement that allows and none that denies. */
export function allows(
  documents: readonly PolicyDocument[],
  need: Need,
  resourceTags: Readonly<Record<string, string>> = {},
): boolean {
  const statements = documents
    .flatMap(({ Statement }) => Statement)
    .filter((statement) => applies(statement, need, resourceTags));
  return statements.some(({ Effect }) => Effect === 'Allow') && !statements.some(({ Effect }) => Effect === 'Deny');
}

/** What was called without being allowed, and what is allowed, by statement and action, without being called. */
export function compare(
  documents: readonly PolicyDocument[],
  calls: readonly RecordedCall[],
  resourceTags: Readonly<Record<string, string>> = {},
): { readonly missing: readonly string[]; readonly unused: readonly string[] } {
  const needs = calls.flatMap(needsOf);
  const missing = needs.filter((need) => !allows(documents, need, resourceTags));
  const unused = documents
    .flatMap(({ Statement }) => Statement)
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap((statement) =>
      statement.Action.filter(
        (action) => !needs.some((need) => need.action === action && applies(statement, need, resourceTags)),
      ).map((action) => `${statement.Sid} ${action}`),
    );
  return { missing: [...new Set(missing.map(({ action, resource }) => `${action} on ${resource}`))], unused };
}
