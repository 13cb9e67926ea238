import { type Answers, granted, type Row, refused } from './row.js';

const tags = [{ Key: 'Team', Value: 'votes' }];
const prod = { DBInstanceIdentifier: 'prod' };
const arn = (kind: string, name: string): string => `arn:aws:rds:us-east-1:123456789012:${kind}:${name}`;
const elsewhere = { at: 'elsewhere' } as const;
const parameter = (name: string, value: string, method: string): object => ({
  ParameterName: name,
  ParameterValue: value,
  ApplyMethod: method,
});
const newInstance = {
  ...prod,
  Engine: 'postgres',
  DBInstanceClass: 'db.r6g.large',
  AllocatedStorage: 100,
  MasterUsername: 'zephyr',
  MasterUserPassword: 'correct horse',
  DBName: 'zephyr',
  DBParameterGroupName: 'zephyr',
  DBSubnetGroupName: 'zephyr',
  BackupRetentionPeriod: 7,
  MonitoringInterval: 60,
  MonitoringRoleArn: 'arn:aws:iam::123456789012:role/monitoring',
  EnableCloudwatchLogsExports: ['postgresql'],
  VpcSecurityGroupIds: ['sg-0a1b2c3d'],
  StorageEncrypted: true,
  Tags: tags,
};

const groups: readonly Row[] = [
  granted(
    'CreateDBParameterGroup',
    { DBParameterGroupName: 'zephyr', DBParameterGroupFamily: 'postgres15', Description: 'ours', Tags: tags },
    ['DBParameterGroup.DBParameterGroupArn', 'DBParameterGroup.DBParameterGroupFamily'],
  ),
  refused(
    'CreateDBParameterGroup',
    { DBParameterGroupName: 'zephyr', DBParameterGroupFamily: 'postgres15', Description: 'ours' },
    'DBParameterGroupAlreadyExists',
  ),
  refused(
    'CreateDBParameterGroup',
    { DBParameterGroupName: 'other', DBParameterGroupFamily: 'postgres8', Description: 'ours' },
    'InvalidParameterValue',
  ),
  granted(
    'ModifyDBParameterGroup',
    {
      DBParameterGroupName: 'zephyr',
      Parameters: [parameter('work_mem', '8192', 'immediate'), parameter('max_connections', '200', 'pending-reboot')],
    },
    ['DBParameterGroupName'],
  ),
  refused(
    'ModifyDBParameterGroup',
    { DBParameterGroupName: 'zephyr', Parameters: [parameter('max_connections', '200', 'immediate')] },
    'InvalidParameterCombination',
  ),
  granted(
    'CopyDBParameterGroup',
    {
      SourceDBParameterGroupIdentifier: 'zephyr',
      TargetDBParameterGroupIdentifier: 'copy',
      TargetDBParameterGroupDescription: 'a copy',
    },
    ['DBParameterGroup.DBParameterGroupArn'],
  ),
  refused(
    'CopyDBParameterGroup',
    {
      SourceDBParameterGroupIdentifier: 'none',
      TargetDBParameterGroupIdentifier: 'other',
      TargetDBParameterGroupDescription: 'a copy',
    },
    'DBParameterGroupNotFound',
  ),
  granted('ResetDBParameterGroup', { DBParameterGroupName: 'copy', ResetAllParameters: true }, [
    'DBParameterGroupName',
  ]),
  refused('ResetDBParameterGroup', { DBParameterGroupName: 'none' }, 'DBParameterGroupNotFound'),
  granted('DescribeDBParameterGroups', {}, ['DBParameterGroups']),
  refused('DescribeDBParameterGroups', { DBParameterGroupName: 'none' }, 'DBParameterGroupNotFound'),
  granted('DescribeDBParameters', { DBParameterGroupName: 'zephyr', MaxRecords: 20 }, ['Parameters', 'Marker']),
  granted('DescribeDBParameters', { DBParameterGroupName: 'zephyr', Source: 'user' }, ['Parameters']),
  refused('DescribeDBParameters', { DBParameterGroupName: 'none' }, 'DBParameterGroupNotFound'),
  granted('DeleteDBParameterGroup', { DBParameterGroupName: 'copy' }, []),
  refused('DeleteDBParameterGroup', { DBParameterGroupName: 'copy' }, 'DBParameterGroupNotFound'),
  granted(
    'CreateDBSubnetGroup',
    { DBSubnetGroupName: 'zephyr', DBSubnetGroupDescription: 'ours', SubnetIds: ['subnet-1', 'subnet-2'], Tags: tags },
    ['DBSubnetGroup.Subnets', 'DBSubnetGroup.DBSubnetGroupArn'],
  ),
  refused(
    'CreateDBSubnetGroup',
    { DBSubnetGroupName: 'other', DBSubnetGroupDescription: 'ours', SubnetIds: ['subnet-1'] },
    'DBSubnetGroupDoesNotCoverEnoughAZs',
  ),
  granted('DescribeDBSubnetGroups', {}, ['DBSubnetGroups']),
  refused('DescribeDBSubnetGroups', { DBSubnetGroupName: 'none' }, 'DBSubnetGroupNotFoundFault'),
  granted(
    'CreateDBSubnetGroup',
    { DBSubnetGroupName: 'unused', DBSubnetGroupDescription: 'ours', SubnetIds: ['subnet-1', 'subnet-2'] },
    ['DBSubnetGroup.SubnetGroupStatus'],
  ),
  granted('DeleteDBSubnetGroup', { DBSubnetGroupName: 'unused' }, []),
  refused('DeleteDBSubnetGroup', { DBSubnetGroupName: 'default' }, 'InvalidDBSubnetGroupStateFault'),
];

