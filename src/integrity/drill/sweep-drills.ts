import type { CallOptions } from '../../core/call-options.js';
import { isBackupError } from '../../core/errors.js';
import type { System } from '../../system/define-system.js';
import type { DrillLeftover } from './drill-evidence.js';
import type { DumpDrillRequest } from './drill-request.js';
import type { LeftThing, SweptThing } from './left-thing.js';

/** Where to look, and how. */
export interface SweepDrillsOptions extends CallOptions {
  /**
   * Servers that dumps are drilled on, looked through for scratch databases of which no journal tells any more. Default: none; those
   * that the archive's journals tell of are found on any server.
   */
  readonly servers?: readonly DumpDrillRequest['on'][] | undefined;
}

/** What a sweep did. */
export interface DrillSweep {
  readonly removed: readonly SweptThing[];
  /** A drill that may still be going on. */
  readonly notExpired: readonly SweptThing[];
  /** What should have been removed and could not be. */
  readonly leftovers: readonly DrillLeftover[];
}

/**
 * Removes what killed drills have left in the system's region, once it has expired, however long ago: instances and caches by their
 * tags, scratch databases by the archive's journals and, on `servers`, by their comments. Nothing is removed without the proof that a
 * drill made it; each thing is read again right before. Run it daily, and with a system of each region that copies are drilled in.
 *
 * Errors: `invalid-input`, those of listing and of connecting to `servers`. That a single thing could not be removed is in `leftovers`,
 * not an error.
 *
 * @example
 * ```ts
 * const { removed, leftovers } = await sweepDrills(zephyr);
 * if (leftovers.length > 0) throw new Error(leftovers.map(({ identifier, reason }) => `${identifier}: ${reason}`).join('; '));
 * ```
 */
export async function sweepDrills(system: System, options: SweepDrillsOptions = {}): Promise<DrillSweep> {
  const { signal, servers = [] } = options;
  const { checkPlace } = await import('./check-drill-request.js');
  for (const [index, server] of servers.entries()) checkPlace(server, `servers[${index}]`);
  signal?.throwIfAborted();
  const sweep: Sweep = { removed: [], notExpired: [], leftovers: [], unforeseen: [] };
  const { cachesLeft, instancesLeft } = await import('./left-by-tags.js');
  const { databasesOfJournals, databasesOn } = await import('./left-databases.js');
  const finds = [
    instancesLeft,
    cachesLeft,
    databasesOfJournals,
    ...servers.map(
      (server): typeof instancesLeft =>
        (of, call) =>
          databasesOn(of, server, call),
    ),
  ];
  for (const find of finds) {
    for (const thing of await find(system, { signal })) {
      signal?.throwIfAborted();
      await sweepOne(sweep, thing, system.clock.now());
    }
  }
  const { unforeseen, ...swept } = sweep;
  if (unforeseen.length > 1) throw new AggregateError(unforeseen, 'several things could not be removed');
  if (unforeseen.length === 1) throw unforeseen[0];
  return swept;
}

interface Sweep extends DrillSweep {
  readonly removed: SweptThing[];
  readonly notExpired: SweptThing[];
  readonly leftovers: DrillLeftover[];
  /** What no service has answered with: told once all else is done. */
  readonly unforeseen: unknown[];
}

async function sweepOne(sweep: Sweep, { remove, region, resourceId, ...thing }: LeftThing, now: Date): Promise<void> {
  const { kind, identifier, runId, expiresAt } = thing;
  // What a journal tells of may bear its mark too.
  const isTold = (one: SweptThing): boolean =>
    one.kind === kind && one.identifier === identifier && one.runId === runId;
  // An end that nobody knows has not come.
  if (!(new Date(expiresAt) <= now)) {
    if (!sweep.notExpired.some(isTold)) sweep.notExpired.push(thing);
    return;
  }
  try {
    const reason = await remove();
    if (reason === undefined) sweep.removed.push(thing);
    else sweep.leftovers.push({ kind, region, identifier, resourceId, reason });
  } catch (error) {
    // One that cannot be removed must not keep the others.
    if (!isBackupError(error)) sweep.unforeseen.push(error);
    else sweep.leftovers.push({ kind, region, identifier, resourceId, reason: error.message });
  }
}
