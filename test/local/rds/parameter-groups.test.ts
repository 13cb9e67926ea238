import {
  AddTagsToResourceCommand,
  CopyDBParameterGroupCommand,
  CreateDBParameterGroupCommand,
  CreateDBSubnetGroupCommand,
  DeleteDBInstanceCommand,
  DeleteDBParameterGroupCommand,
  DeleteDBSubnetGroupCommand,
  DescribeDBParameterGroupsCommand,
  DescribeDBSubnetGroupsCommand,
  DescribeEventsCommand,
  ListTagsForResourceCommand,
  ModifyDBInstanceCommand,
  ModifyDBParameterGroupCommand,
  type Parameter,
  paginateDescribeDBParameters,
  type RDSClient,
  RebootDBInstanceCommand,
  ResetDBParameterGroupCommand,
  RestoreDBInstanceToPointInTimeCommand,
} from '@aws-sdk/client-rds';
import { expect, it } from 'vitest';
import { twoRegions } from './support/regions.js';
import {
  describe,
  instanceInput,
  makeInstance,
  makeParameterGroup,
  minute,
  virtualRegion,
} from './support/virtual-region.js';

const change = (name: string, value: string, method: 'immediate' | 'pending-reboot' = 'immediate'): Parameter => ({
  ParameterName: name,
  ParameterValue: value,
  ApplyMethod: method,
});
const modify = (rds: RDSClient, group: string, ...Parameters: Parameter[]) =>
  rds.send(new ModifyDBParameterGroupCommand({ DBParameterGroupName: group, Parameters }));
const parameters = async (client: RDSClient, group: string, Source?: string): Promise<Parameter[]> => {
  const found: Parameter[] = [];
  const input = { DBParameterGroupName: group, Source };
  for await (const page of paginateDescribeDBParameters({ client, pageSize: 20 }, input)) {
    found.push(...(page.Parameters ?? []));
  }
  return found;
};
const applyStatus = async (rds: RDSClient, name = 'prod') =>
  (await describe(rds, name)).DBParameterGroups?.[0]?.ParameterApplyStatus;

it('keeps what was set apart from what the service and the engine have by default', async () => {
  await using virtual = await virtualRegion();
  const { rds } = virtual;
  await makeParameterGroup(virtual, 'Zephyr');
  await modify(rds, 'zephyr', change('log_min_duration_statement', '250'), change('rds.force_ssl', '0'));
  const user = await parameters(rds, 'zephyr', 'user');
  expect(user.map(({ ParameterName, ParameterValue }) => [ParameterName, ParameterValue])).toEqual([
    ['log_min_duration_statement', '250'],
    ['rds.force_ssl', '0'],
  ]);
  const all = await parameters(rds, 'default.postgres15');
  const byName = Object.fromEntries(all.map((one) => [one.ParameterName, one]));
  expect(Object.keys(byName)).toHaveLength(all.length);
  expect(byName['rds.force_ssl']).toMatchObject({ Source: 'system', ParameterValue: '1', ApplyType: 'dynamic' });
  expect(byName.max_connections).toMatchObject({ ApplyType: 'static', IsModifiable: true, AllowedValues: '6-8388607' });
  expect(byName.work_mem).toMatchObject({ Source: 'engine-default' });
  expect(byName.work_mem).not.toHaveProperty('ParameterValue');
  expect(byName.wal_level).toMatchObject({ IsModifiable: false });
  const reset = { DBParameterGroupName: 'zephyr', Parameters: [change('rds.force_ssl', '')] };
  await rds.send(new ResetDBParameterGroupCommand(reset));
  expect((await parameters(rds, 'zephyr', 'user')).map(({ ParameterName }) => ParameterName)).toEqual([
    'log_min_duration_statement',
  ]);
  await rds.send(new ResetDBParameterGroupCommand({ DBParameterGroupName: 'zephyr', ResetAllParameters: true }));
  expect(await parameters(rds, 'zephyr', 'user')).toEqual([]);
  const { Events } = await rds.send(new DescribeEventsCommand({ SourceType: 'db-parameter-group' }));
  expect(Events?.map(({ Message, SourceIdentifier }) => `${SourceIdentifier}: ${Message}`)).toContain(
    'zephyr: Updated parameter rds.force_ssl to 0 with apply method immediate',
  );
});

