import type { CallOptions } from '../../core/call-options.js';
import { isBackupError } from '../../core/errors.js';
import type { PortCall } from '../../ports/port-call.js';
import type { DatabaseInstance } from '../../ports/rds.js';
import { createArchiveJournal } from '../../restore/archive-journal.js';
import { archiveStore } from '../../system/archive-store.js';
import type { System } from '../../system/define-system.js';
import type { DrillLeftover, DrillTarget } from './drill-evidence.js';
import { type DrillAttempt, readDrillLog } from './drill-log.js';
import { drillExpiry, drillTagKeys, madeByDrill } from './drill-tags.js';
import { removeInstance } from './remove-instance.js';
import { tearDown } from './tear-down.js';

/** Something that a drill has made and that is there no more, or still is. */
export interface SweptThing {
  readonly kind: DrillTarget['kind'];
  readonly identifier: string;
  readonly runId: string;
  /** ISO instant. */
  readonly expiresAt: string;
}

/** What a sweep did. */
export interface DrillSweep {
  readonly removed: readonly SweptThing[];
  /** A drill that may still be going on. */
  readonly notExpired: readonly SweptThing[];
  /** What should have been removed and could not be. */
  readonly leftovers: readonly DrillLeftover[];
}

/** How far back journals are looked through. */
const lookBackMilliseconds = 30 * 86_400_000;

/**
 * Removes what killed drills have left in the system's region, once it has expired: instances by their tags, scratch databases
 * and caches by what the archive's journals say of unfinished drills. Nothing is removed without the proof that a drill made it; each thing is read
 * again right before. Run it daily, and with a system of each region that copies are drilled in.
 *
 * Errors: those of listing. That a single thing could not be removed is in `leftovers`, not an error.
 *
 * @example
 * ```ts
 * const { removed, leftovers } = await sweepDrills(zephyr);
 * if (leftovers.length > 0) throw new Error(leftovers.map(({ identifier, reason }) => `${identifier}: ${reason}`).join('; '));
 * ```
 */
export async function sweepDrills(system: System, options: CallOptions = {}): Promise<DrillSweep> {
  const sweep: Sweep = { removed: [], notExpired: [], leftovers: [] };
  const call = { signal: options.signal };
  options.signal?.throwIfAborted();
  await sweepInstances(system, sweep, call);
  if (system.archive !== undefined) await sweepUnfinished(system, sweep, call);
  return sweep;
}

interface Sweep extends DrillSweep {
  readonly removed: SweptThing[];
  readonly notExpired: SweptThing[];
  readonly leftovers: DrillLeftover[];
}

async function sweepInstances(system: System, sweep: Sweep, call: PortCall): Promise<void> {
  const { aws, database, clock } = system;
  const found: DatabaseInstance[] = [];
  for await (const instance of aws.rds.listInstances(call)) if (madeByDrill(instance.tags)) found.push(instance);
  for (const { identifier, resourceId, tags } of found) {
    call.signal?.throwIfAborted();
    const runId = tags[drillTagKeys.run] ?? '';
    const expiry = drillExpiry(tags);
    const isOurs = (one: DatabaseInstance): boolean =>
      madeByDrill(one.tags, runId) && one.identifier !== database.instance;
    await sweepOne(
      sweep,
      { kind: 'instance', identifier, runId, expiresAt: expiry?.toISOString() ?? 'unknown' },
      { expired: expiry !== undefined && expiry <= clock.now(), region: aws.region, resourceId },
      async () => {
        await removeInstance(system, { identifier, resourceId, isOurs }, { patient: true });
        return undefined;
      },
    );
  }
}

/** What is not found by listing: databases carry no tags, and caches are not listed with theirs. */
async function sweepUnfinished(system: System, sweep: Sweep, call: PortCall): Promise<void> {
  const { clock, aws } = system;
  const journal = createArchiveJournal(system);
  for (const key of await recentRuns(system, call)) {
    call.signal?.throwIfAborted();
    const attempt = readDrillLog(await journal.read(key, call));
    const { decision } = attempt ?? {};
    if (attempt === undefined || decision === undefined || isCleared(attempt)) continue;
    const { plan, runId, target, expiresAt } = decision;
    if ((plan.kind !== 'dump' && plan.kind !== 'cache') || (await journal.read(plan.hash, call)).length === 0) continue;
    await sweepOne(
      sweep,
      { kind: target.kind, identifier: target.identifier, runId, expiresAt },
      { expired: new Date(expiresAt) <= clock.now(), region: aws.region },
      async () => {
        const how = { patient: true, begun: true, resourceId: undefined };
        const { teardown, unforeseen } = await tearDown(system, decision, journal, how);
        if (unforeseen !== undefined) throw unforeseen.error;
        return teardown.leftovers[0]?.reason;
      },
    );
  }
}

/** Torn down, and nothing was left. */
function isCleared({ evidence }: DrillAttempt): boolean {
  return evidence !== undefined && evidence.teardown.leftovers.length === 0;
}

async function sweepOne(
  sweep: Sweep,
  thing: SweptThing,
  { expired, region, resourceId }: { readonly expired: boolean; readonly region: string; readonly resourceId?: string },
  remove: () => Promise<string | undefined>,
): Promise<void> {
  if (!expired) {
    sweep.notExpired.push(thing);
    return;
  }
  const { kind, identifier } = thing;
  try {
    const reason = await remove();
    if (reason === undefined) sweep.removed.push(thing);
    else sweep.leftovers.push({ kind, region, identifier, resourceId, reason });
  } catch (error) {
    // One that cannot be removed must not keep the others.
    if (!isBackupError(error)) throw error;
    sweep.leftovers.push({ kind, region, identifier, resourceId, reason: error.message });
  }
}

/** Keys of the journals of drills that were written to lately. */
async function recentRuns(system: System, call: PortCall): Promise<readonly string[]> {
  const { store } = archiveStore(system);
  const since = new Date(system.clock.now().getTime() - lookBackMilliseconds);
  const runs = new Set<string>();
  for await (const { key, lastModified } of store.list({ prefix: 'journals/drill-' }, call)) {
    const run = /^journals\/([^/]+)\/entries\//.exec(key)?.[1];
    if (run !== undefined && lastModified >= since) runs.add(decodeURIComponent(run));
  }
  return [...runs].sort();
}
