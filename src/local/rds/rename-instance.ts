import type { Step } from '../control-plane/timeline.js';
import { addInstanceEvent } from './events.js';
import { shownEndpoint, startServer } from './instance-lifecycle.js';
import { dropPending, patchInstance } from './instance-lookup.js';
import { instanceArn } from './new-instance.js';
import { bringParametersInSync } from './parameter-status.js';
import type { Instance, RdsState } from './rds-state.js';
import { showLinks } from './replica-links.js';

/**
 * A rename as clients see it (facts C2, C5): first the old name, `renaming`; then for a while neither name is found; then the
 * new name, which becomes available with a reboot. The new name is taken from the start, the old one free once it is gone.
 */
export function renameSteps(state: RdsState, instance: Instance, newName: string): readonly Step[] {
  const { durations, dataPlane } = state.settings;
  const part = Math.floor(durations.rename / 5);
  return [
    {
      status: 'renaming',
      milliseconds: 3 * part,
      begin: () => {
        instance.reservedName = newName;
      },
      work: dataPlane && (async () => dataPlane.stop(instance.resourceId, 'fast')),
      done: () => {
        dropPending(instance, ['DBInstanceIdentifier']);
        patchInstance(instance, {
          DBInstanceIdentifier: newName,
          DBInstanceArn: instanceArn(state, newName),
          Endpoint: undefined,
        });
        instance.isNameless = true;
        showLinks(state, instance);
      },
    },
    {
      status: 'renaming',
      milliseconds: part,
      work: startServer(state, instance),
      done: () => {
        instance.isNameless = false;
        instance.reservedName = undefined;
        patchInstance(instance, { Endpoint: shownEndpoint(state, instance) });
      },
    },
    {
      status: 'rebooting',
      milliseconds: durations.rename - 4 * part,
      done: () => {
        bringParametersInSync(state, instance);
        addInstanceEvent(state, instance, 'availability', 'DB instance shutdown');
        addInstanceEvent(state, instance, 'availability', 'DB instance restarted');
      },
    },
  ];
}
