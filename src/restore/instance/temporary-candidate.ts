import { invalidInput } from '../../core/errors.js';
import { type Tags, tagKeys } from '../../core/tags.js';
import type { InstanceClassChoice } from '../instance-class/instance-class-choice.js';
import { checkDate } from '../plan/check-date.js';
import type { ConfigurationProfile } from './configuration-profile.js';

/** How an instance that will be deleted again is kept apart from everything else while it lives. */
export interface TemporaryCandidate {
  /** Its own, that let nobody in but who checks it: what is restored is production's data (facts K7). */
  readonly vpcSecurityGroups: readonly string[];
  /** From then on whoever cleans up may delete it. */
  readonly expiresAt: Date;
  /** Value of the tag `zephyr:purpose`. Default `drill`. */
  readonly purpose?: string | undefined;
  /**
   * Default: that of the source. A smaller one may not run the source's parameters (facts B6), and what it takes to recover is
   * then not what production would take. Of several by preference the first that RDS can make.
   */
  readonly instanceClass?: InstanceClassChoice | undefined;
  /** Default: that of the source. */
  readonly subnetGroup?: string | undefined;
  /** Further tags, such as one for the run. Those of the source are not taken over: plans that select by tag would find it. */
  readonly tags?: Tags | undefined;
}

/** The same, checked, JSON-safe. */
export interface CheckedTemporaryCandidate {
  readonly purpose: string;
  readonly expiresAt: string;
  readonly tags: Tags;
  readonly fixed: Partial<ConfigurationProfile>;
}

/** Settings that are what they have to be on something temporary: saying otherwise is a mistake to be told of. */
const fixedSettings = [
  'publiclyAccessible',
  'multiAz',
  'deletionProtection',
  'backupRetentionDays',
  'backupWindow',
  'copyTagsToSnapshot',
  'vpcSecurityGroups',
  'tags',
] as const;

/** Checks what is asked of a temporary candidate. Errors: `invalid-input` names the field. */
export function checkTemporaryCandidate(
  temporary: TemporaryCandidate,
  request: { readonly promote: string; readonly configuration: Partial<ConfigurationProfile> },
): CheckedTemporaryCandidate {
  const { vpcSecurityGroups, expiresAt, purpose = 'drill', subnetGroup, tags = {} } = temporary;
  if (request.promote !== 'none') {
    throw invalidInput(
      'temporary',
      'cannot be promoted',
      "It has no backups and no protection, and turning them on later is an outage: leave temporary out, or use promote: 'none'.",
    );
  }
  if (!Array.isArray(vpcSecurityGroups) || vpcSecurityGroups.length === 0 || !vpcSecurityGroups.every(isGroup)) {
    throw invalidInput(
      'temporary.vpcSecurityGroups',
      `is not a list of security groups: ${JSON.stringify(vpcSecurityGroups)}`,
      "Give at least one, like 'sg-0123456789abcdef0', that lets in nobody but who checks the data.",
    );
  }
  checkDate(expiresAt, 'temporary.expiresAt');
  for (const setting of fixedSettings) {
    if (request.configuration[setting] === undefined) continue;
    throw invalidInput(
      `configuration.${setting}`,
      'is fixed where the candidate is temporary',
      'Leave it out; security groups and tags of its own are given by temporary.',
    );
  }
  return {
    purpose,
    expiresAt: expiresAt.toISOString(),
    tags,
    fixed: {
      vpcSecurityGroups: [...vpcSecurityGroups].sort(),
      publiclyAccessible: false,
      multiAz: false,
      deletionProtection: false,
      copyTagsToSnapshot: false,
      // Off from the start: the first backup of a full instance would only make the drill longer (facts B19).
      backupRetentionDays: 0,
      backupWindow: undefined,
      tags: {},
      // Nobody watches it, and setting what a restore call cannot set would take a modification of minutes.
      autoMinorVersionUpgrade: false,
      maxAllocatedStorageGiB: undefined,
      maintenanceWindow: undefined,
      monitoring: { intervalSeconds: 0 },
      performanceInsights: { enabled: false },
      logExports: [],
      ...(subnetGroup === undefined ? {} : { subnetGroup }),
    },
  };
}

/** The tags that a candidate is made with, besides the one of its execution. */
export function candidateTags(temporary: CheckedTemporaryCandidate | undefined): Tags {
  if (temporary === undefined) return { [tagKeys.purpose]: 'candidate' };
  const { tags, purpose, expiresAt } = temporary;
  return { ...tags, [tagKeys.purpose]: purpose, [tagKeys.expiresAt]: expiresAt };
}

/** `sg-` and whatever an emulator makes of the rest. */
function isGroup(value: unknown): boolean {
  return typeof value === 'string' && /^sg-[0-9A-Za-z-]{1,60}$/.test(value);
}
