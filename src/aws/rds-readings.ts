import type { DescribeDBInstancesCommandInput, DescribeDBSnapshotsCommandInput } from '@aws-sdk/client-rds';
import type { BackupErrorCode } from '../core/error-codes.js';
import { isBackupError } from '../core/errors.js';
import type { SnapshotDescription } from '../ports/database-backups.js';
import type { DatabaseInstance } from '../ports/database-instance.js';
import type { PortCall } from '../ports/port-call.js';
import type { RdsPort } from '../ports/rds.js';
import { callAws } from './call-aws.js';
import { toDatabaseInstance } from './database-instance.js';
import type { RdsConnection } from './rds-connection.js';
import { eachOfPages } from './rds-pages.js';
import { sendOptions } from './send-options.js';
import { snapshotTypeOf, toSnapshotDescription } from './snapshot-description.js';

type Readings = Pick<
  RdsPort,
  | 'describeInstance'
  | 'describeInstanceByResourceId'
  | 'listInstances'
  | 'describeSnapshot'
  | 'listSnapshots'
  | 'snapshotSharedWith'
>;

/** What RDS says of instances and snapshots. */
export function rdsReadings(connect: () => Promise<RdsConnection>): Readings {
  return {
    describeInstance: (identifier, call) =>
      foundOrUndefined(
        'instance-not-found',
        instances(connect, { DBInstanceIdentifier: identifier }, identifier, call),
      ),
    // The id stays with an instance across a rename, the name does not (facts C4). An unknown one gives an empty list.
    describeInstanceByResourceId: (resourceId, call) =>
      foundOrUndefined(
        'instance-not-found',
        instances(connect, { Filters: [{ Name: 'dbi-resource-id', Values: [resourceId] }] }, resourceId, call),
      ),
    listInstances: (call) => instances(connect, {}, 'all instances', call),
    describeSnapshot: (identifier, call) =>
      foundOrUndefined(
        'snapshot-not-found',
        snapshots(
          connect,
          {
            DBSnapshotIdentifier: identifier,
            SnapshotType: snapshotTypeOf(identifier),
            // By an ARN one is asked for that may be another account's: those are not shown unless asked for (facts A3).
            IncludeShared: identifier.startsWith('arn:') ? true : undefined,
          },
          identifier,
          call,
        ),
      ),
    listSnapshots: ({ instance, resourceId, type }, call) =>
      snapshots(
        connect,
        { DBInstanceIdentifier: instance, DbiResourceId: resourceId, SnapshotType: type },
        instance ?? resourceId ?? 'all instances',
        call,
      ),
    snapshotSharedWith: (identifier, call) => sharedWith(connect, identifier, call),
  };
}

async function sharedWith(
  connect: () => Promise<RdsConnection>,
  identifier: string,
  call: PortCall | undefined,
): Promise<readonly string[] | undefined> {
  const request = { service: 'RDS', operation: 'DescribeDBSnapshotAttributes', subject: identifier };
  try {
    const { DBSnapshotAttributesResult: found } = await callAws(request, call, async () => {
      const { sdk, client } = await connect();
      const command = new sdk.DescribeDBSnapshotAttributesCommand({ DBSnapshotIdentifier: identifier });
      return client.send(command, sendOptions(call));
    });
    const restore = found?.DBSnapshotAttributes?.find(({ AttributeName }) => AttributeName === 'restore');
    return restore?.AttributeValues ?? [];
  } catch (error) {
    if (isBackupError(error, 'snapshot-not-found')) return undefined;
    throw error;
  }
}

function instances(
  connect: () => Promise<RdsConnection>,
  input: DescribeDBInstancesCommandInput,
  subject: string,
  call: PortCall | undefined,
): AsyncGenerator<DatabaseInstance, void, undefined> {
  return eachOfPages({ service: 'RDS', operation: 'DescribeDBInstances', subject }, call, async (Marker) => {
    const { sdk, client } = await connect();
    const page = await client.send(new sdk.DescribeDBInstancesCommand({ ...input, Marker }), sendOptions(call));
    return { items: (page.DBInstances ?? []).map(toDatabaseInstance), marker: page.Marker };
  });
}

function snapshots(
  connect: () => Promise<RdsConnection>,
  input: DescribeDBSnapshotsCommandInput,
  subject: string,
  call: PortCall | undefined,
): AsyncGenerator<SnapshotDescription, void, undefined> {
  return eachOfPages({ service: 'RDS', operation: 'DescribeDBSnapshots', subject }, call, async (Marker) => {
    const { sdk, client } = await connect();
    const page = await client.send(new sdk.DescribeDBSnapshotsCommand({ ...input, Marker }), sendOptions(call));
    return { items: (page.DBSnapshots ?? []).map(toSnapshotDescription), marker: page.Marker };
  });
}

async function foundOrUndefined<Item>(
  notFound: BackupErrorCode,
  items: AsyncGenerator<Item, void, undefined>,
): Promise<Item | undefined> {
  try {
    for await (const item of items) return item;
  } catch (error) {
    if (!isBackupError(error, notFound)) throw error;
  }
  return undefined;
}
