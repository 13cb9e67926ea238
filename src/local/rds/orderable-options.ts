import type {
  DescribeOrderableDBInstanceOptionsMessage,
  OrderableDBInstanceOption,
  OrderableDBInstanceOptionsMessage,
} from '@aws-sdk/client-rds';
import { byPlace, type Listed, pageOf } from '../control-plane/paging.js';
import { invalidParameterValue, required } from '../control-plane/parameter-fault.js';
import { scatter } from '../control-plane/scatter.js';
import { classesFor } from './instance-classes.js';
import { type Orderable, orderableOf } from './orderable.js';
import type { OperationTable, RdsState } from './rds-state.js';

/** The operation on what can be ordered. */
export const orderableOperations: OperationTable = {
  DescribeOrderableDBInstanceOptions: describeOrderableDBInstanceOptions,
};

/** Asked without a version: this region knows no minor versions, so that a list of them all has one of each major. */
const usualVersions = ['12.22', '13.23', '14.20', '15.18', '16.11', '17.7'] as const;

const largestPage = 1_000;

/** `DescribeOrderableDBInstanceOptions` of PostgreSQL: one option for each class and type of storage, in no order that means anything. */
function describeOrderableDBInstanceOptions(
  state: RdsState,
  input: DescribeOrderableDBInstanceOptionsMessage,
): OrderableDBInstanceOptionsMessage {
  const engine = required(input.Engine, 'Engine');
  if (engine !== 'postgres') throw invalidParameterValue(`Invalid DB engine: ${engine}`);
  const { EngineVersion, DBInstanceClass, LicenseModel = 'postgresql-license', MaxRecords = 100, Marker } = input;
  const isSold = LicenseModel === 'postgresql-license' && input.AvailabilityZoneGroup === undefined;
  const versions = EngineVersion === undefined ? usualVersions : [EngineVersion];
  const options = versions.flatMap((version) => (isSold ? optionsOf(state, version, DBInstanceClass) : []));
  const { page, Marker: next } = pageOf(options.sort(byPlace), { MaxRecords, Marker }, largestPage);
  return { Marker: next, OrderableDBInstanceOptions: page.map(({ option }) => option) };
}

interface ListedOption extends Listed {
  readonly option: OrderableDBInstanceOption;
}

function optionsOf(state: RdsState, version: string, instanceClass: string | undefined): ListedOption[] {
  // Of what is offered no more there is nothing to order (facts A22).
  const major = Number(/^(1[1-9])\.\d+$/.exec(version)?.[1] ?? 0);
  return classesFor(major)
    .filter((one) => instanceClass === undefined || one === instanceClass)
    .map((one) => orderableOf(state, one, major))
    .flatMap((orderable) =>
      orderable.zones.length === 0 ? [] : orderable.storageTypes.map((storage) => listed(orderable, version, storage)),
    );
}

function listed({ instanceClass, zones }: Orderable, version: string, storage: string): ListedOption {
  const key = `${version} ${instanceClass} ${storage}`;
  const isProvisioned = storage !== 'standard' && storage !== 'gp2';
  return {
    key,
    order: scatter(key),
    option: {
      Engine: 'postgres',
      EngineVersion: version,
      DBInstanceClass: instanceClass,
      LicenseModel: 'postgresql-license',
      AvailabilityZones: zones.map((Name) => ({ Name })),
      MultiAZCapable: zones.length > 1,
      ReadReplicaCapable: true,
      Vpc: true,
      SupportsStorageEncryption: instanceClass !== 'db.t2.micro',
      StorageType: storage,
      SupportsIops: isProvisioned,
      SupportsStorageThroughput: storage === 'gp3',
      SupportsEnhancedMonitoring: true,
      SupportsIAMDatabaseAuthentication: true,
      SupportsPerformanceInsights: true,
      SupportsStorageAutoscaling: storage !== 'standard',
      SupportsKerberosAuthentication: true,
      MinStorageSize: isProvisioned && storage !== 'gp3' ? 100 : 20,
      MaxStorageSize: storage === 'standard' ? 3_072 : 65_536,
      OutpostCapable: false,
      SupportsGlobalDatabases: false,
      SupportsClusters: false,
      SupportedNetworkTypes: ['IPV4'],
    },
  };
}
