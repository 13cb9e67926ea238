import { invalidParameterValue } from '../control-plane/parameter-fault.js';

const longest = {
  CacheClusterId: 50,
  ReplicationGroupId: 40,
  SnapshotName: 40,
  TargetSnapshotName: 40,
  CacheParameterGroupName: 255,
} as const;

/** A parameter that names something new. */
export type NamingParameter = keyof typeof longest | 'FinalSnapshotIdentifier';

/** Checks a new name; names are kept in lower case (facts 0.8, F2). */
export function newCacheName(name: string, parameter: NamingParameter): string {
  const limit = parameter === 'FinalSnapshotIdentifier' ? longest.SnapshotName : longest[parameter];
  if (name.length > limit || !/^(?!.*--)[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/.test(name)) {
    throw invalidParameterValue(
      `The parameter ${parameter} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; must not end with a hyphen or contain two consecutive hyphens; and must be 1 to ${limit} characters long.`,
    );
  }
  return name.toLowerCase();
}

/** `automatic.<cluster>-YYYY-MM-DD-hh-mm`, in UTC (facts F2). */
export function automaticSnapshotName(source: string, at: Date): string {
  return `automatic.${source}-${at.toISOString().slice(0, 16).replace('T', '-').replace(':', '-')}`;
}

/** What all ARNs of this account and region begin with. */
export function cacheArnPrefix(place: { readonly region: string; readonly accountId: string }): string {
  return `arn:aws:elasticache:${place.region}:${place.accountId}`;
}
