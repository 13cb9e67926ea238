import type { CacheExpectation } from '../../checks/cache/cache-expectation.js';
import { checkCacheExpectation } from '../../checks/cache/check-cache-expectation.js';
import { invalidInput } from '../../core/errors.js';
import { checkReplicationGroupIdentifier } from '../../core/names.js';
import { type Tags, tagKeys } from '../../core/tags.js';
import { checkDate } from '../plan/check-date.js';
import type { CacheProfile } from './cache-profile.js';

/** Which snapshot of the cache to restore, and what to. */
export interface CacheRestoreRequest {
  /** Name of a snapshot, or the newest one of the system's cache that is available; `latest-automated`: of the daily ones. */
  readonly snapshot: string | 'latest' | 'latest-automated';
  /** Identifier for the new replication group; it must be free: nothing is ever restored over a cache. */
  readonly target: string;
  /** Settings that shall differ from the source's, by name. With the source gone: at least what the snapshot does not hold. */
  readonly configuration?: Partial<Omit<CacheProfile, 'engine' | 'clusterMode' | 'nodeGroups'>> | undefined;
  /** What the restored cache has to hold. `execute` then has to be given `connectCache`. Default: it is not looked into. */
  readonly expectation?: CacheExpectation | undefined;
  /** The cache is for a look or a drill and will be deleted: its own security groups, no replicas, no snapshots, tagged to expire. */
  readonly temporary?:
    | {
        readonly securityGroups: readonly string[];
        readonly expiresAt: Date;
        /** Default `drill`. */
        readonly purpose?: string | undefined;
        readonly nodeType?: string | undefined;
        readonly subnetGroup?: string | undefined;
        readonly tags?: Tags | undefined;
      }
    | undefined;
}

/** A request that has been checked, with its defaults. */
export interface CheckedCacheRestoreRequest {
  readonly snapshot:
    | { readonly kind: 'latest'; readonly automated: boolean }
    | { readonly kind: 'named'; readonly name: string };
  readonly target: string;
  readonly configuration: Partial<CacheProfile>;
  readonly expectation: CacheExpectation | undefined;
  readonly temporary: { readonly purpose: string; readonly expiresAt: string } | undefined;
  /** Those that the new cache gets besides its source's and that of its execution. */
  readonly tags: Tags;
}

/** Checks all of a request that can be checked without a call. Errors: `invalid-input` names the field. */
export function checkCacheRestoreRequest(request: CacheRestoreRequest, source: string): CheckedCacheRestoreRequest {
  const { snapshot, expectation, configuration = {} } = request;
  const target = checkReplicationGroupIdentifier(request.target, 'target');
  if (target === source) {
    throw invalidInput('target', 'is the cache itself', 'A restore makes a new cache: give it a name of its own.');
  }
  if (typeof snapshot !== 'string' || !/^[A-Za-z][A-Za-z0-9.-]{0,254}$/.test(snapshot)) {
    throw invalidInput(
      'snapshot',
      `is not the name of a snapshot: ${JSON.stringify(snapshot)}`,
      "Name one that BackupClient.list shows, or use 'latest'.",
    );
  }
  if (expectation !== undefined) checkCacheExpectation(expectation);
  const { temporary, fixed, tags } = checkTemporary(request);
  return {
    snapshot:
      snapshot === 'latest' || snapshot === 'latest-automated'
        ? { kind: 'latest', automated: snapshot === 'latest-automated' }
        : { kind: 'named', name: snapshot.toLowerCase() },
    target,
    configuration: { ...fixed, ...configuration },
    expectation,
    temporary,
    tags,
  };
}

function checkTemporary({ temporary, configuration = {} }: CacheRestoreRequest): {
  readonly temporary: CheckedCacheRestoreRequest['temporary'];
  readonly fixed: Partial<CacheProfile>;
  readonly tags: Tags;
} {
  if (temporary === undefined) return { temporary: undefined, fixed: {}, tags: { [tagKeys.purpose]: 'candidate' } };
  const { securityGroups, purpose = 'drill', nodeType, subnetGroup, tags } = temporary;
  if (!Array.isArray(securityGroups) || securityGroups.length === 0) {
    throw invalidInput(
      'temporary.securityGroups',
      `is not a list of security groups: ${JSON.stringify(securityGroups)}`,
      'Give at least one that lets in nobody but who checks the data.',
    );
  }
  checkDate(temporary.expiresAt, 'temporary.expiresAt');
  for (const setting of ['securityGroups', 'snapshotRetentionDays', 'tags'] as const) {
    if (configuration[setting] === undefined) continue;
    throw invalidInput(
      `configuration.${setting}`,
      'is fixed where the cache is temporary',
      'Leave it out; security groups and tags of its own are given by temporary.',
    );
  }
  const expiresAt = temporary.expiresAt.toISOString();
  return {
    temporary: { purpose, expiresAt },
    fixed: {
      securityGroups: [...securityGroups].sort(),
      replicasPerNodeGroup: 0,
      automaticFailover: false,
      multiAz: false,
      snapshotRetentionDays: 0,
      snapshotWindow: undefined,
      maintenanceWindow: undefined,
      tags: {},
      ...(nodeType === undefined ? {} : { nodeType }),
      ...(subnetGroup === undefined ? {} : { subnetGroup }),
    },
    tags: { ...tags, [tagKeys.purpose]: purpose, [tagKeys.expiresAt]: expiresAt },
  };
}
