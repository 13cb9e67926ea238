import { type Tags, tagKeys } from '../../core/tags.js';
import type { SnapshotDescription } from '../../ports/database-backups.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';
import type { RestoreSettings } from '../../ports/database-restore.js';

/**
 * Everything of an instance that a restore would replace with a default of AWS's (facts B3), so that a candidate can be made
 * like the instance it is to stand in for. JSON-safe.
 */
export interface ConfigurationProfile extends Omit<RestoreSettings, 'target' | 'backupRetentionDays'> {
  /** Days that automated backups are kept; 0: none are made. */
  readonly backupRetentionDays: number;
  // What no restore call can set, or only one of them (facts B2).
  readonly maxAllocatedStorageGiB?: number | undefined;
  readonly monitoring: { readonly intervalSeconds: number; readonly roleArn?: string | undefined };
  readonly performanceInsights: {
    readonly enabled: boolean;
    readonly kmsKey?: string | undefined;
    readonly retentionDays?: number | undefined;
  };
  readonly maintenanceWindow?: string | undefined;
}

/** The profile of a living instance. */
export function profileOf(instance: DatabaseInstance): ConfigurationProfile {
  const provisioned = hasProvisionedIops(instance);
  return {
    instanceClass: instance.instanceClass,
    multiAz: instance.multiAz,
    publiclyAccessible: instance.publiclyAccessible,
    subnetGroup: instance.subnetGroup,
    vpcSecurityGroups: sorted(instance.vpcSecurityGroups.map((group) => group.id)),
    parameterGroup: instance.parameterGroups[0]?.name,
    optionGroup: instance.optionGroups[0]?.name,
    port: instance.endpoint?.port,
    storageType: instance.storageType,
    iops: provisioned ? instance.iops : undefined,
    storageThroughput: provisioned ? instance.storageThroughput : undefined,
    maxAllocatedStorageGiB: instance.maxAllocatedStorageGiB,
    deletionProtection: instance.deletionProtection,
    iamAuthentication: instance.iamAuthentication,
    autoMinorVersionUpgrade: instance.autoMinorVersionUpgrade,
    copyTagsToSnapshot: instance.copyTagsToSnapshot,
    caCertificate: instance.caCertificate,
    logExports: sorted(instance.logExports),
    monitoring: { intervalSeconds: instance.monitoringIntervalSeconds, roleArn: instance.monitoringRoleArn },
    performanceInsights: {
      enabled: instance.performanceInsights,
      kmsKey: instance.performanceInsightsKmsKey,
      retentionDays: instance.performanceInsightsRetentionDays,
    },
    backupRetentionDays: instance.backupRetentionDays,
    backupWindow: instance.backupWindow,
    maintenanceWindow: instance.maintenanceWindow,
    tags: ownTags(instance.tags),
  };
}

/** The little of a profile that a snapshot holds (facts B4): for when its instance is gone, or in another region. */
export function profileLeftIn(snapshot: SnapshotDescription): Partial<ConfigurationProfile> {
  const { port, storageType, backupRetentionDays, backupWindow } = snapshot;
  // Why the snapshot was made says nothing about an instance made of it.
  const { [tagKeys.reason]: _, [tagKeys.deploymentVersion]: __, ...tags } = ownTags(snapshot.tags);
  return {
    ...(port === undefined ? {} : { port }),
    ...(storageType === undefined ? {} : { storageType }),
    ...(hasProvisionedIops(snapshot) && snapshot.iops !== undefined ? { iops: snapshot.iops } : {}),
    ...(backupRetentionDays === undefined ? {} : { backupRetentionDays }),
    ...(backupWindow === undefined ? {} : { backupWindow }),
    tags,
  };
}

/** What a restore call sends so that the candidate comes up like the profile, as far as the call can set it (facts B2). */
export function restoreSettingsOf(profile: ConfigurationProfile, target: string, tags: Tags): RestoreSettings {
  const {
    maxAllocatedStorageGiB: _,
    monitoring: __,
    performanceInsights: ___,
    maintenanceWindow: ____,
    ...settings
  } = profile;
  return { ...settings, target, tags: { ...profile.tags, ...tags } };
}

/**
 * RDS reports the baseline of gp2 and of small gp3 volumes as `Iops` and `StorageThroughput` too, and refuses to be sent
 * it back: only what was really provisioned may be asked for.
 */
function hasProvisionedIops({
  storageType,
  allocatedStorageGiB,
}: Pick<DatabaseInstance, 'storageType' | 'allocatedStorageGiB'>): boolean {
  return storageType === 'io1' || storageType === 'io2' || (storageType === 'gp3' && allocatedStorageGiB >= 400);
}

/** Tags that may be given to another instance: `aws:` ones are reserved, and ours say something about this one only. */
function ownTags(tags: Tags): Tags {
  const ours: readonly string[] = [tagKeys.managedBy, tagKeys.operationId, tagKeys.purpose, tagKeys.expiresAt];
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !/^aws:/i.test(key) && !ours.includes(key)));
}

function sorted(values: readonly string[]): readonly string[] {
  return [...values].sort();
}
