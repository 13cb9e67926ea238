import type { CreateDBInstanceMessage, DBInstance } from '@aws-sdk/client-rds';
import { scatter } from '../control-plane/scatter.js';
import { arnPrefix } from './arn-prefix.js';
import { zonesFor } from './orderable.js';
import { parameterGroupFor, parametersOf } from './parameter-groups.js';
import { rdsFault } from './rds-fault.js';
import type { Instance, RdsState } from './rds-state.js';
import { getSubnetGroup, subnetGroupView } from './subnet-groups.js';

/** Settings that CreateDBInstance, both restores and read replicas share. */
type PlacementInput = Pick<
  CreateDBInstanceMessage,
  | 'AvailabilityZone'
  | 'DBSubnetGroupName'
  | 'VpcSecurityGroupIds'
  | 'DBParameterGroupName'
  | 'OptionGroupName'
  | 'MultiAZ'
  | 'PubliclyAccessible'
  | 'AutoMinorVersionUpgrade'
  | 'DeletionProtection'
  | 'CopyTagsToSnapshot'
  | 'EnableIAMDatabaseAuthentication'
  | 'EnableCloudwatchLogsExports'
  | 'CACertificateIdentifier'
  | 'NetworkType'
  | 'StorageType'
  | 'StorageThroughput'
  | 'Iops'
  | 'EngineLifecycleSupport'
>;

/**
 * The part of a new instance that is at its default unless the request says otherwise, also when it is restored from
 * something that had it otherwise (facts B3).
 */
export function placementDetails(state: RdsState, input: PlacementInput, engineVersion: string): DBInstance {
  const major = engineVersion.split('.')[0] ?? engineVersion;
  return {
    AvailabilityZone: input.AvailabilityZone,
    MultiAZ: input.MultiAZ ?? false,
    VpcSecurityGroups: (input.VpcSecurityGroupIds ?? ['sg-default']).map((id) => ({
      VpcSecurityGroupId: id,
      Status: 'active',
    })),
    DBSecurityGroups: [],
    DBSubnetGroup: subnetGroupView(state, getSubnetGroup(state, input.DBSubnetGroupName ?? 'default')),
    DBParameterGroups: [
      {
        DBParameterGroupName: parameterGroupFor(state, input.DBParameterGroupName, engineVersion),
        ParameterApplyStatus: 'in-sync',
      },
    ],
    OptionGroupMemberships: [
      { OptionGroupName: input.OptionGroupName ?? `default:postgres-${major}`, Status: 'in-sync' },
    ],
    PubliclyAccessible: input.PubliclyAccessible ?? false,
    AutoMinorVersionUpgrade: input.AutoMinorVersionUpgrade ?? true,
    DeletionProtection: input.DeletionProtection ?? false,
    CopyTagsToSnapshot: input.CopyTagsToSnapshot ?? false,
    IAMDatabaseAuthenticationEnabled: input.EnableIAMDatabaseAuthentication ?? false,
    EnabledCloudwatchLogsExports: input.EnableCloudwatchLogsExports,
    CACertificateIdentifier: input.CACertificateIdentifier ?? 'rds-ca-rsa2048-g1',
    NetworkType: input.NetworkType ?? 'IPV4',
    StorageType: input.StorageType ?? (input.Iops === undefined ? 'gp3' : 'io1'),
    StorageThroughput: input.StorageThroughput,
    Iops: input.Iops,
    EngineLifecycleSupport: input.EngineLifecycleSupport ?? 'open-source-rds-extended-support',
    PreferredMaintenanceWindow: 'sun:05:00-sun:06:00',
    MonitoringInterval: 0,
    PerformanceInsightsEnabled: false,
    ReadReplicaDBInstanceIdentifiers: [],
    DomainMemberships: [],
    AssociatedRoles: [],
    CustomerOwnedIpEnabled: false,
    ActivityStreamStatus: 'stopped',
    BackupTarget: 'region',
    DbInstancePort: 0,
    DedicatedLogVolume: false,
    PendingModifiedValues: {},
    LicenseModel: 'postgresql-license',
  };
}

/** Puts a new instance into the state, `creating` and without an endpoint (facts B14). */
export function addInstance(state: RdsState, details: DBInstance, port: number): Instance {
  if (state.instances.size >= state.settings.quotas.instances) {
    throw rdsFault('InstanceQuotaExceededFault', 'DB Instance quota exceeded');
  }
  if (allocatedStorage(state) + (details.AllocatedStorage ?? 0) > state.settings.quotas.allocatedStorage) {
    throw rdsFault('StorageQuotaExceededFault', 'Storage quota exceeded');
  }
  const zones = zonesFor(state, details);
  const zone = details.AvailabilityZone ?? zones[Math.floor(state.settings.random() * zones.length)] ?? '';
  const resourceId = `db-${randomName(state, 26, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`;
  const name = details.DBInstanceIdentifier ?? '';
  const instance: Instance = {
    key: resourceId,
    order: scatter(resourceId),
    resourceId,
    details: {
      ...details,
      AvailabilityZone: zone,
      SecondaryAvailabilityZone: details.MultiAZ === true ? zones.find((other) => other !== zone) : undefined,
      DbiResourceId: resourceId,
      DBInstanceArn: instanceArn(state, name),
      DBInstanceStatus: 'creating',
      Endpoint: undefined,
    },
    reservedName: undefined,
    isNameless: false,
    stale: undefined,
    hasCluster: false,
    port,
    endpoint: undefined,
    recoverableTo: undefined,
    automatedBackupsArn: `${arnPrefix(state)}:auto-backup:ab-${randomName(state, 39, 'abcdefghijklmnopqrstuvwxyz234567')}`,
    follows: undefined,
    parameters: parametersOf(state, details),
    disruptedAt: undefined,
    failedOverAt: undefined,
  };
  state.instances.add(instance);
  return instance;
}

/** GiB of all instances together. */
export function allocatedStorage(state: RdsState): number {
  return state.instances.sorted().reduce((sum, { details }) => sum + (details.AllocatedStorage ?? 0), 0);
}

/** The ARN of an instance holds its name, so that it changes with it (facts C4). */
export function instanceArn(state: RdsState, name: string): string {
  return `${arnPrefix(state)}:db:${name}`;
}

/** A random name of the given characters. */
export function randomName(state: RdsState, length: number, characters: string): string {
  let name = '';
  for (let index = 0; index < length; index += 1) {
    name += characters.charAt(Math.floor(state.settings.random() * characters.length));
  }
  return name;
}

/** The zone that a standby is in. */
export function otherZone(zone: string): string {
  return zone.endsWith('a') ? `${zone.slice(0, -1)}b` : `${zone.slice(0, -1)}a`;
}
