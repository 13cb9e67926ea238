import { invalidInput } from '../../core/errors.js';
import { managedBy, tagKeys } from '../../core/tags.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';
import type { ReplicaSettings } from '../../ports/database-restore.js';
import { type ConfigurationProfile, profileOf } from '../instance/configuration-profile.js';
import type { CheckedReplicaRequest } from './replica-request.js';

/**
 * What a replica is to be like: as its source, with what the request says otherwise, and without backups of its own. Names of
 * another region are not taken over: security groups, subnet group and parameter group have to be given for it (facts E4).
 *
 * Errors: `invalid-input`.
 */
export function replicaProfile(
  source: DatabaseInstance,
  { configuration }: Pick<CheckedReplicaRequest, 'configuration'>,
  isCrossRegion: boolean,
): ConfigurationProfile {
  const model = profileOf(source);
  const withoutBackups = { ...model, backupRetentionDays: 0, backupWindow: undefined };
  if (isCrossRegion) return { ...withoutBackups, ...regionalParts(model, configuration), ...configuration };
  const { subnetGroup } = configuration;
  if (subnetGroup !== undefined && subnetGroup !== model.subnetGroup) {
    throw invalidInput(
      'configuration.subnetGroup',
      'cannot be another one than that of the source in its region',
      'Leave it out: RDS takes none for a replica in the same region.',
    );
  }
  return { ...withoutBackups, ...configuration };
}

/** What of a profile is called by names of a region. The engine's own groups are everywhere; RDS chooses them. */
function regionalParts(
  model: ConfigurationProfile,
  configuration: Partial<ConfigurationProfile>,
): Partial<ConfigurationProfile> {
  const { vpcSecurityGroups, subnetGroup, parameterGroup, optionGroup } = model;
  const needed = {
    vpcSecurityGroups,
    subnetGroup,
    ...(isOfEngine(parameterGroup) ? {} : { parameterGroup }),
    ...(isOfEngine(optionGroup) ? {} : { optionGroup }),
  };
  for (const [setting, own] of Object.entries(needed)) {
    if (configuration[setting as keyof typeof needed] !== undefined) continue;
    throw invalidInput(
      `configuration.${setting}`,
      `is missing, and that of the source, ${String(own)}, is of another region`,
      'Give the one of the region that the replica is made in.',
    );
  }
  const { enabled, retentionDays } = model.performanceInsights;
  return { parameterGroup: undefined, optionGroup: undefined, performanceInsights: { enabled, retentionDays } };
}

function isOfEngine(group: string | undefined): boolean {
  return group === undefined || /^default[.:]/.test(group);
}

/** What the call sends so that a replica comes up like its profile, as far as it can set it (facts E4). */
export function replicaSettingsOf(
  profile: ConfigurationProfile,
  { target, kmsKey }: Pick<CheckedReplicaRequest, 'target' | 'kmsKey'>,
  isCrossRegion: boolean,
): ReplicaSettings {
  const {
    parameterGroup: _,
    backupRetentionDays: __,
    backupWindow: ___,
    maintenanceWindow: ____,
    subnetGroup,
    ...settings
  } = profile;
  return {
    ...settings,
    target,
    kmsKey,
    // Refused where the source is in the same region.
    ...(isCrossRegion ? { subnetGroup } : {}),
    tags: { ...profile.tags, [tagKeys.managedBy]: managedBy, [tagKeys.purpose]: 'replica' },
  };
}
