import type { OrderableDBInstanceOption } from '@aws-sdk/client-rds';
import { isBackupError } from '../core/errors.js';
import type { OrderableFilter, OrderableOption } from '../ports/orderable-option.js';
import type { PortCall } from '../ports/port-call.js';
import type { RdsPort } from '../ports/rds.js';
import { callAws } from './call-aws.js';
import type { RdsConnection } from './rds-connection.js';
import { eachOfPages } from './rds-pages.js';
import { sendOptions } from './send-options.js';

type Offers = Pick<RdsPort, 'engineVersionStatus' | 'listOrderableOptions' | 'subnetGroupZones'>;

/** All classes of one version are some hundreds of options: as few pages as RDS allows. */
const largestPage = 1_000;

/** What RDS makes anew: of which version, as what, and where. */
export function rdsOffers(connect: () => Promise<RdsConnection>): Offers {
  return {
    engineVersionStatus: (version, call) => engineVersionStatus(connect, version, call),
    listOrderableOptions: (filter, call) => orderableOptions(connect, filter, call),
    subnetGroupZones: (subnetGroup, call) => subnetGroupZones(connect, subnetGroup, call),
  };
}

async function engineVersionStatus(
  connect: () => Promise<RdsConnection>,
  { engine, engineVersion }: Parameters<RdsPort['engineVersionStatus']>[0],
  call: PortCall | undefined,
): Promise<string | undefined> {
  const subject = `${engine} ${engineVersion}`;
  return callAws({ service: 'RDS', operation: 'DescribeDBEngineVersions', subject }, call, async () => {
    const { sdk, client } = await connect();
    // Without IncludeAll those that are offered no more are left out as if there had never been any.
    const input = { Engine: engine, EngineVersion: engineVersion, IncludeAll: true };
    const found = await client.send(new sdk.DescribeDBEngineVersionsCommand(input), sendOptions(call));
    return found.DBEngineVersions?.find(({ EngineVersion }) => EngineVersion === engineVersion)?.Status;
  });
}

function orderableOptions(
  connect: () => Promise<RdsConnection>,
  { engine, engineVersion, instanceClass }: OrderableFilter,
  call: PortCall | undefined,
): AsyncGenerator<OrderableOption, void, undefined> {
  const subject = `${instanceClass ?? 'every class'} of ${engine} ${engineVersion}`;
  const request = { service: 'RDS', operation: 'DescribeOrderableDBInstanceOptions', subject };
  return eachOfPages(request, call, async (Marker) => {
    const { sdk, client } = await connect();
    const command = new sdk.DescribeOrderableDBInstanceOptionsCommand({
      Engine: engine,
      EngineVersion: engineVersion,
      DBInstanceClass: instanceClass,
      MaxRecords: largestPage,
      Marker,
    });
    const page = await client.send(command, sendOptions(call));
    return { items: (page.OrderableDBInstanceOptions ?? []).flatMap(toOption), marker: page.Marker };
  });
}

function toOption(option: OrderableDBInstanceOption): OrderableOption[] {
  const { DBInstanceClass: instanceClass, StorageType: storageType, AvailabilityZones: zones = [] } = option;
  if (instanceClass === undefined) return [];
  return [
    {
      instanceClass,
      storageType,
      zones: zones.flatMap(({ Name }) => (Name === undefined ? [] : [Name])),
      multiAz: option.MultiAZCapable ?? true,
      encryption: option.SupportsStorageEncryption ?? true,
      iamAuthentication: option.SupportsIAMDatabaseAuthentication ?? true,
    },
  ];
}

async function subnetGroupZones(
  connect: () => Promise<RdsConnection>,
  subnetGroup: string,
  call: PortCall | undefined,
): Promise<readonly string[] | undefined> {
  const request = { service: 'RDS', operation: 'DescribeDBSubnetGroups', subject: subnetGroup };
  try {
    const { DBSubnetGroups: [group] = [] } = await callAws(request, call, async () => {
      const { sdk, client } = await connect();
      const command = new sdk.DescribeDBSubnetGroupsCommand({ DBSubnetGroupName: subnetGroup });
      return client.send(command, sendOptions(call));
    });
    if (group === undefined) return undefined;
    const names = (group.Subnets ?? []).map(({ SubnetAvailabilityZone }) => SubnetAvailabilityZone?.Name);
    return [...new Set(names.filter((name) => name !== undefined))].sort();
  } catch (error) {
    if (isBackupError(error) && error.details.awsCode === 'DBSubnetGroupNotFound') return undefined;
    throw error;
  }
}
