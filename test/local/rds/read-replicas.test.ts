import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateDBInstanceReadReplicaCommand,
  type CreateDBInstanceReadReplicaCommandInput,
  DeleteDBInstanceCommand,
  DescribeDBSnapshotsCommand,
  DescribeEventsCommand,
  ModifyDBInstanceCommand,
  PromoteReadReplicaCommand,
  type RDSClient,
} from '@aws-sdk/client-rds';
import type { LocalRegion } from '@zephyr/backup/local';
import { describe, expect, it } from 'vitest';
import { twoRegions } from './support/regions.js';
import {
  makeInstance,
  makeParameterGroup,
  makeSubnetGroup,
  minute,
  describe as read,
  statuses,
  type VirtualRegion,
  virtualRegion,
} from './support/virtual-region.js';

const prodArn = 'arn:aws:rds:us-east-1:123456789012:db:prod';

const create = (rds: RDSClient, name: string, more: Partial<CreateDBInstanceReadReplicaCommandInput> = {}) =>
  rds.send(
    new CreateDBInstanceReadReplicaCommand({ DBInstanceIdentifier: name, SourceDBInstanceIdentifier: 'prod', ...more }),
  );

/** A replica that is there. */
async function makeReplica({ rds, clock }: VirtualRegion, name: string, more = {}) {
  await create(rds, name, more);
  await clock.sleep(40 * minute);
  return read(rds, name);
}

async function lagOf(region: LocalRegion, name: string): Promise<number | undefined> {
  const { endpoint, credentials, requestHandler } = region;
  const client = new CloudWatchClient({ region: region.region, endpoint, credentials, requestHandler });
  const now = region.clock.now().getTime();
  const Dimensions = [{ Name: 'DBInstanceIdentifier', Value: name }];
  const Metric = { Namespace: 'AWS/RDS', MetricName: 'ReplicaLag', Dimensions };
  const { MetricDataResults } = await client.send(
    new GetMetricDataCommand({
      StartTime: new Date(now - 5 * minute),
      EndTime: new Date(now),
      MetricDataQueries: [{ Id: 'lag', MetricStat: { Metric, Period: 60, Stat: 'Average' } }],
    }),
  );
  return MetricDataResults?.[0]?.Values?.[0];
}

const messages = async (rds: RDSClient, name: string): Promise<(string | undefined)[]> => {
  const input = { SourceType: 'db-instance', SourceIdentifier: name, Duration: 1440 } as const;
  const { Events } = await rds.send(new DescribeEventsCommand(input));
  return Events?.map(({ Message }) => Message) ?? [];
};

