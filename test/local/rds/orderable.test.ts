import {
  CreateDBInstanceCommand,
  type CreateDBInstanceMessage,
  DescribeDBSnapshotsCommand,
  type DescribeOrderableDBInstanceOptionsMessage,
  ModifyDBInstanceCommand,
  type OrderableDBInstanceOption,
  paginateDescribeOrderableDBInstanceOptions,
  RestoreDBInstanceFromDBSnapshotCommand,
} from '@aws-sdk/client-rds';
import { describe, expect, it } from 'vitest';
import {
  instanceInput,
  makeInstance,
  makeSubnetGroup,
  describe as shown,
  type VirtualRegion,
  virtualRegion,
} from './support/virtual-region.js';

async function options(
  { rds }: VirtualRegion,
  input: Partial<DescribeOrderableDBInstanceOptionsMessage>,
): Promise<readonly OrderableDBInstanceOption[]> {
  const found: OrderableDBInstanceOption[] = [];
  const asked = { Engine: 'postgres', ...input };
  for await (const page of paginateDescribeOrderableDBInstanceOptions({ client: rds }, asked)) {
    found.push(...(page.OrderableDBInstanceOptions ?? []));
  }
  return found;
}

const classesOf = (found: readonly OrderableDBInstanceOption[]): readonly string[] =>
  [...new Set(found.map(({ DBInstanceClass = '' }) => DBInstanceClass))].sort();

const create = ({ rds }: VirtualRegion, settings: Partial<CreateDBInstanceMessage>) =>
  rds.send(new CreateDBInstanceCommand({ ...instanceInput('other'), ...settings }));

