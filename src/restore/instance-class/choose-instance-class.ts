import { BackupError, invalidInput } from '../../core/errors.js';
import type { CheckedCandidateRequest } from '../instance/candidate-request.js';
import type { PassedOverClass, PlanWarning } from '../plan/restore-plan.js';
import { type ClassMisfit, classMisfit } from './class-misfit.js';
import type { ClassOffers } from './class-offers.js';
import { fittingClasses } from './fitting-classes.js';

/** The class that a candidate gets. */
export interface ChosenClass {
  readonly instanceClass: string;
  /** Those that were preferred to it and cannot be had. */
  readonly passedOver: readonly PassedOverClass[];
  /** Those to try where RDS has no capacity for it. */
  readonly standby: readonly string[];
  readonly warnings: readonly PlanWarning[];
}

type Asked = Pick<CheckedCandidateRequest, 'instanceClass' | 'configuration' | 'temporary' | 'acknowledged'>;

/**
 * Takes of the classes that were asked for the first that RDS can make. What RDS does not tell is not judged: a recovery does not wait
 * for a permission.
 *
 * Errors: `invalid-input` where the caller has named what cannot be had, `instance-class-not-offered` where it is the source's.
 */
export function chooseInstanceClass(offers: ClassOffers, asked: Asked): ChosenClass {
  const { need, options, zones } = offers;
  // A version of which RDS lists no class at all is one that it is silent about: it may restore it all the same (facts A22).
  const isKnown = (name: string): boolean => options.length > 0 && offers.asked.includes(name);
  const misfits = need.classes.flatMap((name) =>
    isKnown(name) ? (classMisfit(name, need, options, zones) ?? []) : [],
  );
  const usable = need.classes.filter((name) => !misfits.some(({ instanceClass }) => instanceClass === name));
  const [first = need.classes[0]] = usable;
  if (usable.length === 0 && !asked.acknowledged.instanceClass) throw refusal(offers, misfits, asked);
  const before = usable.length === 0 ? [] : need.classes.slice(0, need.classes.indexOf(first));
  const passedOver = [
    ...(need.sourceMissing ? [{ instanceClass: 'source', reason: 'cannot be told: there is no instance left' }] : []),
    ...misfits
      .filter(({ instanceClass }) => before.includes(instanceClass))
      .map(({ instanceClass, reason }) => ({ instanceClass, reason })),
  ];
  return {
    instanceClass: first,
    passedOver,
    standby: usable.filter((name) => name !== first),
    warnings: [
      ...passedOver.map(({ instanceClass, reason }) => ({
        code: 'instance-class-passed-over' as const,
        message: `${first} is taken instead of ${instanceClass}, which ${reason}`,
      })),
      ...(usable.length === 0
        ? [{ code: 'instance-class-not-offered' as const, message: `${textOf(misfits)}: the restore may be refused` }]
        : []),
      ...unknownWarnings(offers, isKnown(first)),
    ],
  };
}

function unknownWarnings({ need, unknown }: ClassOffers, isKnown: boolean): readonly PlanWarning[] {
  const silence = `RDS lists no class for ${need.engine} ${need.engineVersion} in ${need.region}`;
  const reasons = unknown.length === 0 && !isKnown ? [silence] : unknown;
  return reasons.map((reason) => ({
    code: 'instance-class-not-checked',
    message: `whether such an instance can be made is not fully known: ${reason}`,
  }));
}

function textOf(misfits: readonly ClassMisfit[]): string {
  return misfits.map(({ instanceClass, reason }) => `${instanceClass} ${reason}`).join('; ');
}

function refusal(offers: ClassOffers, misfits: readonly ClassMisfit[], asked: Asked): BackupError {
  const { region } = offers.need;
  const alternatives = fittingClasses(offers.need, offers.options, offers.zones);
  const nearest =
    alternatives.length === 0
      ? 'DescribeOrderableDBInstanceOptions of RDS lists what there is'
      : `of those that can be had the nearest are ${alternatives.join(', ')}`;
  const anyway = asked.temporary === undefined ? '; acknowledgeInstanceClass asks RDS for it all the same' : '';
  const hint = `Name another instanceClass: ${nearest}${anyway}.`;
  const details = {
    region,
    classes: misfits.map(({ instanceClass, setting, reason }) => ({ instanceClass, setting, reason })),
    alternatives,
  };
  const field = fieldOf(misfits, asked);
  if (field !== undefined) return invalidInput(field, `cannot be had: ${textOf(misfits)}`, hint, details);
  const message = `an instance like the source cannot be made: ${textOf(misfits)}`;
  return new BackupError({ code: 'instance-class-not-offered', message, hint, details });
}

/** What the caller has given that cannot be; nothing, where all of it is the source's. */
function fieldOf(misfits: readonly ClassMisfit[], asked: Asked): string | undefined {
  const { instanceClass, configuration, temporary } = asked;
  if (instanceClass !== undefined) return instanceClass.field;
  if (configuration.instanceClass !== undefined) return 'configuration.instanceClass';
  const missed = misfits.map(({ setting }) => setting);
  if (temporary?.fixed.subnetGroup !== undefined && missed.includes('subnetGroup')) return 'temporary.subnetGroup';
  return (['storageType', 'multiAz', 'iamAuthentication', 'subnetGroup'] as const)
    .filter((setting) => configuration[setting] !== undefined && missed.includes(setting))
    .map((setting) => `configuration.${setting}`)[0];
}
