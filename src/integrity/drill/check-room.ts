import { BackupError } from '../../core/errors.js';

/** Counts by the names that RDS gives its quotas. */
export type Quotas = ReadonlyMap<string, { readonly used: number; readonly max: number }>;

/**
 * Whether the region has room for one more instance with so much storage: a restore that fails for want of it fails late, and one
 * that takes the last of it leaves none for a recovery (facts B19). What RDS does not tell is not judged.
 *
 * Errors: `quota-exceeded`.
 */
export function checkRoom(quotas: Quotas, need: { readonly storageGiB: number | undefined }, region: string): void {
  const wanted: readonly (readonly [name: string, what: string, more: number])[] = [
    ['DBInstances', 'instances', 1],
    ['AllocatedStorage', 'GiB of storage', need.storageGiB ?? 0],
  ];
  for (const [name, what, more] of wanted) {
    const quota = quotas.get(name);
    if (quota === undefined || quota.used + more <= quota.max) continue;
    throw new BackupError({
      code: 'quota-exceeded',
      message: `the drill needs ${more} ${what} in ${region}, of whose ${quota.max} ${quota.used} are used`,
      hint: 'A recovery would need them too: remove what sweepDrills finds, or ask AWS for a higher quota.',
      details: { region, quota: name, ...quota, needed: more },
    });
  }
}