it('applies dynamic parameters at once, static ones with a restart, and shows it on the instances', async () => {
  await using virtual = await virtualRegion();
  const { rds, clock } = virtual;
  await makeParameterGroup(virtual, 'zephyr');
  await makeInstance(virtual, 'prod', { DBParameterGroupName: 'zephyr' });
  await makeInstance(virtual, 'other');
  expect(await applyStatus(rds)).toBe('in-sync');
  await modify(rds, 'zephyr', change('work_mem', '8192'));
  expect(await applyStatus(rds)).toBe('applying');
  expect((await describe(rds, 'prod')).DBInstanceStatus).toBe('available');
  await clock.sleep(2 * minute);
  expect(await applyStatus(rds)).toBe('in-sync');
  await modify(rds, 'zephyr', change('max_connections', '200', 'pending-reboot'));
  expect(await applyStatus(rds)).toBe('pending-reboot');
  // What is applied now does not do what the restart is for.
  await modify(rds, 'zephyr', change('work_mem', '4096'));
  await clock.sleep(2 * minute);
  expect(await applyStatus(rds)).toBe('pending-reboot');
  await rds.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: 'prod' }));
  await clock.sleep(5 * minute);
  await describe(rds, 'prod');
  expect(await applyStatus(rds)).toBe('in-sync');
  expect(await applyStatus(rds, 'other')).toBe('in-sync');
  await rds.send(new ResetDBParameterGroupCommand({ DBParameterGroupName: 'zephyr', ResetAllParameters: true }));
  expect(await applyStatus(rds)).toBe('applying');
  await clock.sleep(2 * minute);
  expect(await applyStatus(rds)).toBe('pending-reboot');
  // Back at what it runs with, there is nothing that a restart would bring.
  await modify(rds, 'zephyr', change('max_connections', '200', 'pending-reboot'));
  expect(await applyStatus(rds)).toBe('in-sync');
  // Two changes in a row: the second does not hide what the first left for the restart.
  await modify(rds, 'zephyr', change('max_connections', '300', 'pending-reboot'), change('work_mem', '1024'));
  await modify(rds, 'zephyr', change('work_mem', '2048'));
  await clock.sleep(2 * minute);
  expect(await applyStatus(rds)).toBe('pending-reboot');
});

it.each([
  ['default.postgres15', change('work_mem', '8192'), 'InvalidParameterValue'],
  ['nothing', change('work_mem', '8192'), 'DBParameterGroupNotFoundFault'],
  ['zephyr', change('no_such_thing', '1'), 'InvalidParameterValue'],
  ['zephyr', change('wal_level', 'minimal', 'pending-reboot'), 'InvalidParameterValue'],
  ['zephyr', change('max_connections', '100'), 'InvalidParameterCombination'],
  ['zephyr', change('max_connections', '5', 'pending-reboot'), 'InvalidParameterValue'],
  ['zephyr', change('max_connections', 'many', 'pending-reboot'), 'InvalidParameterValue'],
  ['zephyr', change('checkpoint_completion_target', '1.5'), 'InvalidParameterValue'],
  ['zephyr', change('log_statement', 'everything'), 'InvalidParameterValue'],
  ['zephyr', change('shared_preload_libraries', 'pg_cron,mine', 'pending-reboot'), 'InvalidParameterValue'],
  ['zephyr', { ParameterName: 'work_mem', ApplyMethod: 'immediate' } as const, 'MissingParameter'],
  ['zephyr', { ParameterName: 'work_mem', ParameterValue: '8192' }, 'MissingParameter'],
  ['zephyr', change('work_mem', '8192', 'soon' as 'immediate'), 'InvalidParameterValue'],
] as const)('refuses to change in %s %j: %s', async (group, parameter, name) => {
  await using virtual = await virtualRegion();
  await makeParameterGroup(virtual, 'zephyr');
  await expect(modify(virtual.rds, group, parameter)).rejects.toMatchObject({ name });
  expect(await parameters(virtual.rds, 'zephyr', 'user')).toEqual([]);
});

