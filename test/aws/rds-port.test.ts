import 'aws-sdk-client-mock-vitest/extend';
import {
  AddTagsToResourceCommand,
  CopyDBSnapshotCommand,
  CreateDBInstanceReadReplicaCommand,
  CreateDBSnapshotCommand,
  DeleteDBInstanceCommand,
  DeleteDBSnapshotCommand,
  DescribeAccountAttributesCommand,
  DescribeDBEngineVersionsCommand,
  DescribeDBInstanceAutomatedBackupsCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotAttributesCommand,
  DescribeDBSnapshotsCommand,
  DescribeDBSubnetGroupsCommand,
  DescribeEventsCommand,
  DescribeOrderableDBInstanceOptionsCommand,
  ModifyDBInstanceCommand,
  PromoteReadReplicaCommand,
  RDSClient,
  RebootDBInstanceCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
  RestoreDBInstanceToPointInTimeCommand,
} from '@aws-sdk/client-rds';
import { S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { connectAws } from '../../src/aws/index.js';
import type { PointInTimeSource, RestoreSettings } from '../../src/ports/database-restore.js';
import type { RdsPort } from '../../src/ports/rds.js';

const mock = mockClient(RDSClient);
const region = 'us-east-1';
const { rds } = connectAws({ region, rds: new RDSClient({ region }), s3: new S3Client({ region }) });

beforeEach(() => {
  mock.reset();
  mock.rejects(new Error('a request that the test does not expect'));
});

function fault(name: string, Code: string, message = 'no'): Error {
  return Object.assign(new Error(message), { name, Code, $metadata: { httpStatusCode: 400, requestId: 'r-1' } });
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

const settings: RestoreSettings = {
  target: 'restored',
  instanceClass: 'db.t3.large',
  publiclyAccessible: false,
  multiAz: true,
  deletionProtection: true,
  iamAuthentication: false,
  autoMinorVersionUpgrade: false,
  copyTagsToSnapshot: true,
  vpcSecurityGroups: ['sg-1'],
  subnetGroup: 'private',
  parameterGroup: 'ours',
  optionGroup: 'options',
  port: 5433,
  storageType: 'gp3',
  iops: 3000,
  storageThroughput: 125,
  caCertificate: 'rds-ca-rsa2048-g1',
  logExports: ['postgresql'],
  backupRetentionDays: 30,
  backupWindow: '03:00-04:00',
  tags: { purpose: 'drill' },
};

const settingsSent = {
  DBInstanceClass: 'db.t3.large',
  PubliclyAccessible: false,
  MultiAZ: true,
  DeletionProtection: true,
  EnableIAMDatabaseAuthentication: false,
  AutoMinorVersionUpgrade: false,
  CopyTagsToSnapshot: true,
  VpcSecurityGroupIds: ['sg-1'],
  DBSubnetGroupName: 'private',
  DBParameterGroupName: 'ours',
  OptionGroupName: 'options',
  Port: 5433,
  StorageType: 'gp3',
  Iops: 3000,
  StorageThroughput: 125,
  CACertificateIdentifier: 'rds-ca-rsa2048-g1',
  EnableCloudwatchLogsExports: ['postgresql'],
  BackupRetentionPeriod: 30,
  PreferredBackupWindow: '03:00-04:00',
  Tags: [{ Key: 'purpose', Value: 'drill' }],
};

describe('describing an instance', () => {
  it('tells all of it in our words, the identifier in lower case', async () => {
    const latest = new Date('2025-11-09T14:20:00Z');
    mock.on(DescribeDBInstancesCommand).resolves({
      DBInstances: [
        {
          DBInstanceIdentifier: 'Zephyr-Production-DB',
          DBInstanceArn: 'arn:aws:rds:us-east-1:123456789012:db:zephyr-production-db',
          DbiResourceId: 'db-ABC',
          DBInstanceStatus: 'available',
          Engine: 'postgres',
          EngineVersion: '14.7',
          DBInstanceClass: 'db.t3.large',
          Endpoint: { Address: 'zephyr.example', Port: 5432 },
          InstanceCreateTime: latest,
          AllocatedStorage: 100,
          MaxAllocatedStorage: 500,
          StorageType: 'gp3',
          Iops: 3000,
          StorageThroughput: 125,
          MultiAZ: true,
          PubliclyAccessible: false,
          DBSubnetGroup: { DBSubnetGroupName: 'private' },
          VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-1', Status: 'active' }],
          DBParameterGroups: [{ DBParameterGroupName: 'ours', ParameterApplyStatus: 'pending-reboot' }],
          OptionGroupMemberships: [{ OptionGroupName: 'options', Status: 'in-sync' }],
          DeletionProtection: true,
          IAMDatabaseAuthenticationEnabled: true,
          AutoMinorVersionUpgrade: true,
          CopyTagsToSnapshot: true,
          CACertificateIdentifier: 'rds-ca-rsa2048-g1',
          EnabledCloudwatchLogsExports: ['postgresql'],
          MonitoringInterval: 60,
          MonitoringRoleArn: 'arn:role',
          PerformanceInsightsEnabled: true,
          PerformanceInsightsKMSKeyId: 'arn:pi-key',
          PerformanceInsightsRetentionPeriod: 7,
          StorageEncrypted: true,
          KmsKeyId: 'arn:key',
          BackupRetentionPeriod: 30,
          PreferredBackupWindow: '03:00-04:00',
          PreferredMaintenanceWindow: 'sun:04:00-sun:05:00',
          LatestRestorableTime: latest,
          PendingModifiedValues: { MultiAZ: false, MasterUserPassword: '****', ProcessorFeatures: [] },
          ReadReplicaSourceDBInstanceIdentifier: 'source',
          ReadReplicaDBInstanceIdentifiers: ['replica'],
          DBInstanceAutomatedBackupsReplications: [{ DBInstanceAutomatedBackupsArn: 'arn:copy' }, {}],
          TagList: [{ Key: 'Environment', Value: 'production' }, { Key: 'bare' }],
        },
      ],
    });
    expect(await rds.describeInstance('ZEPHYR-production-db')).toEqual({
      identifier: 'zephyr-production-db',
      arn: 'arn:aws:rds:us-east-1:123456789012:db:zephyr-production-db',
      resourceId: 'db-ABC',
      status: 'available',
      engine: 'postgres',
      engineVersion: '14.7',
      instanceClass: 'db.t3.large',
      endpoint: { address: 'zephyr.example', port: 5432 },
      createdAt: latest,
      allocatedStorageGiB: 100,
      maxAllocatedStorageGiB: 500,
      storageType: 'gp3',
      iops: 3000,
      storageThroughput: 125,
      multiAz: true,
      publiclyAccessible: false,
      subnetGroup: 'private',
      vpcSecurityGroups: [{ id: 'sg-1', status: 'active' }],
      parameterGroups: [{ name: 'ours', applyStatus: 'pending-reboot' }],
      optionGroups: [{ name: 'options', status: 'in-sync' }],
      deletionProtection: true,
      iamAuthentication: true,
      autoMinorVersionUpgrade: true,
      copyTagsToSnapshot: true,
      caCertificate: 'rds-ca-rsa2048-g1',
      logExports: ['postgresql'],
      monitoringIntervalSeconds: 60,
      monitoringRoleArn: 'arn:role',
      performanceInsights: true,
      performanceInsightsKmsKey: 'arn:pi-key',
      performanceInsightsRetentionDays: 7,
      encrypted: true,
      kmsKey: 'arn:key',
      backupRetentionDays: 30,
      backupWindow: '03:00-04:00',
      maintenanceWindow: 'sun:04:00-sun:05:00',
      latestRestorableTime: latest,
      pendingChanges: { MultiAZ: false, MasterUserPassword: '[changed]' },
      replicaSource: 'source',
      replicas: ['replica'],
      backupCopies: ['arn:copy'],
      tags: { Environment: 'production', bare: '' },
    });
  });

  it('knows that one being created has almost nothing yet', async () => {
    mock
      .on(DescribeDBInstancesCommand)
      .resolves({ DBInstances: [{ DBInstanceIdentifier: 'new', Endpoint: { Port: 5432 } }] });
    const instance = await rds.describeInstance('new');
    expect(instance).toMatchObject({
      identifier: 'new',
      status: 'unknown',
      backupRetentionDays: 0,
      pendingChanges: {},
      tags: {},
    });
    expect(instance?.endpoint).toBeUndefined();
    expect(instance?.latestRestorableTime).toBeUndefined();
  });

  it('is undefined where there is none, by name and by id', async () => {
    mock
      .on(DescribeDBInstancesCommand)
      .rejectsOnce(fault('DBInstanceNotFoundFault', 'DBInstanceNotFound'))
      .resolves({ DBInstances: [] });
    expect(await rds.describeInstance('missing')).toBeUndefined();
    expect(await rds.describeInstanceByResourceId('db-MISSING')).toBeUndefined();
    expect(mock).toHaveReceivedLastCommandWith(DescribeDBInstancesCommand, {
      Filters: [{ Name: 'dbi-resource-id', Values: ['db-MISSING'] }],
    });
  });

  it('fails with what else AWS says', async () => {
    mock.on(DescribeDBInstancesCommand).rejects(fault('AccessDenied', 'AccessDenied', 'not you'));
    await expect(rds.describeInstance('any')).rejects.toMatchObject({
      code: 'access-denied',
      details: { awsCode: 'AccessDenied', requestId: 'r-1', operation: 'DescribeDBInstances', subject: 'any' },
    });
  });

  it('follows the marker to the end of a list', async () => {
    mock.on(DescribeDBInstancesCommand).callsFake(({ Marker }) => {
      if (Marker === undefined) return { DBInstances: [{ DBInstanceIdentifier: 'a' }], Marker: 'm1' };
      if (Marker === 'm1') return { DBInstances: [], Marker: 'm2' };
      return { DBInstances: [{ DBInstanceIdentifier: 'b' }], Marker: '' };
    });
    expect((await all(rds.listInstances())).map((each) => each.identifier)).toEqual(['a', 'b']);
    expect(mock).toHaveReceivedCommandTimes(DescribeDBInstancesCommand, 3);
  });
});

describe('snapshots', () => {
  it('are told in our words', async () => {
    const created = new Date('2025-11-09T03:00:00Z');
    mock.on(DescribeDBSnapshotsCommand).resolves({
      DBSnapshots: [
        {
          DBSnapshotIdentifier: 'Before-Deploy',
          DBSnapshotArn: 'arn:snapshot',
          SnapshotType: 'manual',
          Status: 'available',
          DBInstanceIdentifier: 'Zephyr',
          DbiResourceId: 'db-ABC',
          SnapshotCreateTime: created,
          OriginalSnapshotCreateTime: created,
          SnapshotDatabaseTime: created,
          PercentProgress: 100,
          Engine: 'postgres',
          EngineVersion: '14.7',
          AllocatedStorage: 100,
          Encrypted: true,
          KmsKeyId: 'arn:key',
          Port: 5432,
          StorageType: 'gp3',
          Iops: 3000,
          OptionGroupName: 'options',
          TagList: [{ Key: 'Reason', Value: 'deploy' }],
        },
      ],
    });
    expect(await rds.describeSnapshot('before-deploy')).toEqual({
      identifier: 'before-deploy',
      arn: 'arn:snapshot',
      type: 'manual',
      status: 'available',
      instance: 'zephyr',
      resourceId: 'db-ABC',
      createdAt: created,
      originalCreatedAt: created,
      dataTime: created,
      percentProgress: 100,
      engine: 'postgres',
      engineVersion: '14.7',
      allocatedStorageGiB: 100,
      encrypted: true,
      kmsKey: 'arn:key',
      port: 5432,
      storageType: 'gp3',
      iops: 3000,
      optionGroup: 'options',
      tags: { Reason: 'deploy' },
    });
  });

  it('without a type are never taken for manual ones', async () => {
    mock.on(DescribeDBSnapshotsCommand).resolves({ DBSnapshots: [{ DBSnapshotIdentifier: 'odd' }] });
    expect(await rds.describeSnapshot('odd')).toMatchObject({ type: 'unknown', status: 'unknown' });
  });

  it.each([
    ['rds:zephyr-2025-11-09-03-04', 'automated'],
    ['awsbackup:job-1', 'awsbackup'],
    ['zephyr-manual-20251109-142500', undefined],
  ])('are looked up with the type that their name needs: %s', async (identifier, SnapshotType) => {
    mock.on(DescribeDBSnapshotsCommand).rejects(fault('DBSnapshotNotFoundFault', 'DBSnapshotNotFound'));
    expect(await rds.describeSnapshot(identifier)).toBeUndefined();
    expect(mock.commandCalls(DescribeDBSnapshotsCommand)[0]?.args[0].input).toEqual({
      DBSnapshotIdentifier: identifier,
      SnapshotType,
      Marker: undefined,
    });
  });

  it('are listed by instance, by its id, and by type', async () => {
    mock.on(DescribeDBSnapshotsCommand).resolves({ DBSnapshots: [] });
    await all(rds.listSnapshots({ instance: 'zephyr', resourceId: 'db-ABC', type: 'automated' }));
    expect(mock).toHaveReceivedCommandWith(DescribeDBSnapshotsCommand, {
      DBInstanceIdentifier: 'zephyr',
      DbiResourceId: 'db-ABC',
      SnapshotType: 'automated',
    });
  });

  it('are created with their tags', async () => {
    mock.on(CreateDBSnapshotCommand).resolves({});
    await rds.createSnapshot({ snapshot: 's', instance: 'i', tags: { Reason: 'deploy' } });
    expect(mock).toHaveReceivedCommandWith(CreateDBSnapshotCommand, {
      DBSnapshotIdentifier: 's',
      DBInstanceIdentifier: 'i',
      Tags: [{ Key: 'Reason', Value: 'deploy' }],
    });
  });

  it.each([
    ['DBSnapshotAlreadyExistsFault', 'DBSnapshotAlreadyExists', 'identifier-taken', false],
    ['InvalidDBInstanceStateFault', 'InvalidDBInstanceState', 'invalid-state', true],
    ['SnapshotQuotaExceededFault', 'SnapshotQuotaExceeded', 'quota-exceeded', false],
    ['DBInstanceNotFoundFault', 'DBInstanceNotFound', 'instance-not-found', false],
  ])('are refused with what AWS means by %s', async (name, Code, code, retryable) => {
    mock.on(CreateDBSnapshotCommand).rejects(fault(name, Code));
    await expect(rds.createSnapshot({ snapshot: 's', instance: 'i', tags: {} })).rejects.toMatchObject({
      code,
      retryable,
      details: { awsCode: Code, requestId: 'r-1' },
    });
  });

  it('are deleted, and missing ones are missed', async () => {
    mock.on(DeleteDBSnapshotCommand).resolvesOnce({}).rejects(fault('DBSnapshotNotFoundFault', 'DBSnapshotNotFound'));
    await rds.deleteSnapshot('s');
    expect(mock).toHaveReceivedCommandWith(DeleteDBSnapshotCommand, { DBSnapshotIdentifier: 's' });
    await expect(rds.deleteSnapshot('s')).rejects.toMatchObject({ code: 'snapshot-not-found' });
  });
});

describe('changing an instance', () => {
  it('sends everything that is to change, and nothing else, at once', async () => {
    mock.on(ModifyDBInstanceCommand).resolves({});
    await rds.modifyInstance('i', {
      newIdentifier: 'j',
      vpcSecurityGroups: ['sg-1'],
      parameterGroup: 'p',
      optionGroup: 'o',
      multiAz: true,
      deletionProtection: false,
      iamAuthentication: true,
      autoMinorVersionUpgrade: true,
      copyTagsToSnapshot: true,
      caCertificate: 'ca',
      logExports: { enable: ['postgresql'], disable: ['upgrade'] },
      monitoring: { intervalSeconds: 60, roleArn: 'arn:role' },
      performanceInsights: { enabled: true, kmsKey: 'k', retentionDays: 7 },
      maxAllocatedStorageGiB: 500,
      backupRetentionDays: 30,
      backupWindow: '03:00-04:00',
      maintenanceWindow: 'sun:04:00-sun:05:00',
      masterPassword: 'new',
    });
    expect(mock.commandCalls(ModifyDBInstanceCommand)[0]?.args[0].input).toEqual({
      DBInstanceIdentifier: 'i',
      ApplyImmediately: true,
      NewDBInstanceIdentifier: 'j',
      VpcSecurityGroupIds: ['sg-1'],
      DBParameterGroupName: 'p',
      OptionGroupName: 'o',
      MultiAZ: true,
      DeletionProtection: false,
      EnableIAMDatabaseAuthentication: true,
      AutoMinorVersionUpgrade: true,
      CopyTagsToSnapshot: true,
      CACertificateIdentifier: 'ca',
      CloudwatchLogsExportConfiguration: { EnableLogTypes: ['postgresql'], DisableLogTypes: ['upgrade'] },
      MonitoringInterval: 60,
      MonitoringRoleArn: 'arn:role',
      EnablePerformanceInsights: true,
      PerformanceInsightsKMSKeyId: 'k',
      PerformanceInsightsRetentionPeriod: 7,
      MaxAllocatedStorage: 500,
      BackupRetentionPeriod: 30,
      PreferredBackupWindow: '03:00-04:00',
      PreferredMaintenanceWindow: 'sun:04:00-sun:05:00',
      MasterUserPassword: 'new',
    });
    await rds.modifyInstance('i', { multiAz: false });
    const sent = Object.entries(mock.commandCalls(ModifyDBInstanceCommand)[1]?.args[0].input ?? {});
    expect(Object.fromEntries(sent.filter(([, value]) => value !== undefined))).toEqual({
      DBInstanceIdentifier: 'i',
      ApplyImmediately: true,
      MultiAZ: false,
    });
  });

  it('is done when AWS says that nothing is left to modify', async () => {
    const nothing = 'No modifications were requested. Specify an option value to modify the DB instance.';
    mock
      .on(ModifyDBInstanceCommand)
      .rejectsOnce(fault('InvalidParameterCombination', 'InvalidParameterCombination', nothing));
    await rds.modifyInstance('i', { multiAz: false });
    mock
      .on(ModifyDBInstanceCommand)
      .rejects(fault('InvalidParameterCombination', 'InvalidParameterCombination', 'other'));
    await expect(rds.modifyInstance('i', { multiAz: false })).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('reboots it', async () => {
    mock.on(RebootDBInstanceCommand).resolves({});
    await rds.rebootInstance('i');
    expect(mock).toHaveReceivedCommandWith(RebootDBInstanceCommand, { DBInstanceIdentifier: 'i' });
  });

  it('deletes it with or without a last snapshot, and says what becomes of its automated backups', async () => {
    mock.on(DeleteDBInstanceCommand).resolves({});
    await rds.deleteInstance('i', { deleteAutomatedBackups: false });
    await rds.deleteInstance('i', { finalSnapshot: 'last', deleteAutomatedBackups: true });
    expect(mock.commandCalls(DeleteDBInstanceCommand).map((call) => call.args[0].input)).toEqual([
      { DBInstanceIdentifier: 'i', SkipFinalSnapshot: true, DeleteAutomatedBackups: false },
      { DBInstanceIdentifier: 'i', FinalDBSnapshotIdentifier: 'last', DeleteAutomatedBackups: true },
    ]);
  });
});

describe('restoring', () => {
  it('sends every setting with a snapshot', async () => {
    mock.on(RestoreDBInstanceFromDBSnapshotCommand).resolves({});
    await rds.restoreFromSnapshot('s', settings);
    expect(mock.commandCalls(RestoreDBInstanceFromDBSnapshotCommand)[0]?.args[0].input).toEqual({
      DBInstanceIdentifier: 'restored',
      DBSnapshotIdentifier: 's',
      ...settingsSent,
    });
  });

  it.each<[PointInTimeSource, object]>([
    [
      { from: { kind: 'instance', identifier: 'i' }, to: { kind: 'latest' }, maxAllocatedStorageGiB: 500 },
      { SourceDBInstanceIdentifier: 'i', UseLatestRestorableTime: true, MaxAllocatedStorage: 500 },
    ],
    [
      {
        from: { kind: 'resource', resourceId: 'db-A' },
        to: { kind: 'time', time: new Date('2025-11-09T14:25:00.999Z') },
      },
      { SourceDbiResourceId: 'db-A', RestoreTime: new Date('2025-11-09T14:25:00Z') },
    ],
    [
      { from: { kind: 'automated-backup', arn: 'arn:ab' }, to: { kind: 'latest' } },
      { SourceDBInstanceAutomatedBackupsArn: 'arn:ab', UseLatestRestorableTime: true },
    ],
  ])('sends one source and one time, never past the instant asked for: %j', async (source, sent) => {
    mock.on(RestoreDBInstanceToPointInTimeCommand).resolves({});
    await rds.restoreToPointInTime(source, settings);
    const input = mock.commandCalls(RestoreDBInstanceToPointInTimeCommand)[0]?.args[0].input ?? {};
    const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
    expect(given).toEqual({ TargetDBInstanceIdentifier: 'restored', ...sent, ...settingsSent });
  });

  it('leaves out what has no value, so that no empty list of logs is sent', async () => {
    mock.on(RestoreDBInstanceFromDBSnapshotCommand).resolves({});
    await rds.restoreFromSnapshot('s', { ...settings, logExports: [] });
    const input = mock.commandCalls(RestoreDBInstanceFromDBSnapshotCommand)[0]?.args[0].input;
    expect(input?.EnableCloudwatchLogsExports).toBeUndefined();
  });
});

describe('read replicas', () => {
  const { parameterGroup: _, backupRetentionDays: __, backupWindow: ___, ...shared } = settings;
  const monitored = {
    ...shared,
    kmsKey: 'arn:aws:kms:us-east-1:123456789012:key/k',
    maxAllocatedStorageGiB: 500,
    monitoring: { intervalSeconds: 60, roleArn: 'arn:role' },
    performanceInsights: { enabled: true, kmsKey: 'pi-key', retentionDays: 7 },
  };
  const inputOf = () => {
    const { input } = mock.commandCalls(CreateDBInstanceReadReplicaCommand)[0]?.args[0] ?? { input: {} };
    return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  };

  it('are made with all that the call takes, and nothing that PostgreSQL cannot be made with', async () => {
    mock.on(CreateDBInstanceReadReplicaCommand).resolves({});
    const source = 'arn:aws:rds:us-west-2:123456789012:db:prod';
    await rds.createReplica(source, monitored);
    const {
      DBParameterGroupName: _group,
      BackupRetentionPeriod: _days,
      PreferredBackupWindow: _window,
      ...sent
    } = settingsSent as Record<string, unknown>;
    expect(inputOf()).toEqual({
      ...sent,
      DBInstanceIdentifier: 'restored',
      SourceDBInstanceIdentifier: source,
      KmsKeyId: 'arn:aws:kms:us-east-1:123456789012:key/k',
      MaxAllocatedStorage: 500,
      MonitoringInterval: 60,
      MonitoringRoleArn: 'arn:role',
      EnablePerformanceInsights: true,
      PerformanceInsightsKMSKeyId: 'pi-key',
      PerformanceInsightsRetentionPeriod: 7,
    });
  });

  it('are sent nothing about a feature that is off', async () => {
    mock.on(CreateDBInstanceReadReplicaCommand).resolves({});
    const performanceInsights = { enabled: false, kmsKey: 'pi-key', retentionDays: 7 };
    await rds.createReplica('prod', { ...monitored, performanceInsights });
    const sent = inputOf();
    expect(sent).toMatchObject({ EnablePerformanceInsights: false });
    expect(Object.keys(sent).filter((name) => name.startsWith('PerformanceInsights'))).toEqual([]);
  });

  it('are promoted with a retention that is said, since the default is a day', async () => {
    mock.on(PromoteReadReplicaCommand).resolves({});
    await rds.promoteReplica({ replica: 'dr', backupRetentionDays: 30, backupWindow: '03:00-03:30' });
    expect(mock).toHaveReceivedCommandWith(PromoteReadReplicaCommand, {
      DBInstanceIdentifier: 'dr',
      BackupRetentionPeriod: 30,
      PreferredBackupWindow: '03:00-03:30',
    });
    mock.on(PromoteReadReplicaCommand).rejects(fault('InvalidDBInstanceStateFault', 'InvalidDBInstanceState'));
    await expect(rds.promoteReplica({ replica: 'dr', backupRetentionDays: 30 })).rejects.toMatchObject({
      code: 'invalid-state',
    });
  });

  it('tell how their replication fares', async () => {
    const StatusInfos = [
      { StatusType: 'something else', Normal: false },
      { StatusType: 'read replication', Normal: false, Status: 'error', Message: 'storage is full' },
    ];
    mock.on(DescribeDBInstancesCommand).resolves({ DBInstances: [{ DBInstanceIdentifier: 'dr', StatusInfos }] });
    const replication = { status: 'error', normal: false, message: 'storage is full' };
    expect(await rds.describeInstance('dr')).toMatchObject({ replication });
    mock.on(DescribeDBInstancesCommand).resolves({
      DBInstances: [{ DBInstanceIdentifier: 'dr', StatusInfos: [{ StatusType: 'read replication' }] }],
    });
    expect(await rds.describeInstance('dr')).toMatchObject({ replication: { status: 'unknown', normal: false } });
  });
});

it('tags an instance by its ARN', async () => {
  mock.on(AddTagsToResourceCommand).resolves({});
  await rds.tagInstance({ arn: 'arn:aws:rds:us-east-1:123456789012:db:dr', tags: { Team: 'zephyr' } });
  expect(mock).toHaveReceivedCommandWith(AddTagsToResourceCommand, {
    ResourceName: 'arn:aws:rds:us-east-1:123456789012:db:dr',
    Tags: [{ Key: 'Team', Value: 'zephyr' }],
  });
});

describe('copies', () => {
  it('copies by the name or ARN given, with a key and tags', async () => {
    mock.on(CopyDBSnapshotCommand).resolves({});
    const source = 'arn:aws:rds:us-east-1:123456789012:snapshot:a';
    await rds.copySnapshot({ source, snapshot: 'b', kmsKey: 'alias/k', tags: { Team: 'zephyr' } });
    expect(mock).toHaveReceivedCommandWith(CopyDBSnapshotCommand, {
      SourceDBSnapshotIdentifier: source,
      TargetDBSnapshotIdentifier: 'b',
      KmsKeyId: 'alias/k',
      Tags: [{ Key: 'Team', Value: 'zephyr' }],
    });
    mock.on(CopyDBSnapshotCommand).rejects(fault('InvalidDBSnapshotStateFault', 'InvalidDBSnapshotState'));
    await expect(rds.copySnapshot({ source, snapshot: 'b', tags: {} })).rejects.toMatchObject({
      code: 'invalid-state',
    });
  });
});

describe('the past', () => {
  it('is listed as automated backups, with a window only where both ends are known', async () => {
    const EarliestTime = new Date('2025-10-09T00:00:00Z');
    const LatestTime = new Date('2025-11-09T00:00:00Z');
    mock.on(DescribeDBInstanceAutomatedBackupsCommand).resolves({
      DBInstanceAutomatedBackups: [
        {
          DbiResourceId: 'db-A',
          DBInstanceIdentifier: 'Zephyr',
          Region: 'us-east-1',
          Status: 'Active',
          DBInstanceAutomatedBackupsArn: 'arn:ab',
          RestoreWindow: { EarliestTime, LatestTime },
          BackupRetentionPeriod: 30,
          Engine: 'postgres',
          EngineVersion: '15.18',
          AllocatedStorage: 100,
          Encrypted: true,
          KmsKeyId: 'arn:key',
          TagList: [{ Key: 'Environment', Value: 'production' }],
        },
        { DbiResourceId: 'db-B', Status: 'creating', RestoreWindow: { EarliestTime } },
      ],
    });
    const [first, second] = await all(rds.listAutomatedBackups({ resourceId: 'db-A' }));
    expect(first).toEqual({
      resourceId: 'db-A',
      instance: 'zephyr',
      region: 'us-east-1',
      status: 'active',
      arn: 'arn:ab',
      restoreWindow: { earliest: EarliestTime, latest: LatestTime },
      retentionDays: 30,
      engine: 'postgres',
      engineVersion: '15.18',
      allocatedStorageGiB: 100,
      encrypted: true,
      kmsKey: 'arn:key',
      tags: { Environment: 'production' },
    });
    expect(second?.restoreWindow).toBeUndefined();
    expect(mock).toHaveReceivedCommandWith(DescribeDBInstanceAutomatedBackupsCommand, { DbiResourceId: 'db-A' });
  });

  it('is empty where there are no automated backups', async () => {
    mock
      .on(DescribeDBInstanceAutomatedBackupsCommand)
      .rejects(fault('DBInstanceAutomatedBackupNotFoundFault', 'DBInstanceAutomatedBackupNotFound'));
    expect(await all(rds.listAutomatedBackups({}))).toEqual([]);
    mock.on(DescribeDBInstanceAutomatedBackupsCommand).rejects(fault('AccessDenied', 'AccessDenied'));
    await expect(all(rds.listAutomatedBackups({}))).rejects.toMatchObject({ code: 'access-denied' });
  });

  it('is listed as events of one source', async () => {
    const at = new Date('2025-11-09T14:20:00Z');
    mock.on(DescribeEventsCommand).resolves({
      Events: [
        { Date: at, SourceIdentifier: 'zephyr', Message: 'DB instance restarted', EventCategories: ['availability'] },
        { Message: 'without a time' },
      ],
    });
    const filter = { sourceType: 'db-instance', source: 'zephyr', since: at, until: at } as const;
    expect(await all(rds.listEvents(filter))).toEqual([
      { at, source: 'zephyr', message: 'DB instance restarted', categories: ['availability'] },
    ]);
    expect(mock).toHaveReceivedCommandWith(DescribeEventsCommand, {
      SourceType: 'db-instance',
      SourceIdentifier: 'zephyr',
      StartTime: at,
      EndTime: at,
    });
  });

  it('is bounded by quotas', async () => {
    mock.on(DescribeAccountAttributesCommand).resolves({
      AccountQuotas: [{ AccountQuotaName: 'ManualSnapshots', Used: 99, Max: 100 }, { Used: 1 }],
    });
    expect([...(await rds.accountQuotas())]).toEqual([['ManualSnapshots', { used: 99, max: 100 }]]);
  });
});

describe('the version of an engine', () => {
  it('is offered, offered no more, or not known at all', async () => {
    const answer = (EngineVersion: string, Status: string | undefined): void => {
      mock
        .on(DescribeDBEngineVersionsCommand, { Engine: 'postgres', EngineVersion, IncludeAll: true })
        .resolves({ DBEngineVersions: Status === undefined ? [] : [{ EngineVersion, Status }] });
    };
    answer('15.4', 'available');
    answer('10.23', 'deprecated');
    answer('8.1', undefined);
    const statusOf = (engineVersion: string) => rds.engineVersionStatus({ engine: 'postgres', engineVersion });
    expect(await Promise.all(['15.4', '10.23', '8.1'].map(statusOf))).toEqual(['available', 'deprecated', undefined]);
  });
});

describe('what can be ordered', () => {
  const version = { engine: 'postgres', engineVersion: '15.18' };

  it('is read to the end of its pages, and what RDS does not deny is possible', async () => {
    const asked = { Engine: 'postgres', EngineVersion: '15.18', MaxRecords: 1_000 };
    mock.on(DescribeOrderableDBInstanceOptionsCommand, asked).resolves({
      OrderableDBInstanceOptions: [
        {
          DBInstanceClass: 'db.t3.large',
          StorageType: 'gp3',
          AvailabilityZones: [{ Name: 'us-east-1a' }, {}],
          MultiAZCapable: false,
          SupportsStorageEncryption: false,
          SupportsIAMDatabaseAuthentication: false,
        },
        { StorageType: 'gp3' },
      ],
      Marker: 'more',
    });
    mock
      .on(DescribeOrderableDBInstanceOptionsCommand, { ...asked, Marker: 'more' })
      .resolves({ OrderableDBInstanceOptions: [{ DBInstanceClass: 'db.m6g.large' }] });
    expect(await all(rds.listOrderableOptions(version))).toEqual([
      {
        instanceClass: 'db.t3.large',
        storageType: 'gp3',
        zones: ['us-east-1a'],
        multiAz: false,
        encryption: false,
        iamAuthentication: false,
      },
      { instanceClass: 'db.m6g.large', zones: [], multiAz: true, encryption: true, iamAuthentication: true },
    ]);
  });

  it('is nothing for a class that RDS makes none of', async () => {
    mock
      .on(DescribeOrderableDBInstanceOptionsCommand, { DBInstanceClass: 'db.m4.large', EngineVersion: '15.18' })
      .resolves({});
    expect(await all(rds.listOrderableOptions({ ...version, instanceClass: 'db.m4.large' }))).toEqual([]);
  });

  it('says who may not ask', async () => {
    mock.on(DescribeOrderableDBInstanceOptionsCommand).rejects(fault('AccessDenied', 'AccessDenied'));
    await expect(all(rds.listOrderableOptions(version))).rejects.toMatchObject({
      code: 'access-denied',
      message: 'RDS DescribeOrderableDBInstanceOptions of every class of postgres 15.18 failed: no',
    });
  });
});

describe('the zones of a subnet group', () => {
  it('are those of its subnets, each once', async () => {
    const subnet = (Name: string) => ({ SubnetAvailabilityZone: { Name } });
    const answer = (DBSubnetGroupName: string, found: object): void => {
      mock.on(DescribeDBSubnetGroupsCommand, { DBSubnetGroupName }).resolves(found);
    };
    answer('private', {
      DBSubnetGroups: [{ Subnets: [subnet('us-east-1b'), subnet('us-east-1a'), {}, subnet('us-east-1b')] }],
    });
    answer('bare', { DBSubnetGroups: [{}] });
    answer('nothing', {});
    expect(await rds.subnetGroupZones('private')).toEqual(['us-east-1a', 'us-east-1b']);
    expect(await rds.subnetGroupZones('bare')).toEqual([]);
    expect(await rds.subnetGroupZones('nothing')).toBeUndefined();
  });

  it('are none of a group that is not there, and unknown where nobody may look', async () => {
    const answer = (DBSubnetGroupName: string, error: Error): void => {
      mock.on(DescribeDBSubnetGroupsCommand, { DBSubnetGroupName }).rejects(error);
    };
    answer('gone', fault('DBSubnetGroupNotFoundFault', 'DBSubnetGroupNotFoundFault'));
    answer('secret', fault('AccessDenied', 'AccessDenied'));
    expect(await rds.subnetGroupZones('gone')).toBeUndefined();
    await expect(rds.subnetGroupZones('secret')).rejects.toMatchObject({ code: 'access-denied' });
  });
});

describe('sharing of a snapshot', () => {
  it('is who may restore it', async () => {
    mock.on(DescribeDBSnapshotAttributesCommand, { DBSnapshotIdentifier: 'shared' }).resolves({
      DBSnapshotAttributesResult: {
        DBSnapshotAttributes: [
          { AttributeName: 'other', AttributeValues: ['x'] },
          { AttributeName: 'restore', AttributeValues: ['210987654321', 'all'] },
        ],
      },
    });
    mock.on(DescribeDBSnapshotAttributesCommand, { DBSnapshotIdentifier: 'own' }).resolves({
      DBSnapshotAttributesResult: { DBSnapshotAttributes: [{ AttributeName: 'restore' }] },
    });
    mock
      .on(DescribeDBSnapshotAttributesCommand, { DBSnapshotIdentifier: 'gone' })
      .rejects(Object.assign(new Error('no'), { name: 'DBSnapshotNotFoundFault' }));
    mock
      .on(DescribeDBSnapshotAttributesCommand, { DBSnapshotIdentifier: 'denied' })
      .rejects(Object.assign(new Error('no'), { name: 'AccessDenied' }));
    expect(await rds.snapshotSharedWith('shared')).toEqual(['210987654321', 'all']);
    expect(await rds.snapshotSharedWith('own')).toEqual([]);
    expect(await rds.snapshotSharedWith('gone')).toBeUndefined();
    await expect(rds.snapshotSharedWith('denied')).rejects.toMatchObject({ code: 'access-denied' });
  });
});

describe('every call', () => {
  const calls: readonly [string, (port: RdsPort, signal: AbortSignal) => Promise<unknown>][] = [
    ['describeInstance', (port, signal) => port.describeInstance('i', { signal })],
    ['describeInstanceByResourceId', (port, signal) => port.describeInstanceByResourceId('db-A', { signal })],
    ['listInstances', (port, signal) => all(port.listInstances({ signal }))],
    ['modifyInstance', (port, signal) => port.modifyInstance('i', {}, { signal })],
    ['rebootInstance', (port, signal) => port.rebootInstance('i', { signal })],
    ['deleteInstance', (port, signal) => port.deleteInstance('i', { deleteAutomatedBackups: false }, { signal })],
    ['describeSnapshot', (port, signal) => port.describeSnapshot('s', { signal })],
    ['listSnapshots', (port, signal) => all(port.listSnapshots({}, { signal }))],
    ['createSnapshot', (port, signal) => port.createSnapshot({ snapshot: 's', instance: 'i', tags: {} }, { signal })],
    ['deleteSnapshot', (port, signal) => port.deleteSnapshot('s', { signal })],
    ['restoreFromSnapshot', (port, signal) => port.restoreFromSnapshot('s', settings, { signal })],
    [
      'restoreToPointInTime',
      (port, signal) =>
        port.restoreToPointInTime({ from: { kind: 'instance', identifier: 'i' }, to: { kind: 'latest' } }, settings, {
          signal,
        }),
    ],
    [
      'createReplica',
      (port, signal) =>
        port.createReplica(
          's',
          { ...settings, monitoring: { intervalSeconds: 0 }, performanceInsights: { enabled: false } },
          { signal },
        ),
    ],
    ['promoteReplica', (port, signal) => port.promoteReplica({ replica: 'i', backupRetentionDays: 1 }, { signal })],
    ['tagInstance', (port, signal) => port.tagInstance({ arn: 'a', tags: {} }, { signal })],
    ['listAutomatedBackups', (port, signal) => all(port.listAutomatedBackups({}, { signal }))],
    [
      'listEvents',
      (port, signal) =>
        all(port.listEvents({ sourceType: 'db-instance', source: 'i', since: new Date(0) }, { signal })),
    ],
    [
      'engineVersionStatus',
      (port, signal) => port.engineVersionStatus({ engine: 'postgres', engineVersion: '15.4' }, { signal }),
    ],
    ['accountQuotas', (port, signal) => port.accountQuotas({ signal })],
    ['snapshotSharedWith', (port, signal) => port.snapshotSharedWith('s', { signal })],
  ];

  it.each(calls)('%s sends nothing under a signal that has fired', async (_name, call) => {
    await expect(call(rds, AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
    expect(mock.calls()).toHaveLength(0);
  });

  it.each(calls)('%s hands the signal on, and rejects with its reason', async (_name, call) => {
    const abort = new AbortController();
    mock.reset();
    mock.onAnyCommand().callsFake(() => {
      abort.abort(new Error('in flight'));
      throw Object.assign(new Error('Request aborted'), { name: 'AbortError' });
    });
    await expect(call(rds, abort.signal)).rejects.toThrow('in flight');
    const sent: readonly unknown[] = mock.calls()[0]?.args ?? [];
    expect(sent[1]).toMatchObject({ abortSignal: abort.signal });
  });
});
