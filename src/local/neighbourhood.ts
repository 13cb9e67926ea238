import { type Clock, systemClock } from '../core/clock.js';
import { invalidInput } from '../core/errors.js';
import type { DataPlane } from './data-plane/data-plane.js';
import type { LocalRegion, LocalRegionOptions } from './local-region.js';
import type { RdsState } from './rds/rds-state.js';
import { endReplicationsOf } from './rds/replicated-backups.js';
import { failCopiesOf } from './rds/snapshot-copying.js';
import { placeOf } from './region-settings.js';

/** What local regions share that know each other. */
export interface Neighbourhood {
  readonly clock: Clock;
  /** The account of a region that names none. */
  readonly accountId: string;
  readonly hasDataPlane: boolean;
  /** The RDS of every region that runs. */
  readonly rds: Set<RdsState>;
  /** The data plane that all share; made when the first region asks for it. */
  openDataPlane(): Promise<DataPlane | undefined>;
  /** A region has closed. The last to leave closes the data plane, if the regions made it themselves. */
  leave(state: RdsState): Promise<void>;
}

const neighbourhoods = new WeakMap<LocalRegion, Neighbourhood>();

/** Remembers which neighbourhood a running region belongs to, for those that name it as their `peer`. */
export function settleIn(region: LocalRegion, neighbourhood: Neighbourhood): void {
  neighbourhoods.set(region, neighbourhood);
}

/** The neighbourhood of a new region: its peer's, or one of its own. */
export function findNeighbourhood(options: LocalRegionOptions): Neighbourhood {
  if (options.peer !== undefined) return neighbourhoodOf(options.peer, options);
  const { dataPlane: given } = options;
  const rds = new Set<RdsState>();
  let opened: Promise<DataPlane | undefined> | undefined;
  return {
    clock: options.clock ?? systemClock,
    accountId: options.accountId ?? '123456789012',
    hasDataPlane: given !== undefined,
    rds,
    openDataPlane: () => {
      opened ??= typeof given === 'function' ? given(placeOf(options, 'servers')) : Promise.resolve(given);
      return opened;
    },
    leave: async (state) => {
      for (const { resourceId } of state.instances.sorted()) {
        endReplicationsOf(state, resourceId, state.timeline.instant());
      }
      rds.delete(state);
      // Copies that were under way from there lack the rest.
      failCopiesOf((source) => state.snapshots.get(source.key) === source, rds);
      if (rds.size > 0) await stopServers(state);
      else if (typeof given === 'function') await (await opened)?.close();
    },
  };
}

function neighbourhoodOf(peer: LocalRegion, options: LocalRegionOptions): Neighbourhood {
  const neighbourhood = neighbourhoods.get(peer);
  if (neighbourhood === undefined || neighbourhood.rds.size === 0) {
    throw invalidInput(
      'peer',
      'is no running local region',
      'Name what startLocalRegion returned, before it is closed.',
    );
  }
  if (options.dataPlane !== undefined) throw shared('dataPlane');
  if (options.clock !== undefined && options.clock !== neighbourhood.clock) throw shared('clock');
  const region = options.region ?? 'us-east-1';
  const accountId = options.accountId ?? neighbourhood.accountId;
  for (const { settings } of neighbourhood.rds) {
    if (settings.region === region && settings.accountId === accountId) {
      throw invalidInput('region', `${region} runs already`, 'Give the region another name, or another accountId.');
    }
  }
  return neighbourhood;
}

function shared(field: string): Error {
  return invalidInput(field, "is the peer's", 'Regions that know each other share it: leave it out.');
}

/** A region that is gone answers no more; what others copied from it stays in the data plane that they share. */
async function stopServers({ instances, settings }: RdsState): Promise<void> {
  const running = instances.sorted().filter(({ hasCluster }) => hasCluster);
  await Promise.allSettled(running.map(({ resourceId }) => settings.dataPlane?.stop(resourceId, 'immediate')));
}
