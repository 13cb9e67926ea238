import { invalidInput } from './errors.js';

/** `20251109-142500`: an instant in UTC as names carry it. */
export function timestampInName(instant: Date): string {
  const digits = instant.toISOString().replace(/[-:]/g, '');
  return `${digits.slice(0, 8)}-${digits.slice(9, 15)}`;
}

/** `<instance>-manual-YYYYMMDD-HHMMSS` in UTC, with a suffix where two fall into one second (facts A1: at most 255 characters). */
export function manualSnapshotName(instance: string, instant: Date, suffix?: string): string {
  return `${instance}-manual-${timestampInName(instant)}${suffix === undefined ? '' : `-${suffix}`}`;
}

/**
 * `<cache>-manual-YYYYMMDD-HHMMSS` in UTC. ElastiCache takes at most 40 characters (facts F2), of which the time needs 23: a longer
 * name of the cache is cut.
 */
export function cacheSnapshotName(cache: string, instant: Date, suffix?: string): string {
  const tail = `-manual-${timestampInName(instant)}${suffix === undefined ? '' : `-${suffix}`}`;
  return cache.slice(0, 40 - tail.length).replace(/-+$/, '') + tail;
}

/** Where a dump and its manifest lie in the archive: by UTC day, so that a listing can be bounded (facts G16). */
export function dumpKeys(
  database: string,
  instant: Date,
  suffix?: string,
): { readonly dump: string; readonly manifest: string } {
  const [year, month, day] = instant.toISOString().slice(0, 10).split('-');
  const name = `${encodeURIComponent(database)}-backup-${timestampInName(instant)}${suffix === undefined ? '' : `-${suffix}`}`;
  const stem = `manual/${year}/${month}/${day}/${name}`;
  return { dump: `${stem}.dump`, manifest: `${stem}.manifest.json` };
}

/** Checks an RDS instance identifier (facts A1: 1 to 63 characters) and returns it as RDS stores it, in lower case (facts 0.8). */
export function checkInstanceIdentifier(identifier: string, field: string): string {
  return checkIdentifier(identifier, field, 63);
}

/** Checks a replication group's identifier (facts F2: 1 to 40 characters) and returns it in lower case. */
export function checkReplicationGroupIdentifier(identifier: string, field: string): string {
  return checkIdentifier(identifier, field, 40);
}

/** Checks a cache cluster's identifier (facts F2: 1 to 50 characters) and returns it in lower case. */
export function checkCacheClusterIdentifier(identifier: string, field: string): string {
  return checkIdentifier(identifier, field, 50);
}

/** Checks the name of a cache snapshot (facts F2: 1 to 40 characters) and returns it in lower case. */
export function checkCacheSnapshotName(name: string, field: string): string {
  return checkIdentifier(name, field, 40);
}

/** Checks the identifier of a manual snapshot (facts A1: 1 to 255 characters) and returns it in lower case. */
export function checkSnapshotIdentifier(identifier: string, field: string): string {
  return checkIdentifier(identifier, field, 255);
}

/** Checks the identifier of any existing snapshot; automated ones start with `rds:`, those of AWS Backup with `awsbackup:` (facts A2). */
export function checkAnySnapshotIdentifier(identifier: string, field: string): string {
  const prefix = /^(?:rds|awsbackup):/i.exec(String(identifier))?.[0];
  if (prefix === undefined) return checkIdentifier(identifier, field, 255);
  return prefix.toLowerCase() + checkIdentifier(identifier.slice(prefix.length), field, 255);
}

function checkIdentifier(identifier: string, field: string, longest: number): string {
  const fits = typeof identifier === 'string' && /^(?!.*--)[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/.test(identifier);
  if (!fits || identifier.length > longest) {
    throw invalidInput(
      field,
      `is not a valid identifier: ${JSON.stringify(identifier)}`,
      `Use 1 to ${longest} letters, digits and hyphens; start with a letter, do not end with a hyphen or use two in a row.`,
    );
  }
  return identifier.toLowerCase();
}
