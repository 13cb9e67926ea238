import type { OrderableOption } from '../../ports/orderable-option.js';
import { classMisfit } from './class-misfit.js';
import type { InstanceNeed } from './instance-need.js';
import { nearestClasses } from './nearest-classes.js';

/** The classes that RDS can make of some data, but for those that were wanted: the nearest to the first of them first. */
export function fittingClasses(
  need: InstanceNeed,
  options: readonly OrderableOption[],
  zones: readonly string[] | undefined,
): readonly string[] {
  const names = [...new Set(options.map(({ instanceClass }) => instanceClass))];
  const fitting = names.filter(
    (name) => !need.classes.includes(name) && classMisfit(name, need, options, zones) === undefined,
  );
  return nearestClasses(need.classes[0], fitting);
}
