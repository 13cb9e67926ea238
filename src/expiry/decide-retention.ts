import { withinDeadline } from '../checks/within-deadline.js';
import type { Backup } from '../core/backups.js';
import type { CallOptions } from '../core/call-options.js';
import type { RetentionDecision } from '../retention/retention-decision.js';
import type { RetentionPolicy } from '../retention/retention-policy.js';
import type { System } from '../system/define-system.js';

/**
 * What a policy says now about the system's snapshots and dumps in all its regions, with what is proven, held or being read of
 * them. Reads only; `renderRetention` shows it, {@link carryOutRetention} does it. The policy's own `evaluate` decides over any
 * list for any instant.
 *
 * What restores and drills are reading is known where they keep their journals in the archive; `inUse` names what else is.
 *
 * Errors: `invalid-input`, and those of listing: what cannot be listed is no ground to decide on.
 *
 * @example
 * ```ts
 * const { verdict, expire } = await decideRetention(zephyr, new RetentionPolicy(zephyrRetention));
 * ```
 */
export async function decideRetention(
  system: System,
  policy: RetentionPolicy,
  request: { readonly inUse?: ReadonlySet<string> | undefined } = {},
  options: CallOptions = {},
): Promise<RetentionDecision<Backup>> {
  const { listBackups } = await import('../backup/list-backups.js');
  const { findBackupsInUse } = await import('./backups-in-use.js');
  const now = system.clock.now();
  const limits = { clock: system.clock, deadline: options.deadline, signal: options.signal };
  return withinDeadline('deciding on retention', limits, async (signal) => {
    const backups: Backup[] = [];
    const kinds = ['database-snapshot', 'cache-snapshot', 'dump'] as const;
    for await (const backup of listBackups(system, { kinds }, { signal })) backups.push(backup);
    const inUse = new Set([...(request.inUse ?? []), ...(await findBackupsInUse(system, backups, { signal }))]);
    return policy.evaluate(backups, { now, inUse });
  });
}