describe('CreateDBInstanceReadReplica', () => {
  it('makes a replica with what it has from its source and with what it has not', async () => {
    await using virtual = await virtualRegion();
    await makeSubnetGroup(virtual, 'private');
    await makeInstance(virtual, 'prod', {
      MultiAZ: true,
      DeletionProtection: true,
      EnableIAMDatabaseAuthentication: true,
      DBSubnetGroupName: 'private',
      VpcSecurityGroupIds: ['sg-1'],
      Port: 5433,
      StorageEncrypted: true,
      KmsKeyId: 'key-1',
      Tags: [{ Key: 'a', Value: 'b' }],
      CopyTagsToSnapshot: true,
      MaxAllocatedStorage: 500,
    });
    const { DBInstance: answer } = await create(virtual.rds, 'replica');
    expect(answer).toMatchObject({ DBInstanceStatus: 'creating', ReadReplicaSourceDBInstanceIdentifier: 'prod' });
    expect(answer?.StatusInfos ?? []).toEqual([]);
    await virtual.clock.sleep(40 * minute);
    const replica = await read(virtual.rds, 'replica');
    expect(replica).toMatchObject({
      DBInstanceStatus: 'available',
      DBInstanceClass: 'db.r6g.large',
      AllocatedStorage: 100,
      DBSubnetGroup: { DBSubnetGroupName: 'private' },
      Endpoint: { Port: 5433 },
      StorageEncrypted: true,
      KmsKeyId: 'key-1',
      MultiAZ: false,
      DeletionProtection: false,
      IAMDatabaseAuthenticationEnabled: false,
      CopyTagsToSnapshot: false,
      BackupRetentionPeriod: 0,
      VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-default' }],
      TagList: [],
      StatusInfos: [{ StatusType: 'read replication', Normal: true, Status: 'replicating' }],
    });
    expect(replica.LatestRestorableTime).toBeUndefined();
    expect(replica.MaxAllocatedStorage).toBeUndefined();
    expect((await read(virtual.rds, 'prod')).ReadReplicaDBInstanceIdentifiers).toEqual(['replica']);
  });

  it('keeps its source busy while it is copied', async () => {
    await using virtual = await virtualRegion();
    const { DbiResourceId = '' } = await makeInstance(virtual, 'prod');
    await create(virtual.rds, 'replica');
    await expect(create(virtual.rds, 'other')).rejects.toMatchObject({ name: 'InvalidDBInstanceStateFault' });
    expect(await statuses(virtual, DbiResourceId, 30_000, 20)).toEqual(['available', 'modifying', 'available']);
  });

  it.each([
    [
      'of a source without backups',
      { SourceDBInstanceIdentifier: 'plain' },
      'InvalidDBInstanceStateFault',
      /backup retention period/,
    ],
    [
      'of a replica without backups',
      { SourceDBInstanceIdentifier: 'first' },
      'InvalidDBInstanceStateFault',
      /backup retention period/,
    ],
    ['of nothing', { SourceDBInstanceIdentifier: 'nobody' }, 'DBInstanceNotFoundFault', /nobody/],
    [
      'of an instance in a region that is not there',
      { SourceDBInstanceIdentifier: prodArn.replace('east-1', 'west-2') },
      'DBInstanceNotFoundFault',
      /west-2/,
    ],
    ['with a name that is taken', { DBInstanceIdentifier: 'plain' }, 'DBInstanceAlreadyExistsFault', /exists/],
    ['with a key of its own', { KmsKeyId: 'key-2' }, 'InvalidParameterCombination', /encrypted/],
    ['with a parameter group', { DBParameterGroupName: 'own' }, 'InvalidParameterCombination', /postgres/],
  ])('refuses one %s', async (_what, wrong, name, message) => {
    await using virtual = await virtualRegion();
    await makeInstance(virtual, 'prod');
    await makeInstance(virtual, 'plain', { BackupRetentionPeriod: 0 });
    await makeReplica(virtual, 'first');
    await expect(create(virtual.rds, 'replica', wrong)).rejects.toMatchObject({
      name,
      message: expect.stringMatching(message),
    });
  });

  it('refuses a sixteenth', async () => {
    await using virtual = await virtualRegion();
    await makeInstance(virtual, 'prod');
    for (let index = 0; index < 15; index += 1) await makeReplica(virtual, `replica-${index}`);
    await expect(create(virtual.rds, 'sixteenth')).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });
});

