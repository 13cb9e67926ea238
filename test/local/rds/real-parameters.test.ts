import {
  CreateDBInstanceCommand,
  CreateDBParameterGroupCommand,
  CreateDBSnapshotCommand,
  ModifyDBParameterGroupCommand,
  type Parameter,
  RebootDBInstanceCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
} from '@aws-sdk/client-rds';
import { createPostgresDataPlane, startLocalRegion } from '@zephyr/backup/local';
import { expect, it, onTestFinished } from 'vitest';
import { queryInstance } from './support/query-instance.js';
import { clientOf, instanceInput } from './support/virtual-region.js';

it('runs real servers with the parameters of their groups, each when it takes effect', async () => {
  const dataPlane = await createPostgresDataPlane();
  onTestFinished(() => dataPlane.close());
  await using region = await startLocalRegion({ dataPlane, staleReads: { reads: 0 } });
  const rds = clientOf(region, 'in-process');
  const DBParameterGroupName = 'zephyr';
  const family = `postgres${dataPlane.version.split('.')[0]}`;
  const group = { DBParameterGroupName, DBParameterGroupFamily: family, Description: 'ours' };
  await rds.send(new CreateDBParameterGroupCommand(group));
  const set = async (name: string, value: string, method: 'immediate' | 'pending-reboot'): Promise<void> => {
    const parameter: Parameter = { ParameterName: name, ParameterValue: value, ApplyMethod: method };
    await rds.send(new ModifyDBParameterGroupCommand({ DBParameterGroupName, Parameters: [parameter] }));
    await region.settled();
  };
  const setting = (name: string, instance = 'prod'): Promise<unknown> =>
    queryInstance(rds, instance, `SELECT setting AS value FROM pg_settings WHERE name = '${name}'`);
  await set('work_mem', '8192', 'immediate');
  await set('rds.force_ssl', '1', 'immediate');
  await rds.send(
    new CreateDBInstanceCommand({ ...instanceInput('prod'), DBParameterGroupName, BackupRetentionPeriod: 0 }),
  );
  await region.settled();
  expect(await setting('work_mem')).toBe('8192');
  await set('max_connections', '57', 'pending-reboot');
  await set('work_mem', '2048', 'immediate');
  expect(await setting('work_mem')).toBe('2048');
  expect(await setting('max_connections')).toBe('100');
  await rds.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: 'prod' }));
  await region.settled();
  expect(await setting('max_connections')).toBe('57');

  // A restore without the group loses what it set.
  await rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'prod', DBSnapshotIdentifier: 'one' }));
  await region.settled();
  const restore = { DBInstanceIdentifier: 'restored', DBSnapshotIdentifier: 'one', BackupRetentionPeriod: 0 };
  await rds.send(new RestoreDBInstanceFromDBSnapshotCommand(restore));
  await region.settled();
  expect(await setting('max_connections', 'restored')).toBe('100');
  expect(await setting('work_mem', 'restored')).toBe('4096');
});
