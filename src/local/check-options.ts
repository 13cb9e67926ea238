import { invalidInput } from '../core/errors.js';
import type { LocalRegionOptions } from './local-region.js';

/** Refuses options that TypeScript would have refused, or could not. Throws `invalid-input` naming the option. */
export function checkOptions({ port, directory, clock, dataPlane, cachePlane }: LocalRegionOptions): void {
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535))
    throw invalidInput('port', `is ${port}`, 'Give a port from 1 to 65535, or leave it out to take a free one.');
  if (directory === '') throw invalidInput('directory', 'is empty', 'Name a directory, or leave it out.');
  if (clock !== undefined && (typeof clock.now !== 'function' || typeof clock.sleep !== 'function'))
    throw invalidInput('clock', 'is no clock', 'Leave it out, or give what createVirtualClock() makes.');
  for (const [field, plane] of Object.entries({ dataPlane, cachePlane })) {
    if (plane === undefined || typeof plane === 'function' || typeof plane === 'object') continue;
    throw invalidInput(field, `is ${plane}`, 'Give createPostgresDataPlane or createRedisDataPlane itself.');
  }
}

/** Quotas with their defaults filled in. Throws `invalid-input` naming the quota. */
export function readQuotas<Name extends string>(
  usual: Readonly<Record<Name, number>>,
  given: Readonly<Partial<Record<Name, number>>> | undefined,
  field: string,
): Readonly<Record<Name, number>> {
  for (const [name, value] of Object.entries<number | undefined>(given ?? {})) {
    if (!Object.hasOwn(usual, name))
      throw invalidInput(`${field}.${name}`, 'is no quota here', `There are ${Object.keys(usual).join(', ')}.`);
    if (value === undefined || !isCount(value))
      throw invalidInput(`${field}.${name}`, `is ${value}`, 'A quota is a whole number, or Infinity for none.');
  }
  return { ...usual, ...given };
}

/** Whether a number can count things, without an end too. */
export function isCount(value: number): boolean {
  return value === Number.POSITIVE_INFINITY || (Number.isInteger(value) && value >= 0);
}