describe('a replica of a replica', () => {
  const backedUp = async (virtual: VirtualRegion, name: string): Promise<void> => {
    const DBInstanceIdentifier = name;
    await virtual.rds.send(
      new ModifyDBInstanceCommand({ DBInstanceIdentifier, BackupRetentionPeriod: 1, ApplyImmediately: true }),
    );
    await virtual.clock.sleep(60 * minute);
  };
  const chain = async (virtual: VirtualRegion): Promise<void> => {
    await makeInstance(virtual, 'prod');
    await makeReplica(virtual, 'one');
    await backedUp(virtual, 'one');
    await makeReplica(virtual, 'two', { SourceDBInstanceIdentifier: 'one' });
  };

  it('follows it, and lags with it', async () => {
    await using virtual = await virtualRegion();
    await chain(virtual);
    expect(await read(virtual.rds, 'one')).toMatchObject({
      ReadReplicaSourceDBInstanceIdentifier: 'prod',
      ReadReplicaDBInstanceIdentifiers: ['two'],
    });
    expect((await read(virtual.rds, 'prod')).ReadReplicaDBInstanceIdentifiers).toEqual(['one']);
    expect((await read(virtual.rds, 'two')).ReadReplicaSourceDBInstanceIdentifier).toBe('one');
    await virtual.region.replicas.hold('one');
    await virtual.clock.sleep(minute);
    await virtual.region.replicas.hold('two');
    await virtual.clock.sleep(minute);
    expect(await lagOf(virtual.region, 'two')).toBe(120);
    await virtual.region.replicas.release('one');
    expect(await lagOf(virtual.region, 'two')).toBe(60);
  });

  it('stays with it when it is promoted, and is promoted itself when it is deleted', async () => {
    await using virtual = await virtualRegion();
    await chain(virtual);
    await virtual.rds.send(new PromoteReadReplicaCommand({ DBInstanceIdentifier: 'one' }));
    await virtual.clock.sleep(60 * minute);
    expect(await read(virtual.rds, 'one')).toMatchObject({
      StatusInfos: [],
      ReadReplicaDBInstanceIdentifiers: ['two'],
    });
    expect((await read(virtual.rds, 'two')).StatusInfos).toMatchObject([{ Status: 'replicating' }]);
    await virtual.rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'one', SkipFinalSnapshot: true }));
    await virtual.clock.sleep(60 * minute);
    const two = await read(virtual.rds, 'two');
    expect(two).toMatchObject({ DBInstanceStatus: 'available', StatusInfos: [] });
    expect(two.ReadReplicaSourceDBInstanceIdentifier).toBeUndefined();
  });

  it('is refused behind three, before 14.1 and across regions', async () => {
    await using regions = await twoRegions();
    const { east, west } = regions;
    await chain(east);
    await backedUp(east, 'two');
    await makeReplica(east, 'three', { SourceDBInstanceIdentifier: 'two' });
    await backedUp(east, 'three');
    const refused = {
      name: 'InvalidDBInstanceStateFault',
      message: expect.stringContaining('is a read replica itself'),
    };
    await expect(create(east.rds, 'four', { SourceDBInstanceIdentifier: 'three' })).rejects.toMatchObject(refused);
    const SourceDBInstanceIdentifier = (await read(east.rds, 'one')).DBInstanceArn;
    await expect(create(west.rds, 'far', { SourceDBInstanceIdentifier })).rejects.toMatchObject(refused);
    await makeReplica(west, 'dr', { SourceDBInstanceIdentifier: prodArn });
    await backedUp(west, 'dr');
    await expect(create(west.rds, 'near', { SourceDBInstanceIdentifier: 'dr' })).rejects.toMatchObject(refused);
    await makeInstance(east, 'old', { EngineVersion: '13.9' });
    await makeReplica(east, 'old-one', { SourceDBInstanceIdentifier: 'old' });
    await backedUp(east, 'old-one');
    await expect(create(east.rds, 'old-two', { SourceDBInstanceIdentifier: 'old-one' })).rejects.toMatchObject(refused);
  });
});

