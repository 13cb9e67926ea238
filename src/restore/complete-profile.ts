import { parseDuration } from '../core/duration.js';
import { invalidInput } from '../core/errors.js';
import type { Objectives } from '../core/objectives.js';
import { type ConfigurationProfile, profileOf } from './configuration-profile.js';
import type { CheckedPointInTimeRequest } from './point-in-time-request.js';
import type { RestoreFacts } from './restore-facts.js';

/**
 * What the candidate is to be like: as the production instance where it is to stand in for it, else as its source, with what
 * the request says otherwise. A retained backup holds no configuration (facts B11): with no instance left to look at, the
 * request has to say what AWS's defaults would get dangerously wrong (facts B5).
 */
export function completeProfile(
  facts: Pick<RestoreFacts, 'production' | 'source'>,
  request: Pick<CheckedPointInTimeRequest, 'configuration' | 'promote'>,
  objectives: Objectives,
): ConfigurationProfile {
  const { production, source } = facts;
  const model = request.promote === 'rename' ? (production ?? source.instance) : (source.instance ?? production);
  if (model !== undefined) return { ...profileOf(model), ...request.configuration };
  const { instanceClass, vpcSecurityGroups, subnetGroup } = request.configuration;
  for (const [field, value] of Object.entries({ instanceClass, vpcSecurityGroups, subnetGroup })) {
    if (value === undefined) {
      throw invalidInput(
        `configuration.${field}`,
        'is missing, and there is no instance left to take it from',
        'A retained backup holds no configuration: give at least instanceClass, vpcSecurityGroups and subnetGroup.',
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
    backupRetentionDays: Math.min(
      35,
      Math.ceil(parseDuration(objectives.automatedRetention, 'objectives.automatedRetention') / 86_400_000),
    ),
    tags: {},
    ...request.configuration,
  };
}