describe('what can be ordered', () => {
  it('is one option for each class and type of storage, over several pages', async () => {
    await using virtual = await virtualRegion();
    const found = await options(virtual, { EngineVersion: '15.18' });
    expect(found.length).toBeGreaterThan(300);
    const keys = found.map(({ DBInstanceClass, StorageType }) => `${DBInstanceClass} ${StorageType}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).not.toEqual([...keys].sort());
    expect(classesOf(found)).toContain('db.t3.large');
  });

  it('depends on the version: old classes for old ones, new for new, and nothing for those offered no more', async () => {
    await using virtual = await virtualRegion();
    const classes = async (EngineVersion: string) => classesOf(await options(virtual, { EngineVersion }));
    expect(await classes('12.22')).toContain('db.m4.large');
    expect(await classes('12.22')).not.toContain('db.m7g.large');
    expect(await classes('15.18')).not.toContain('db.m4.large');
    expect(await classes('15.18')).toContain('db.m7g.large');
    expect(await classes('10.23')).toEqual([]);
    expect(await classes('15')).toEqual([]);
    const everything = await options(virtual, { DBInstanceClass: 'db.m4.large' });
    expect([...new Set(everything.map(({ EngineVersion }) => EngineVersion))]).toEqual(['12.22']);
  });

  it('tells of a class what storage it can have, and where', async () => {
    await using virtual = await virtualRegion({ region: 'eu-west-1' });
    const of = (DBInstanceClass: string) => options(virtual, { EngineVersion: '15.18', DBInstanceClass });
    const storage = async (name: string) => (await of(name)).map(({ StorageType }) => StorageType).sort();
    expect(await storage('db.t3.micro')).toEqual(['gp2', 'gp3', 'standard']);
    expect(await storage('db.m6g.large')).toEqual(['gp2', 'gp3', 'io1', 'io2']);
    expect((await of('db.x2g.large'))[0]).toMatchObject({
      AvailabilityZones: [{ Name: 'eu-west-1a' }],
      MultiAZCapable: false,
      SupportsStorageEncryption: true,
    });
    expect(await of('db.x2g.micro')).toEqual([]);
    expect(await options(virtual, { LicenseModel: 'license-included' })).toEqual([]);
  });
});

describe('an instance that cannot be ordered', () => {
  it.each<[string, Partial<CreateDBInstanceMessage>, string, string]>([
    ['a class that is none', { DBInstanceClass: 'large' }, 'InvalidParameterValue', 'Invalid DB Instance class: large'],
    [
      'a class that the version has not',
      { DBInstanceClass: 'db.m4.large', EngineVersion: '15.18' },
      'InvalidParameterCombination',
      'DBInstanceClass=db.m4.large, Engine=postgres, EngineVersion=15.18, LicenseModel',
    ],
    [
      'storage that the class cannot have',
      { DBInstanceClass: 'db.t3.micro', StorageType: 'io1', Iops: 1_000 },
      'InvalidParameterCombination',
      'StorageType=io1',
    ],
    [
      'a zone that has not the class',
      { DBInstanceClass: 'db.x2g.large', AvailabilityZone: 'us-east-1b' },
      'InvalidVPCNetworkStateFault',
      'us-east-1a',
    ],
    [
      'two zones of a class that is in one',
      { DBInstanceClass: 'db.x2g.large', MultiAZ: true },
      'InvalidVPCNetworkStateFault',
      'us-east-1a',
    ],
  ])('is refused: %s', async (_what, settings, name, message) => {
    await using virtual = await virtualRegion();
    await expect(create(virtual, settings)).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
    await expect(shown(virtual.rds, 'other')).rejects.toMatchObject({ name: 'DBInstanceNotFoundFault' });
  });

  it('is refused to a restore and to a modification too', async () => {
    await using virtual = await virtualRegion({ staleReads: { reads: 0 } });
    const { rds } = virtual;
    await makeInstance(virtual, 'prod');
    const { DBSnapshots: [snapshot] = [] } = await rds.send(new DescribeDBSnapshotsCommand({}));
    const { DBSnapshotIdentifier } = snapshot ?? {};
    const wanted = { DBInstanceClass: 'db.m4.large' };
    const restore = { DBInstanceIdentifier: 'other', DBSnapshotIdentifier, ...wanted };
    const modify = { DBInstanceIdentifier: 'prod', ...wanted, ApplyImmediately: true };
    const refusal = { name: 'InvalidParameterCombination' };
    await expect(rds.send(new RestoreDBInstanceFromDBSnapshotCommand(restore))).rejects.toMatchObject(refusal);
    await expect(rds.send(new ModifyDBInstanceCommand(modify))).rejects.toMatchObject(refusal);
    expect(await shown(rds, 'prod')).toMatchObject({ DBInstanceClass: 'db.r6g.large', DBInstanceStatus: 'available' });
  });
});

it('is made where its class is', async () => {
  await using virtual = await virtualRegion();
  const one = await makeInstance(virtual, 'one', { DBInstanceClass: 'db.x2g.large' });
  expect(one.AvailabilityZone).toBe('us-east-1a');
  const both = await makeInstance(virtual, 'two', { DBInstanceClass: 'db.m7i.large', MultiAZ: true });
  expect([both.AvailabilityZone, both.SecondaryAvailabilityZone].sort()).toEqual(['us-east-1a', 'us-east-1b']);
});

describe('the offer of a test', () => {
  it('withdraws a class altogether or from zones, and has it back', async () => {
    await using virtual = await virtualRegion();
    const { classes } = virtual.region;
    const DBInstanceClass = 'db.t3.large';
    const zones = async () => {
      const [first] = await options(virtual, { EngineVersion: '15.18', DBInstanceClass });
      return first?.AvailabilityZones?.map(({ Name }) => Name);
    };
    classes.withdraw(DBInstanceClass, ['us-east-1a']);
    classes.withdraw(DBInstanceClass, ['us-east-1b']);
    expect(await zones()).toEqual(['us-east-1c']);
    await makeSubnetGroup(virtual, 'ab');
    const refused = create(virtual, { DBInstanceClass, DBSubnetGroupName: 'ab' });
    await expect(refused).rejects.toMatchObject({ name: 'InvalidVPCNetworkStateFault' });
    classes.withdraw(DBInstanceClass);
    expect(await zones()).toBeUndefined();
    const gone = create(virtual, { DBInstanceClass });
    await expect(gone).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
    classes.renew(DBInstanceClass);
    expect(await zones()).toHaveLength(3);
    await create(virtual, { DBInstanceClass, DBSubnetGroupName: 'ab' });
  });

  it('runs out of a class that is still listed', async () => {
    await using virtual = await virtualRegion();
    const DBInstanceClass = 'db.t3.large';
    virtual.region.classes.exhaust(DBInstanceClass);
    expect(await options(virtual, { EngineVersion: '15.18', DBInstanceClass })).not.toEqual([]);
    const refused = create(virtual, { DBInstanceClass });
    await expect(refused).rejects.toMatchObject({ name: 'InsufficientDBInstanceCapacityFault' });
    virtual.region.classes.renew(DBInstanceClass);
    await create(virtual, { DBInstanceClass });
  });

  it('knows classes and zones of its own only', async () => {
    await using virtual = await virtualRegion();
    const { classes } = virtual.region;
    expect(() => classes.withdraw('db.t3.huge')).toThrow(expect.objectContaining({ field: 'instanceClass' }));
    expect(() => classes.exhaust('constructor')).toThrow(expect.objectContaining({ field: 'instanceClass' }));
    expect(() => classes.withdraw('db.t3.large', ['us-west-2a'])).toThrow(expect.objectContaining({ field: 'zones' }));
  });
});
