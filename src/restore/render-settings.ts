import type { ConfigurationProfile } from './configuration-profile.js';

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

/** The settings of the candidate, one a line, each beside what AWS would have made of it. */
export function renderSettings(profile: ConfigurationProfile): readonly string[] {
  const settings = Object.entries(profile) as [keyof ConfigurationProfile, unknown][];
  return [
    'Settings of the candidate (in brackets what AWS would have chosen)',
    ...settings
      .filter(([, value]) => value !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([setting, value]) => {
        const otherwise = awsDefaults[setting];
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