it('takes formulas, lists and negative limits', async () => {
  await using virtual = await virtualRegion();
  const { rds } = virtual;
  await makeParameterGroup(virtual, 'zephyr');
  await modify(
    rds,
    'zephyr',
    change('max_connections', 'LEAST({DBInstanceClassMemory/9531392},500)', 'pending-reboot'),
    change('shared_preload_libraries', 'pg_stat_statements,pg_cron', 'pending-reboot'),
    change('log_min_duration_statement', '-1'),
    change('timezone', 'Europe/Zurich'),
  );
  const many = Array.from({ length: 21 }, () => change('work_mem', '8192'));
  await expect(modify(rds, 'zephyr', ...many)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  const both = { DBParameterGroupName: 'zephyr', ResetAllParameters: true, Parameters: [change('timezone', '')] };
  const refused = rds.send(new ResetDBParameterGroupCommand(both));
  await expect(refused).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
  await expect(parameters(rds, 'zephyr', 'mine')).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  expect(await parameters(rds, 'zephyr', 'user')).toHaveLength(4);
});

it('demands groups that are there and fit, wherever an instance is made or changed', async () => {
  await using virtual = await virtualRegion();
  const { rds, clock } = virtual;
  await makeInstance(virtual, 'prod');
  await makeParameterGroup(virtual, 'for-14', 'postgres14');
  const targets: readonly ((more: object) => Promise<unknown>)[] = [
    (more) => makeInstance(virtual, 'new', { ...instanceInput('new'), ...more }),
    (more) => {
      const input = {
        SourceDBInstanceIdentifier: 'prod',
        TargetDBInstanceIdentifier: 'new',
        UseLatestRestorableTime: true,
      };
      return rds.send(new RestoreDBInstanceToPointInTimeCommand({ ...input, ...more }));
    },
    (more) => rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: 'prod', ...more })),
  ];
  for (const make of targets) {
    await expect(make({ DBParameterGroupName: 'none' })).rejects.toMatchObject({
      name: 'DBParameterGroupNotFoundFault',
    });
    await expect(make({ DBParameterGroupName: 'for-14' })).rejects.toMatchObject({
      name: 'InvalidParameterCombination',
    });
    await expect(make({ DBSubnetGroupName: 'none' })).rejects.toMatchObject({ name: 'DBSubnetGroupNotFoundFault' });
  }
  await clock.sleep(minute);
  expect((await describe(rds, 'prod')).DBInstanceStatus).toBe('available');
});

it('copies, tags and deletes groups, and none that is used or the default', async () => {
  await using virtual = await virtualRegion({ quotas: { parameterGroups: 2 } });
  const { rds, clock } = virtual;
  await makeParameterGroup(virtual, 'zephyr');
  await modify(rds, 'zephyr', change('work_mem', '8192'));
  const copy = (from: string, to: string) =>
    rds.send(
      new CopyDBParameterGroupCommand({
        SourceDBParameterGroupIdentifier: from,
        TargetDBParameterGroupIdentifier: to,
        TargetDBParameterGroupDescription: 'a copy',
      }),
    );
  await expect(copy('default.postgres15', 'copy')).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  await expect(copy('none', 'copy')).rejects.toMatchObject({ name: 'DBParameterGroupNotFoundFault' });
  const { DBParameterGroup } = await copy('zephyr', 'copy');
  expect(DBParameterGroup).toEqual({
    DBParameterGroupName: 'copy',
    DBParameterGroupFamily: 'postgres15',
    Description: 'a copy',
    DBParameterGroupArn: 'arn:aws:rds:us-east-1:123456789012:pg:copy',
  });
  expect(await parameters(rds, 'copy', 'user')).toHaveLength(1);
  await expect(copy('zephyr', 'copy')).rejects.toMatchObject({ name: 'DBParameterGroupAlreadyExistsFault' });
  await expect(copy('zephyr', 'third')).rejects.toMatchObject({ name: 'DBParameterGroupQuotaExceededFault' });
  const bad = { DBParameterGroupName: 'x', DBParameterGroupFamily: 'mysql8.0', Description: 'x' };
  const refused = rds.send(new CreateDBParameterGroupCommand(bad));
  await expect(refused).rejects.toMatchObject({ name: expect.stringMatching('InvalidParameterValue|QuotaExceeded') });
  const ResourceName = DBParameterGroup?.DBParameterGroupArn;
  await rds.send(new AddTagsToResourceCommand({ ResourceName, Tags: [{ Key: 'Team', Value: 'votes' }] }));
  const { TagList } = await rds.send(new ListTagsForResourceCommand({ ResourceName }));
  expect(TagList).toEqual([{ Key: 'Team', Value: 'votes' }]);

  const remove = (name: string) => rds.send(new DeleteDBParameterGroupCommand({ DBParameterGroupName: name }));
  await makeInstance(virtual, 'prod', { DBParameterGroupName: 'copy' });
  await expect(remove('copy')).rejects.toMatchObject({ name: 'InvalidDBParameterGroupStateFault' });
  await expect(remove('default.postgres15')).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'prod', SkipFinalSnapshot: true }));
  await clock.sleep(10 * minute);
  await remove('copy');
  await expect(remove('copy')).rejects.toMatchObject({ name: 'DBParameterGroupNotFoundFault' });
  const { DBParameterGroups } = await rds.send(new DescribeDBParameterGroupsCommand({}));
  expect(DBParameterGroups?.map(({ DBParameterGroupName }) => DBParameterGroupName)).toContain('zephyr');
});

