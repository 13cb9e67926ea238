import type { OrderableOption } from '../../ports/orderable-option.js';
import type { InstanceNeed } from './instance-need.js';

/** Why a class cannot be had as it is needed. */
export interface ClassMisfit {
  readonly instanceClass: string;
  /** The setting that it does not go with; `instanceClass`: there is no such instance of that version at all. */
  readonly setting: 'instanceClass' | 'storageType' | 'multiAz' | 'iamAuthentication' | 'encrypted' | 'subnetGroup';
  /** As what follows the name of the class. */
  readonly reason: string;
}

/**
 * Holds what RDS offers of a class against what is needed; `undefined` where it fits. `zones` are those of the subnet group; where they
 * are not known they are not judged.
 */
export function classMisfit(
  instanceClass: string,
  need: Omit<InstanceNeed, 'classes'>,
  options: readonly OrderableOption[],
  zones: readonly string[] | undefined,
): ClassMisfit | undefined {
  const misfit = (setting: ClassMisfit['setting'], reason: string): ClassMisfit => ({ instanceClass, setting, reason });
  const own = options.filter((option) => option.instanceClass === instanceClass);
  const { storageType, multiAz } = need;
  if (own.length === 0) {
    return misfit('instanceClass', `is not offered for ${need.engine} ${need.engineVersion} in ${need.region}`);
  }
  const stored = own.filter(
    (option) => storageType === undefined || (option.storageType ?? storageType) === storageType,
  );
  if (stored.length === 0) {
    const types = [...new Set(own.map((option) => option.storageType))].sort();
    return misfit('storageType', `cannot have ${storageType} storage, only ${types.join(', ')}`);
  }
  if (need.encrypted && !stored.some(({ encryption }) => encryption)) {
    return misfit('encrypted', 'cannot have encrypted storage, and the data is encrypted');
  }
  if (need.iamAuthentication && !stored.some((option) => option.iamAuthentication)) {
    return misfit('iamAuthentication', 'cannot have IAM authentication');
  }
  if (multiAz && !stored.some((option) => option.multiAz)) return misfit('multiAz', 'cannot be Multi-AZ');
  if (zones === undefined) return undefined;
  const had = [...new Set(stored.flatMap((option) => option.zones))].sort();
  const near = had.filter((zone) => zones.includes(zone));
  if (near.length >= (multiAz ? 2 : 1)) return undefined;
  const asked = multiAz ? 'two zones' : 'a zone';
  return misfit(
    'subnetGroup',
    `is offered in ${had.join(', ')}, and ${need.subnetGroup} has not ${asked} of those: it has ${zones.join(', ')}`,
  );
}
