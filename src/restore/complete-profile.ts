import { parseDuration } from '../core/duration.js';
import { invalidInput } from '../core/errors.js';
import type { Objectives } from '../core/objectives.js';
import type { CandidateFacts } from './candidate-facts.js';
import type { CheckedCandidateRequest } from './candidate-request.js';
import { type ConfigurationProfile, profileOf } from './configuration-profile.js';

/**
 * What the candidate is to be like: as the production instance where it is to stand in for it, else as its source, with what
 * the request says otherwise. With no instance left to look at, or none in this region, there is only what the backup itself
 * holds, which is little (facts B4, B11): then the request has to say what AWS's defaults would get dangerously wrong (facts B5).
 */
export function completeProfile(
  facts: Pick<CandidateFacts, 'production' | 'source'>,
  request: Pick<CheckedCandidateRequest, 'configuration' | 'promote'> &
    Partial<Pick<CheckedCandidateRequest, 'temporary'>>,
  objectives: Objectives,
  left: Partial<ConfigurationProfile> = {},
): ConfigurationProfile {
  const { production, source } = facts;
  const model = request.promote !== 'none' ? (production ?? source.instance) : (source.instance ?? production);
  const asked = { ...request.temporary?.fixed, ...request.configuration };
  if (model !== undefined) return { ...profileOf(model), ...asked };
  const { instanceClass, vpcSecurityGroups, subnetGroup } = asked;
  for (const [field, value] of Object.entries({ instanceClass, vpcSecurityGroups, subnetGroup })) {
    if (value === undefined) {
      throw invalidInput(
        `configuration.${field}`,
        'is missing, and there is no instance left to take it from',
        'A backup holds no configuration: give at least instanceClass, vpcSecurityGroups and subnetGroup.',
      );
    }
  }
  return {
    instanceClass: '',
    vpcSecurityGroups: [],
    multiAz: false,
    publiclyAccessible: false,
    deletionProtection: true,
    iamAuthentication: false,
    autoMinorVersionUpgrade: false,
    copyTagsToSnapshot: true,
    logExports: [],
    monitoring: { intervalSeconds: 0 },
    performanceInsights: { enabled: false },
    backupRetentionDays: retentionDaysOf(objectives),
    tags: {},
    ...left,
    ...asked,
  };
}

/** Days that automated backups are kept where nothing but the objectives says so; RDS keeps them 35 at the most. */
export function retentionDaysOf({ automatedRetention }: Objectives): number {
  return Math.min(35, Math.ceil(parseDuration(automatedRetention, 'objectives.automatedRetention') / 86_400_000));
}
