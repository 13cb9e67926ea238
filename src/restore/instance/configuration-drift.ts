import { canonicalJson } from '../../core/canonical-json.js';
import type { DatabaseInstance, InstanceChange } from '../../ports/database-instance.js';
import { type ConfigurationProfile, profileOf } from './configuration-profile.js';

/** One setting that is not as the profile says. JSON-safe. */
export interface ConfigurationDrift {
  readonly setting: keyof ConfigurationProfile;
  readonly expected: unknown;
  readonly actual: unknown;
}

/** Where an instance differs from a profile. What the profile leaves open is not compared; tags are, key by key. */
export function diffConfiguration(
  profile: ConfigurationProfile,
  instance: DatabaseInstance,
): readonly ConfigurationDrift[] {
  const actual = profileOf(instance);
  return (Object.keys(profile) as (keyof ConfigurationProfile)[])
    .sort()
    .filter((setting) => profile[setting] !== undefined)
    .map((setting) => ({
      setting,
      expected: comparable(setting, profile, profile),
      actual: comparable(setting, actual, profile),
    }))
    .filter(({ expected, actual: found }) => canonicalJson(expected) !== canonicalJson(found ?? null));
}

/** The one modification that takes the drift away, or `undefined` where none can: storage and network are fixed by the restore. */
export function changeFor(
  drift: readonly ConfigurationDrift[],
  profile: ConfigurationProfile,
  instance: DatabaseInstance,
): InstanceChange | undefined {
  const parts = drift.map(({ setting }) => changeOf(setting, profile, instance)).filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : Object.assign({}, ...parts);
}

function changeOf(
  setting: keyof ConfigurationProfile,
  profile: ConfigurationProfile,
  instance: DatabaseInstance,
): InstanceChange | undefined {
  switch (setting) {
    case 'vpcSecurityGroups':
    case 'parameterGroup':
    case 'optionGroup':
    case 'multiAz':
    case 'deletionProtection':
    case 'iamAuthentication':
    case 'autoMinorVersionUpgrade':
    case 'copyTagsToSnapshot':
    case 'caCertificate':
    case 'maxAllocatedStorageGiB':
    case 'backupRetentionDays':
    case 'backupWindow':
    case 'maintenanceWindow':
      return { [setting]: profile[setting] };
    case 'monitoring':
      return { monitoring: profile.monitoring };
    case 'performanceInsights':
      return {
        performanceInsights: profile.performanceInsights.enabled ? profile.performanceInsights : { enabled: false },
      };
    case 'logExports':
      return {
        logExports: {
          enable: profile.logExports.filter((log) => !instance.logExports.includes(log)),
          disable: instance.logExports.filter((log) => !profile.logExports.includes(log)),
        },
      };
    case 'instanceClass':
    case 'publiclyAccessible':
    case 'subnetGroup':
    case 'port':
    case 'storageType':
    case 'iops':
    case 'storageThroughput':
    case 'tags':
      return undefined;
    default:
      throw new Error(`no such setting: ${setting satisfies never}`);
  }
}

/** A setting's value as it is compared: of tags only the keys the profile names, of switched-off features only that they are off. */
function comparable(
  setting: keyof ConfigurationProfile,
  of: ConfigurationProfile,
  profile: ConfigurationProfile,
): unknown {
  switch (setting) {
    case 'tags':
      return Object.fromEntries(Object.keys(profile.tags).map((key) => [key, of.tags[key] ?? null]));
    case 'monitoring':
      return of.monitoring.intervalSeconds === 0 ? { intervalSeconds: 0 } : of.monitoring;
    case 'performanceInsights':
      return of.performanceInsights.enabled ? of.performanceInsights : { enabled: false };
    default:
      return of[setting];
  }
}