it('has subnet groups of its own in each region', async () => {
  await using regions = await twoRegions();
  const { east, west } = regions;
  const create = (SubnetIds: string[], name = 'Zephyr') =>
    west.rds.send(
      new CreateDBSubnetGroupCommand({ DBSubnetGroupName: name, DBSubnetGroupDescription: 'ours', SubnetIds }),
    );
  await expect(create(['subnet-1'])).rejects.toMatchObject({ name: 'DBSubnetGroupDoesNotCoverEnoughAZs' });
  await expect(create(['subnet-1', 'net-2'])).rejects.toMatchObject({ name: 'InvalidSubnet' });
  await expect(create(['subnet-1', 'subnet-2'], 'default')).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  const { DBSubnetGroup } = await create(['subnet-1', 'subnet-2']);
  expect(DBSubnetGroup).toMatchObject({
    DBSubnetGroupName: 'zephyr',
    DBSubnetGroupArn: 'arn:aws:rds:us-west-2:123456789012:subgrp:zephyr',
    Subnets: [
      { SubnetIdentifier: 'subnet-1', SubnetAvailabilityZone: { Name: 'us-west-2a' } },
      { SubnetIdentifier: 'subnet-2', SubnetAvailabilityZone: { Name: 'us-west-2b' } },
    ],
  });
  await expect(create(['subnet-1', 'subnet-2'])).rejects.toMatchObject({ name: 'DBSubnetGroupAlreadyExistsFault' });
  const names = async (rds: RDSClient) =>
    (await rds.send(new DescribeDBSubnetGroupsCommand({}))).DBSubnetGroups?.map((one) => one.DBSubnetGroupName).sort();
  expect(await names(east.rds)).toEqual(['default']);
  expect(await names(west.rds)).toEqual(['default', 'zephyr']);
  const { DBSubnetGroup: shown } = await makeInstance(west, 'prod', { DBSubnetGroupName: 'zephyr' });
  expect(shown).toEqual(DBSubnetGroup);
  const remove = (name: string) => west.rds.send(new DeleteDBSubnetGroupCommand({ DBSubnetGroupName: name }));
  await expect(remove('zephyr')).rejects.toMatchObject({ name: 'InvalidDBSubnetGroupStateFault' });
  await expect(remove('default')).rejects.toMatchObject({ name: 'InvalidDBSubnetGroupStateFault' });
  await expect(remove('none')).rejects.toMatchObject({ name: 'DBSubnetGroupNotFoundFault' });
  await west.rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'prod', SkipFinalSnapshot: true }));
  await west.clock.sleep(10 * minute);
  await remove('zephyr');
  expect(await names(west.rds)).toEqual(['default']);
});