describe('a replica', () => {
  it('stays with its source when either is renamed', async () => {
    await using virtual = await virtualRegion();
    const { rds, clock } = virtual;
    await makeInstance(virtual, 'prod');
    await makeReplica(virtual, 'replica');
    const rename = async (from: string, to: string): Promise<void> => {
      const change = { DBInstanceIdentifier: from, NewDBInstanceIdentifier: to, ApplyImmediately: true };
      await rds.send(new ModifyDBInstanceCommand(change));
      await clock.sleep(10 * minute);
    };
    await rename('prod', 'old');
    await rename('replica', 'reader');
    expect((await read(rds, 'reader')).ReadReplicaSourceDBInstanceIdentifier).toBe('old');
    expect((await read(rds, 'old')).ReadReplicaDBInstanceIdentifiers).toEqual(['reader']);
  });

  it('is deleted without a final snapshot, and its source knows it no more', async () => {
    await using virtual = await virtualRegion();
    const { rds, clock } = virtual;
    await makeInstance(virtual, 'prod');
    await makeReplica(virtual, 'replica');
    const remove = { DBInstanceIdentifier: 'replica', FinalDBSnapshotIdentifier: 'last' };
    await expect(rds.send(new DeleteDBInstanceCommand(remove))).rejects.toMatchObject({
      name: 'InvalidParameterCombination',
    });
    await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'replica', SkipFinalSnapshot: true }));
    await clock.sleep(10 * minute);
    expect((await read(rds, 'prod')).ReadReplicaDBInstanceIdentifiers).toEqual([]);
  });

  it('is promoted when its source is deleted', async () => {
    await using virtual = await virtualRegion();
    const { rds, clock } = virtual;
    await makeInstance(virtual, 'prod');
    await makeReplica(virtual, 'replica');
    await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'prod', SkipFinalSnapshot: true }));
    await clock.sleep(20 * minute);
    const left = await read(rds, 'replica');
    expect(left).toMatchObject({ DBInstanceStatus: 'available', StatusInfos: [], BackupRetentionPeriod: 0 });
    expect(left.ReadReplicaSourceDBInstanceIdentifier).toBeUndefined();
  });

  it('lags for as long as it is held back', async () => {
    await using virtual = await virtualRegion();
    const { region, clock } = virtual;
    await makeInstance(virtual, 'prod');
    await makeReplica(virtual, 'replica');
    expect(await lagOf(region, 'prod')).toBeUndefined();
    expect(await lagOf(region, 'replica')).toBe(0);
    await region.replicas.hold('replica');
    await clock.sleep(3 * minute);
    expect(await lagOf(region, 'replica')).toBe(180);
    await region.replicas.hold('replica', 'replay');
    await clock.sleep(minute);
    expect(await lagOf(region, 'replica')).toBe(240);
    await region.replicas.release('replica');
    await clock.sleep(minute);
    expect(await lagOf(region, 'replica')).toBe(0);
    await expect(region.replicas.hold('prod')).rejects.toMatchObject({ code: 'invalid-input', field: 'identifier' });
    await expect(region.replicas.release('nobody')).rejects.toMatchObject({ code: 'invalid-input' });
  });
});

describe('a replica whose replication stops', () => {
  it('says so until it follows again, and can be promoted as it is', async () => {
    await using virtual = await virtualRegion();
    const { rds, region, clock } = virtual;
    await makeInstance(virtual, 'prod');
    await makeReplica(virtual, 'replica');
    await region.replicas.stop('replica', 'no space left');
    expect((await read(rds, 'replica')).StatusInfos).toEqual([
      { StatusType: 'read replication', Normal: false, Status: 'error', Message: 'no space left' },
    ]);
    expect(await lagOf(region, 'replica')).toBe(-1);
    await region.replicas.release('replica');
    expect((await read(rds, 'replica')).StatusInfos).toMatchObject([{ Normal: true, Status: 'replicating' }]);
    expect((await messages(rds, 'replica')).slice(-2)).toEqual([
      'Replication has stopped.',
      'Replication has resumed.',
    ]);
    await region.replicas.stop('replica');
    await rds.send(new PromoteReadReplicaCommand({ DBInstanceIdentifier: 'replica' }));
    await clock.sleep(20 * minute);
    expect((await read(rds, 'replica')).StatusInfos).toEqual([]);
  });

  it('has the password of its source, and no other', async () => {
    await using virtual = await virtualRegion();
    await makeInstance(virtual, 'prod');
    await makeReplica(virtual, 'replica');
    const change = { DBInstanceIdentifier: 'replica', MasterUserPassword: 'battery staple' };
    await expect(virtual.rds.send(new ModifyDBInstanceCommand(change))).rejects.toMatchObject({
      name: 'InvalidParameterCombination',
    });
  });
});

