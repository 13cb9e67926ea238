import type { DBInstance } from '@aws-sdk/client-rds';
import type { Step, Subject } from '../control-plane/timeline.js';
import { addInstanceEvent } from './events.js';
import { patchInstance } from './instance-lookup.js';
import { parametersOf } from './parameter-groups.js';
import { parametersFor } from './parameter-status.js';
import type { Instance, RdsState } from './rds-state.js';

/** An instance as the timeline carries it. */
export function instanceSubject(state: RdsState, instance: Instance): Subject {
  return {
    key: instance.key,
    setStatus: (status) => patchInstance(instance, { DBInstanceStatus: status }),
    fail: (status, message) => {
      patchInstance(instance, { DBInstanceStatus: status });
      instance.isNameless = false;
      instance.reservedName = undefined;
      addInstanceEvent(
        state,
        instance,
        status === 'storage-full' ? 'availability' : 'failure',
        failureMessage(status, message),
      );
    },
  };
}

/** What every lifecycle of an instance ends with. */
export function availableStep(): Step {
  return { status: 'available', milliseconds: 0 };
}

/** The server of an instance starts at the endpoint that belongs to its name; without a data plane nothing does. */
export function startServer(state: RdsState, instance: Instance): (() => Promise<void>) | undefined {
  const { dataPlane } = state.settings;
  if (dataPlane === undefined) return undefined;
  return async () => {
    // Each region and account has names of its own, in one data plane.
    const { region, accountId } = state.settings;
    const name = instance.reservedName ?? instance.details.DBInstanceIdentifier;
    instance.endpoint = await dataPlane.endpointFor(`${name}.${accountId}.${region}`);
    instance.parameters = parametersOf(state, instance.details);
    await dataPlane.setParameters(instance.resourceId, parametersFor(instance));
    await dataPlane.start(instance.resourceId, instance.endpoint);
  };
}

/** Stops and starts the server, as a reboot does. */
export function restartServer(
  state: RdsState,
  instance: Instance,
  mode: 'fast' | 'immediate',
): (() => Promise<void>) | undefined {
  const { dataPlane } = state.settings;
  const start = startServer(state, instance);
  if (dataPlane === undefined || start === undefined) return undefined;
  return async () => {
    await dataPlane.stop(instance.resourceId, mode);
    await start();
  };
}

/** The restart of an instance whose server had stopped by itself; its logs are shipped again from then on. */
export function recoveryStep(state: RdsState, instance: Instance): Step {
  return {
    status: 'rebooting',
    milliseconds: state.settings.durations.reboot,
    work: startServer(state, instance),
    done: () => {
      instance.disruptedAt = undefined;
      addInstanceEvent(state, instance, 'availability', 'DB instance restarted');
    },
  };
}

/** The endpoint that an instance shows: its real server's, else a name as RDS gives them. */
export function shownEndpoint(state: RdsState, instance: Instance): NonNullable<DBInstance['Endpoint']> {
  if (instance.endpoint !== undefined) return { Address: instance.endpoint.address, Port: instance.endpoint.port };
  const address = `${instance.details.DBInstanceIdentifier}.c1a2b3c4d5e6.${state.settings.region}.rds.amazonaws.com`;
  return { Address: address, Port: instance.port, HostedZoneId: 'Z2R2ITUGPM61AM' };
}

/** The texts of facts D4, with the cause where the service gives one. */
function failureMessage(status: string, message: string): string {
  switch (status) {
    case 'failed':
      return `The DB instance creation failed. ${message}`;
    case 'storage-full':
      return `DB instance has reached the storage-full threshold, and the database has been shut down. ${message}`;
    case 'incompatible-parameters':
      return `Database instance put into ${status}. ${message}`;
    case 'incompatible-network':
      return `Database instance in ${status}. ${message}`;
    default:
      return `DB instance put into ${status} state. RDS recommends that you initiate a point-in-time-restore. ${message}`;
  }
}