const instances: readonly Row[] = [
  granted('CreateDBInstance', newInstance, ['DBInstance.DBInstanceArn', 'DBInstance.DbiResourceId'], { wait: 15 }),
  refused('CreateDBInstance', newInstance, 'DBInstanceAlreadyExists'),
  refused('CreateDBInstance', { ...newInstance, DBInstanceIdentifier: 'bad--name' }, 'InvalidParameterValue'),
  refused(
    'CreateDBInstance',
    { ...newInstance, DBInstanceIdentifier: 'other', DBParameterGroupName: 'none' },
    'DBParameterGroupNotFound',
  ),
  refused('CreateDBInstance', { ...prod, Engine: 'postgres', DBInstanceClass: undefined }, 'MissingParameter'),
  refused('CreateDBInstance', { ...newInstance, Engine: 'oracle' }, 'InvalidParameterValue'),
  granted('DescribeDBInstances', {}, ['DBInstances']),
  granted('DescribeDBInstances', { Filters: [{ Name: 'db-instance-id', Values: ['prod'] }] }, ['DBInstances']),
  refused('DescribeDBInstances', { DBInstanceIdentifier: 'nobody' }, 'DBInstanceNotFound'),
  refused('DescribeDBInstances', { MaxRecords: 5 }, 'InvalidParameterValue'),
  refused('DescribeDBInstances', { Filters: [{ Name: 'colour', Values: ['red'] }] }, 'InvalidParameterValue'),
  granted('ModifyDBInstance', { ...prod, CopyTagsToSnapshot: true, DBInstanceClass: 'db.r6g.xlarge' }, [
    'DBInstance.PendingModifiedValues',
  ]),
  refused('ModifyDBInstance', prod, 'InvalidParameterCombination'),
  refused('ModifyDBInstance', { DBInstanceIdentifier: 'nobody', MultiAZ: true }, 'DBInstanceNotFound'),
  granted('RebootDBInstance', prod, ['DBInstance.DBInstanceStatus'], { wait: 5 }),
  refused('RebootDBInstance', { ...prod, ForceFailover: true }, 'InvalidParameterCombination'),
  granted(
    'ModifyDBInstance',
    { ...prod, MultiAZ: true, ApplyImmediately: true },
    ['DBInstance.PendingModifiedValues.MultiAZ'],
    { wait: 15 },
  ),
  granted('RebootDBInstance', { ...prod, ForceFailover: true }, ['DBInstance.SecondaryAvailabilityZone'], { wait: 15 }),
  refused('RebootDBInstance', { DBInstanceIdentifier: 'nobody' }, 'DBInstanceNotFound'),
  granted(
    'CreateDBInstanceReadReplica',
    { DBInstanceIdentifier: 'replica', SourceDBInstanceIdentifier: 'prod' },
    ['DBInstance.ReadReplicaSourceDBInstanceIdentifier'],
    { wait: 60 },
  ),
  refused(
    'CreateDBInstanceReadReplica',
    { DBInstanceIdentifier: 'other', SourceDBInstanceIdentifier: 'nobody' },
    'DBInstanceNotFound',
  ),
  granted('DescribeDBInstances', {}, ['DBInstances']),
  granted('PromoteReadReplica', { DBInstanceIdentifier: 'replica' }, ['DBInstance.DBInstanceStatus'], { wait: 60 }),
  refused('PromoteReadReplica', prod, 'InvalidDBInstanceState'),
];