describe('PromoteReadReplica', () => {
  it('ends replication, reboots and takes the first backup', async () => {
    await using virtual = await virtualRegion();
    const { rds, clock } = virtual;
    await makeInstance(virtual, 'prod');
    const { DbiResourceId = '' } = await makeReplica(virtual, 'replica');
    const input = { DBInstanceIdentifier: 'replica', BackupRetentionPeriod: 30, PreferredBackupWindow: '01:00-02:00' };
    const { DBInstance: answer } = await rds.send(new PromoteReadReplicaCommand(input));
    expect(answer?.DBInstanceStatus).toBe('modifying');
    await expect(rds.send(new PromoteReadReplicaCommand(input))).rejects.toMatchObject({
      name: 'InvalidDBInstanceStateFault',
    });
    // The first read is stale: it shows the replica as it was (facts 0.7).
    expect(await statuses(virtual, DbiResourceId, 30_000, 30)).toEqual([
      'available',
      'modifying',
      'rebooting',
      'backing-up',
      'available',
    ]);
    const promoted = await read(rds, 'replica');
    expect(promoted).toMatchObject({
      StatusInfos: [],
      BackupRetentionPeriod: 30,
      PreferredBackupWindow: '01:00-02:00',
    });
    expect(promoted.ReadReplicaSourceDBInstanceIdentifier).toBeUndefined();
    expect(promoted.LatestRestorableTime).toBeInstanceOf(Date);
    expect((await read(rds, 'prod')).ReadReplicaDBInstanceIdentifiers).toEqual([]);
    expect(await messages(rds, 'replica')).toEqual([
      'DB instance created',
      'Replication streaming has been terminated.',
      'DB instance shutdown',
      'DB instance restarted',
      'Backing up DB instance',
      'Finished DB Instance backup',
    ]);
    await clock.sleep(minute);
    await expect(rds.send(new PromoteReadReplicaCommand(input))).rejects.toMatchObject({
      name: 'InvalidDBInstanceStateFault',
      message: 'DB Instance is not a read replica',
    });
  });

  it('keeps backups for one day unless told otherwise', async () => {
    await using virtual = await virtualRegion();
    await makeInstance(virtual, 'prod');
    await makeReplica(virtual, 'replica');
    await virtual.rds.send(new PromoteReadReplicaCommand({ DBInstanceIdentifier: 'replica' }));
    await virtual.clock.sleep(20 * minute);
    expect((await read(virtual.rds, 'replica')).BackupRetentionPeriod).toBe(1);
  });

  it.each([
    ['a retention of 36 days', { BackupRetentionPeriod: 36 }],
    ['a window that is none', { PreferredBackupWindow: 'at night' }],
  ])('refuses %s', async (_what, wrong) => {
    await using virtual = await virtualRegion();
    await makeInstance(virtual, 'prod');
    await makeReplica(virtual, 'replica');
    const input = { DBInstanceIdentifier: 'replica', ...wrong };
    await expect(virtual.rds.send(new PromoteReadReplicaCommand(input))).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
  });
});

