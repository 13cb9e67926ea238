import type { Objectives } from '../../core/objectives.js';
import { retentionDaysOf } from '../instance/complete-profile.js';
import { type ConfigurationProfile, profileOf } from '../instance/configuration-profile.js';
import type { ReplicaPromotionFacts } from './replica-promotion-facts.js';
import type { PromotedSettings } from './replica-promotion-request.js';

/**
 * What a promoted replica is to be like: as it is, with what production has and a replica need not have (facts E7): backups,
 * zones, protection. Without a source to ask, the objectives say how long backups are kept.
 */
export function promotedProfile(
  { replica, source }: Pick<ReplicaPromotionFacts, 'replica' | 'source'>,
  configuration: Partial<PromotedSettings>,
  objectives: Objectives,
): ConfigurationProfile {
  const own = profileOf(replica);
  return {
    ...own,
    multiAz: own.multiAz || (source?.multiAz ?? false),
    deletionProtection: true,
    backupRetentionDays: source?.backupRetentionDays || Math.max(own.backupRetentionDays, retentionDaysOf(objectives)),
    backupWindow: source?.backupWindow ?? own.backupWindow,
    ...configuration,
  };
}