const snapshots: readonly Row[] = [
  granted('CreateDBSnapshot', { ...prod, DBSnapshotIdentifier: 'one', Tags: tags }, ['DBSnapshot.DBSnapshotArn']),
  refused('CreateDBSnapshot', { ...prod, DBSnapshotIdentifier: 'one' }, 'DBSnapshotAlreadyExists'),
  refused('CreateDBSnapshot', { ...prod, DBSnapshotIdentifier: 'two' }, 'InvalidDBInstanceState', { wait: 10 }),
  refused('CreateDBSnapshot', { ...prod, DBSnapshotIdentifier: '1bad' }, 'InvalidParameterValue'),
  granted('DescribeDBSnapshots', prod, ['DBSnapshots']),
  granted('DescribeDBSnapshots', { SnapshotType: 'automated' }, ['DBSnapshots']),
  refused('DescribeDBSnapshots', { DBSnapshotIdentifier: 'none' }, 'DBSnapshotNotFound'),
  refused('DescribeDBSnapshots', { SnapshotType: 'pink' }, 'InvalidParameterValue'),
  granted(
    'CopyDBSnapshot',
    { SourceDBSnapshotIdentifier: 'one', TargetDBSnapshotIdentifier: 'copy', CopyTags: true, KmsKeyId: 'alias/ours' },
    ['DBSnapshot.SourceDBSnapshotIdentifier', 'DBSnapshot.SourceRegion'],
    { wait: 15 },
  ),
  granted(
    'CopyDBSnapshot',
    { SourceDBSnapshotIdentifier: arn('snapshot', 'one'), TargetDBSnapshotIdentifier: 'copy', KmsKeyId: 'alias/west' },
    ['DBSnapshot.PercentProgress'],
    elsewhere,
  ),
  granted(
    'CopyDBSnapshot',
    { SourceDBSnapshotIdentifier: arn('snapshot', 'one'), TargetDBSnapshotIdentifier: 'next', KmsKeyId: 'alias/west' },
    ['DBSnapshot.Status'],
    elsewhere,
  ),
  granted('DescribeDBSnapshots', {}, ['DBSnapshots'], elsewhere),
  refused(
    'CopyDBSnapshot',
    { SourceDBSnapshotIdentifier: arn('snapshot', 'one'), TargetDBSnapshotIdentifier: 'keyless' },
    'InvalidParameterValue',
    elsewhere,
  ),
  refused(
    'CopyDBSnapshot',
    { SourceDBSnapshotIdentifier: 'none', TargetDBSnapshotIdentifier: 'other' },
    'DBSnapshotNotFound',
  ),
  granted(
    'ModifyDBSnapshotAttribute',
    { DBSnapshotIdentifier: 'copy', AttributeName: 'restore', ValuesToAdd: ['999999999999'] },
    ['DBSnapshotAttributesResult.DBSnapshotAttributes'],
  ),
  refused(
    'ModifyDBSnapshotAttribute',
    { DBSnapshotIdentifier: 'copy', AttributeName: 'restore', ValuesToAdd: ['all'] },
    'InvalidParameterValue',
  ),
  granted('DescribeDBSnapshotAttributes', { DBSnapshotIdentifier: 'copy' }, [
    'DBSnapshotAttributesResult.DBSnapshotIdentifier',
  ]),
  refused('DescribeDBSnapshotAttributes', { DBSnapshotIdentifier: 'none' }, 'DBSnapshotNotFound'),
  refused('ModifyDBSnapshot', { DBSnapshotIdentifier: 'copy', EngineVersion: '16.4' }, 'InvalidDBSnapshotState'),
  granted('ModifyDBSnapshot', { DBSnapshotIdentifier: 'one', OptionGroupName: 'default:postgres-15' }, [
    'DBSnapshot.OptionGroupName',
  ]),
  granted(
    'RestoreDBInstanceFromDBSnapshot',
    { DBInstanceIdentifier: 'restored', DBSnapshotIdentifier: 'one' },
    ['DBInstance.DBInstanceStatus'],
    { wait: 30 },
  ),
  refused(
    'RestoreDBInstanceFromDBSnapshot',
    { DBInstanceIdentifier: 'prod', DBSnapshotIdentifier: 'one' },
    'DBInstanceAlreadyExists',
  ),
  refused(
    'RestoreDBInstanceFromDBSnapshot',
    { DBInstanceIdentifier: 'other', DBSnapshotIdentifier: 'none' },
    'DBSnapshotNotFound',
  ),
  granted('DeleteDBSnapshot', { DBSnapshotIdentifier: 'copy' }, ['DBSnapshot.Status']),
  refused('DeleteDBSnapshot', { DBSnapshotIdentifier: 'copy' }, 'DBSnapshotNotFound'),
];

const retainedId = (answers: Answers): object => {
  const deleted = answers.get('DeleteDBInstance')?.DBInstance;
  return { DbiResourceId: (deleted as { DbiResourceId?: string } | undefined)?.DbiResourceId };
};