describe('across regions', () => {
  it('a replica and its source know each other by ARN; its groups are the defaults', async () => {
    await using regions = await twoRegions();
    const { east, west } = regions;
    await makeParameterGroup(east, 'own');
    await makeSubnetGroup(east, 'private');
    await makeInstance(east, 'prod', { DBParameterGroupName: 'own', DBSubnetGroupName: 'private' });
    await expect(create(west.rds, 'dr', { SourceDBInstanceIdentifier: 'prod' })).rejects.toMatchObject({
      name: 'DBInstanceNotFoundFault',
    });
    const replica = await makeReplica(west, 'dr', { SourceDBInstanceIdentifier: prodArn });
    expect(replica).toMatchObject({
      DBInstanceStatus: 'available',
      ReadReplicaSourceDBInstanceIdentifier: prodArn,
      DBSubnetGroup: { DBSubnetGroupName: 'default' },
      DBParameterGroups: [{ DBParameterGroupName: 'default.postgres15' }],
    });
    expect((await read(east.rds, 'prod')).ReadReplicaDBInstanceIdentifiers).toEqual([
      'arn:aws:rds:us-west-2:123456789012:db:dr',
    ]);
  });

  it('one in the making shows the snapshots that it is made by, which go again', async () => {
    await using regions = await twoRegions();
    const { east, west } = regions;
    const { DbiResourceId = '' } = await makeInstance(east, 'prod');
    const automated = async ({ rds }: VirtualRegion) => {
      const input = { SnapshotType: 'automated', DbiResourceId };
      const { DBSnapshots = [] } = await rds.send(new DescribeDBSnapshotsCommand(input));
      return DBSnapshots.map(({ DBSnapshotIdentifier: name, Status }) => `${name} ${Status}`).sort();
    };
    const [own] = await automated(east);
    await create(west.rds, 'dr', { SourceDBInstanceIdentifier: prodArn });
    const [first, second] = await automated(east);
    expect([first, second?.replace(/-[-\d]+ /, ' ')]).toEqual([own, 'rds:prod creating']);
    expect(await automated(west)).toEqual([]);
    await east.clock.sleep(10 * minute);
    const name = second?.replace(' creating', '');
    expect(await automated(east)).toEqual([own, `${name} available`]);
    expect(await automated(west)).toEqual([`${name} creating`]);
    await east.clock.sleep(60 * minute);
    expect(await automated(east)).toEqual([own]);
    expect(await automated(west)).toEqual([]);
  });

  it('an encrypted one needs a key of its own region', async () => {
    await using regions = await twoRegions();
    const { east, west } = regions;
    await makeInstance(east, 'prod', { StorageEncrypted: true });
    const make = (more: object) => create(west.rds, 'dr', { SourceDBInstanceIdentifier: prodArn, ...more });
    await expect(make({})).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
    const KmsKeyId = 'arn:aws:kms:us-east-1:123456789012:key/1';
    await expect(make({ KmsKeyId })).rejects.toMatchObject({ name: 'KMSKeyNotAccessibleFault' });
    const { DBInstance } = await make({ KmsKeyId: KmsKeyId.replace('east-1', 'west-2') });
    expect(DBInstance).toMatchObject({ StorageEncrypted: true, KmsKeyId: expect.stringContaining('us-west-2') });
  });

  it('a replica whose source is deleted is terminated, not promoted, and can be promoted by hand', async () => {
    await using regions = await twoRegions();
    const { east, west } = regions;
    await makeInstance(east, 'prod');
    await makeReplica(west, 'dr', { SourceDBInstanceIdentifier: prodArn });
    await east.rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'prod', SkipFinalSnapshot: true }));
    await east.clock.sleep(20 * minute);
    await expect(read(east.rds, 'prod')).rejects.toMatchObject({ name: 'DBInstanceNotFoundFault' });
    expect(await read(west.rds, 'dr')).toMatchObject({
      DBInstanceStatus: 'available',
      ReadReplicaSourceDBInstanceIdentifier: prodArn,
      StatusInfos: [{ Normal: false, Status: 'terminated' }],
    });
    expect(await lagOf(west.region, 'dr')).toBe(-1);
    await west.rds.send(new PromoteReadReplicaCommand({ DBInstanceIdentifier: 'dr' }));
    await west.clock.sleep(20 * minute);
    const promoted = await read(west.rds, 'dr');
    expect(promoted).toMatchObject({ DBInstanceStatus: 'available', StatusInfos: [] });
    expect(promoted.ReadReplicaSourceDBInstanceIdentifier).toBeUndefined();
  });
});
