import { invalidInput } from '../core/errors.js';
import type { AwsPorts } from '../ports/aws.js';
import type { System } from './define-system.js';

/** The connection to a region that the system names. Errors: `invalid-input` naming `field` if it names none such. */
export function regionOf(system: System, region: string, field: string): AwsPorts {
  const found = [system.aws, ...system.otherRegions].find((aws) => aws.region === region);
  if (found !== undefined) return found;
  throw invalidInput(
    field,
    `is a region that the system does not know: ${JSON.stringify(region)}`,
    `Give defineSystem otherRegions: [connectAws({ region: ${JSON.stringify(region)} })].`,
  );
}