const backups: readonly Row[] = [
  granted('DescribeDBInstanceAutomatedBackups', prod, ['DBInstanceAutomatedBackups']),
  refused('DescribeDBInstanceAutomatedBackups', { DbiResourceId: 'db-NONE' }, 'DBInstanceAutomatedBackupNotFound'),
  granted(
    'RestoreDBInstanceToPointInTime',
    { SourceDBInstanceIdentifier: 'prod', TargetDBInstanceIdentifier: 'candidate', UseLatestRestorableTime: true },
    ['DBInstance.DBInstanceArn'],
    { wait: 30 },
  ),
  refused(
    'RestoreDBInstanceToPointInTime',
    { SourceDBInstanceIdentifier: 'prod', TargetDBInstanceIdentifier: 'other' },
    'InvalidParameterCombination',
  ),
  refused(
    'RestoreDBInstanceToPointInTime',
    { SourceDBInstanceIdentifier: 'prod', TargetDBInstanceIdentifier: 'other', RestoreTime: new Date(0) },
    'InvalidParameterValue',
  ),
  granted(
    'StartDBInstanceAutomatedBackupsReplication',
    { SourceDBInstanceArn: arn('db', 'prod'), KmsKeyId: 'alias/west' },
    ['DBInstanceAutomatedBackup.RestoreWindow', 'DBInstanceAutomatedBackup.Status'],
    { ...elsewhere, wait: 20 },
  ),
  refused(
    'StartDBInstanceAutomatedBackupsReplication',
    { SourceDBInstanceArn: arn('db', 'nobody') },
    'DBInstanceNotFound',
    elsewhere,
  ),
  granted('DescribeDBInstanceAutomatedBackups', {}, ['DBInstanceAutomatedBackups'], elsewhere),
  granted(
    'StopDBInstanceAutomatedBackupsReplication',
    { SourceDBInstanceArn: arn('db', 'prod') },
    ['DBInstanceAutomatedBackup.RestoreWindow.LatestTime'],
    elsewhere,
  ),
  refused(
    'StopDBInstanceAutomatedBackupsReplication',
    { SourceDBInstanceArn: arn('db', 'nobody') },
    'DBInstanceNotFound',
    elsewhere,
  ),
  granted('DescribeEvents', { SourceType: 'db-instance', Duration: 1440 }, ['Events']),
  refused('DescribeEvents', { SourceIdentifier: 'prod' }, 'InvalidParameterCombination'),
  granted('AddTagsToResource', { ResourceName: arn('db', 'prod'), Tags: [{ Key: 'Tier', Value: 'one' }] }, []),
  refused(
    'AddTagsToResource',
    { ResourceName: arn('db', 'prod'), Tags: [{ Key: 'aws:x', Value: '' }] },
    'InvalidParameterValue',
  ),
  granted('ListTagsForResource', { ResourceName: arn('db', 'prod') }, ['TagList']),
  refused('ListTagsForResource', { ResourceName: arn('snapshot', 'none') }, 'DBSnapshotNotFound'),
  granted('RemoveTagsFromResource', { ResourceName: arn('db', 'prod'), TagKeys: ['Tier'] }, []),
  refused('RemoveTagsFromResource', { ResourceName: arn('db', 'nobody'), TagKeys: ['Tier'] }, 'DBInstanceNotFound'),
  granted('DescribeAccountAttributes', {}, ['AccountQuotas']),
  granted('DescribeOrderableDBInstanceOptions', { Engine: 'postgres', EngineVersion: '15.18', MaxRecords: 20 }, [
    'OrderableDBInstanceOptions',
    'Marker',
  ]),
  refused('DescribeOrderableDBInstanceOptions', { Engine: 'oracle-xe' }, 'InvalidParameterValue'),
  granted('DescribeDBEngineVersions', { Engine: 'postgres', EngineVersion: '15.18' }, ['DBEngineVersions']),
  granted(
    'DeleteDBInstance',
    { DBInstanceIdentifier: 'candidate', SkipFinalSnapshot: true, DeleteAutomatedBackups: false },
    ['DBInstance.DBInstanceStatus'],
    { wait: 10 },
  ),
  refused('DeleteDBInstance', prod, 'InvalidParameterCombination'),
  refused('DeleteDBInstance', { DBInstanceIdentifier: 'candidate', SkipFinalSnapshot: true }, 'DBInstanceNotFound'),
  granted('DescribeDBInstanceAutomatedBackups', {}, ['DBInstanceAutomatedBackups']),
  granted('DeleteDBInstanceAutomatedBackup', retainedId, ['DBInstanceAutomatedBackup.Status']),
  refused('DeleteDBInstanceAutomatedBackup', retainedId, 'DBInstanceAutomatedBackupNotFound'),
];

/** Requests to RDS, at least one granted and one refused of each operation. */
export const rdsRows: readonly Row[] = [...groups, ...instances, ...snapshots, ...backups];
