import { BackupError, isBackupError } from '../core/errors.js';
import type { AwsPorts } from '../ports/aws.js';
import type { PortCall } from '../ports/port-call.js';
import type { SnapshotQuota } from './snapshot-quota.js';

const day = 86_400_000;

/** So far back new snapshots are counted, for the pace at which the quota fills. */
const paceDays = 30;

/** What fills the quota: the manual snapshots of all instances of a region. */
interface QuotaUse {
  /** How many each instance has, the most first. */
  readonly byInstance: readonly (readonly [instance: string, count: number])[];
  readonly madeInLastMonth: number;
  readonly oldest: readonly { readonly id: string; readonly createdAt: string }[];
}

/**
 * The error for a used-up quota: whose snapshots use it, at what pace they come, and for how long one that is deleted makes room.
 * Manual snapshots never expire by themselves (facts A11, A12). Where they cannot be listed it says less.
 */
export async function quotaExceeded(
  { rds, region }: AwsPorts,
  quota: SnapshotQuota | undefined,
  now: Date,
  call: PortCall,
  cause?: unknown,
): Promise<BackupError> {
  const use = await readUse(rds, now, call);
  const counts = quota === undefined ? [] : [`${quota.used} of ${quota.max} are used`];
  if (use !== undefined && use.byInstance.length > 0) {
    counts.push(use.byInstance.map(([instance, count]) => `${count} by ${instance}`).join(', '));
  }
  return new BackupError({
    code: 'quota-exceeded',
    message: `the quota of manual snapshots in ${region} is used up${counts.length === 0 ? '' : `: ${counts.join(', ')}`}`,
    hint: `Delete manual snapshots that the retention policy lets go (they never expire by themselves), or ask AWS for a higher quota.${runway(use)}`,
    details: { region, ...quota, ...use },
    cause,
  });
}

function runway(use: QuotaUse | undefined): string {
  if (use === undefined) return '';
  const { madeInLastMonth: made, oldest } = use;
  const [first] = oldest;
  const candidates = first === undefined ? '' : ` The oldest is ${first.id} of ${first.createdAt.slice(0, 10)}.`;
  if (made === 0) return candidates;
  const days = Math.round((10 * paceDays) / made);
  return ` ${made} were made in the last ${paceDays} days: at that pace room for 10 lasts ${days} d.${candidates}`;
}

async function readUse(rds: AwsPorts['rds'], now: Date, call: PortCall): Promise<QuotaUse | undefined> {
  const counts = new Map<string, number>();
  const dated: { readonly id: string; readonly createdAt: Date }[] = [];
  try {
    for await (const { instance, identifier: id, createdAt } of rds.listSnapshots({ type: 'manual' }, call)) {
      counts.set(instance, (counts.get(instance) ?? 0) + 1);
      if (createdAt !== undefined) dated.push({ id, createdAt });
    }
  } catch (error) {
    // The quota is what went wrong: that it cannot be told whose snapshots they are must not hide it.
    if (call.signal?.aborted || !isBackupError(error)) throw error;
    return undefined;
  }
  dated.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  return {
    byInstance: [...counts].sort(([, a], [, b]) => b - a),
    madeInLastMonth: dated.filter(({ createdAt }) => now.getTime() - createdAt.getTime() <= paceDays * day).length,
    oldest: dated.slice(0, 5).map(({ id, createdAt }) => ({ id, createdAt: createdAt.toISOString() })),
  };
}
