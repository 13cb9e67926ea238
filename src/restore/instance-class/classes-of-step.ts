import type { RestoreSettings } from '../../ports/database-restore.js';

/** Of the settings that an instance is made with, those that not every class can have. */
export type OrderedSettings = Pick<
  RestoreSettings,
  'instanceClass' | 'storageType' | 'multiAz' | 'iamAuthentication' | 'subnetGroup'
>;

/** A step that makes an instance. */
export interface OrderedStep<Settings extends OrderedSettings = OrderedSettings> {
  readonly settings: Settings;
  readonly standbyClasses?: readonly string[] | undefined;
}

/** The classes that an instance is asked for as, in order: that of the plan, and those that stand by. */
export function classesOfStep({ settings, standbyClasses = [] }: OrderedStep): readonly [string, ...string[]] {
  return [settings.instanceClass, ...standbyClasses];
}
