import type { CacheProfile } from '../cache/cache-profile.js';
import type { ConfigurationProfile } from '../instance/configuration-profile.js';

/** What a restored instance gets of a setting that is not sent (facts B3). Not named here: what AWS takes from the source. */
const awsDefaults: { readonly [Setting in keyof ConfigurationProfile]?: string } = {
  multiAz: 'Single-AZ',
  publiclyAccessible: 'as the subnet group decides',
  subnetGroup: 'the default subnet group',
  vpcSecurityGroups: "the VPC's default security group",
  parameterGroup: "the engine's default parameters",
  optionGroup: 'the default option group',
  storageType: 'gp3, or io1 with IOPS',
  maxAllocatedStorageGiB: 'no storage autoscaling',
  deletionProtection: 'off',
  iamAuthentication: 'off',
  copyTagsToSnapshot: 'off',
  caCertificate: "the account's default",
  logExports: 'none',
  monitoring: 'off',
  performanceInsights: 'off',
  maintenanceWindow: 'a random one',
};

/** The same of a cache that is made from a snapshot (facts F12). */
const cacheDefaults: { readonly [Setting in keyof CacheProfile]?: string } = {
  securityGroups: "the VPC's default security group",
  subnetGroup: 'the default subnet group',
  parameterGroup: "the engine's default parameters",
  transitEncryption: 'off',
  auth: 'none',
  atRestEncryption: 'off for Redis',
  replicasPerNodeGroup: '0',
  automaticFailover: 'off',
  multiAz: 'off',
  snapshotRetentionDays: '0',
  maintenanceWindow: 'a random one',
};

/** The settings of the candidate, one a line, each beside what AWS would have made of it. */
export function renderSettings(profile: ConfigurationProfile | CacheProfile): readonly string[] {
  const defaults: Readonly<Record<string, string>> = 'auth' in profile ? cacheDefaults : awsDefaults;
  const settings = Object.entries(profile) as [string, unknown][];
  return [
    'Settings of the candidate (in brackets what AWS would have chosen)',
    ...settings
      .filter(([, value]) => value !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([setting, value]) => {
        const otherwise = defaults[setting];
        return `  ${setting.padEnd(23)} ${renderValue(value)}${otherwise === undefined ? '' : `  [${otherwise}]`}`;
      }),
  ];
}

function renderValue(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ');
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (value === null || typeof value !== 'object') return String(value);
  const inner = Object.entries(value).filter(([, one]) => one !== undefined);
  return inner.length === 0 ? 'none' : inner.map(([key, one]) => `${key}=${renderValue(one)}`).join(', ');
}
