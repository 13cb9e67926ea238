import { parseDuration } from '../../core/duration.js';
import { invalidInput } from '../../core/errors.js';
import type { Objectives } from '../../core/objectives.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';
import type { CandidateFacts } from './candidate-facts.js';
import type { CheckedCandidateRequest } from './candidate-request.js';
import { type ConfigurationProfile, profileOf } from './configuration-profile.js';

type Wanting = Pick<CheckedCandidateRequest, 'configuration' | 'promote'> &
  Partial<Pick<CheckedCandidateRequest, 'temporary' | 'instanceClass'>>;

/**
 * What the candidate is to be like: as the production instance where it is to stand in for it, else as its source, with what
 * the request says otherwise. With no instance left to look at, or none in this region, there is only what the backup itself
 * holds, which is little (facts B4, B11): then the request has to say what AWS's defaults would get dangerously wrong (facts B5).
 */
export function completeProfile(
  facts: Pick<CandidateFacts, 'production' | 'source'>,
  request: Wanting,
  objectives: Objectives,
  left: Partial<ConfigurationProfile> = {},
): ConfigurationProfile {
  const model = modelOf(facts, request);
  const asked = { ...request.temporary?.fixed, ...request.configuration };
  const [instanceClass = ''] = wantedClasses(model, request).classes;
  if (model !== undefined) return { ...profileOf(model), ...asked, instanceClass };
  const { vpcSecurityGroups, subnetGroup } = asked;
  for (const [field, value] of Object.entries({ instanceClass, vpcSecurityGroups, subnetGroup })) {
    if (value === undefined || value === '') {
      throw invalidInput(
        `configuration.${field}`,
        'is missing, and there is no instance left to take it from',
        'A backup holds no configuration: give at least instanceClass, vpcSecurityGroups and subnetGroup.',
      );
    }
  }
  return {
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
    instanceClass,
  };
}

/** Days that automated backups are kept where nothing but the objectives says so; RDS keeps them 35 at the most. */
export function retentionDaysOf({ automatedRetention }: Objectives): number {
  return Math.min(35, Math.ceil(parseDuration(automatedRetention, 'objectives.automatedRetention') / 86_400_000));
}

/** The instance that the candidate is made like: what it is to stand in for, else whose data it gets. */
export function modelOf(
  { production, source }: Pick<CandidateFacts, 'production' | 'source'>,
  { promote }: Pick<CheckedCandidateRequest, 'promote'>,
): DatabaseInstance | undefined {
  return promote !== 'none' ? (production ?? source.instance) : (source.instance ?? production);
}

/** The classes that a request asks for, by preference; without an instance to tell it there is no class of the source. */
export function wantedClasses(
  model: DatabaseInstance | undefined,
  { instanceClass, configuration }: Pick<Wanting, 'instanceClass' | 'configuration'>,
): { readonly classes: readonly string[]; readonly sourceMissing: boolean } {
  const preferred = instanceClass?.preferred ?? [configuration.instanceClass ?? 'source'];
  const named = preferred.map((name) => (name === 'source' ? model?.instanceClass : name));
  const classes = [...new Set(named.filter((name) => name !== undefined))];
  return { classes, sourceMissing: named.includes(undefined) };
}
