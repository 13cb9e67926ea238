import { BackupError, isBackupError } from '../../core/errors.js';
import type { OrderableOption } from '../../ports/orderable-option.js';
import type { Execution } from '../execution/execution.js';
import { classesOfStep, type OrderedSettings, type OrderedStep } from '../instance-class/classes-of-step.js';
import { fittingClasses } from '../instance-class/fitting-classes.js';
import { knownOrReason } from '../plan/known-or-reason.js';

/** A shortage often is over in minutes; after so many somebody has to choose another class. */
const patienceMilliseconds = 10 * 60_000;

/** The asking for an instance, as one class after the other. */
export interface ClassAttempts<Settings> {
  /** Rejects with the refusal where RDS has refused all of them; then nothing was made. */
  restore(settings: Settings): Promise<void>;
  /** What to end with, once RDS has had no capacity for too long. */
  ended(): BackupError | undefined;
}

/** Asks for the class of the plan, and for those that stand by where RDS cannot make it now. */
export function classAttempts<Settings extends OrderedSettings>(
  execution: Execution,
  step: OrderedStep<Settings>,
  restore: (settings: Settings) => Promise<void>,
): ClassAttempts<Settings> {
  const { clock } = execution.system;
  let shortSince: number | undefined;
  let ended: BackupError | undefined;
  return {
    ended: () => ended,
    restore: async (settings) => {
      let refused: BackupError | undefined;
      for (const instanceClass of classesOfStep(step)) {
        try {
          return await restore({ ...settings, instanceClass });
        } catch (error) {
          // Nothing is made by these two; any other error may have made something (facts 0.3).
          const isShort = isBackupError(error, 'insufficient-capacity');
          if (!isShort && !isBackupError(error, 'instance-class-not-offered')) throw error;
          if (isShort || refused === undefined) refused = error;
        }
      }
      if (refused?.code === 'insufficient-capacity') {
        shortSince ??= clock.now().getTime();
        const short = clock.now().getTime() - shortSince;
        if (short >= patienceMilliseconds) ended = await noCapacity(execution, step, refused);
      }
      throw refused;
    },
  };
}

async function noCapacity({ rds, plan, call }: Execution, step: OrderedStep, cause: BackupError): Promise<BackupError> {
  const classes = classesOfStep(step);
  const data = 'data' in plan.facts ? plan.facts.data : undefined;
  const offered: OrderableOption[] = [];
  if (data !== undefined) {
    await knownOrReason(call, async () => {
      for await (const option of rds.listOrderableOptions(data, call)) offered.push(option);
    });
  }
  const need = { ...step.settings, engine: '', engineVersion: '', ...data, region: rds.region, encrypted: true };
  const alternatives = fittingClasses({ ...need, classes, sourceMissing: false }, offered, undefined);
  const others = alternatives.length === 0 ? '' : `, such as ${alternatives.join(', ')}`;
  return new BackupError({
    code: 'insufficient-capacity',
    message: `RDS has had no capacity for ${classes.join(' or ')} in ${rds.region} for ${patienceMilliseconds / 60_000} minutes`,
    hint: `Execute the plan again later, or plan again with another instanceClass${others}; several stand by for each other: { preferred: [...] }.`,
    retryable: true,
    details: { region: rds.region, classes, alternatives },
    cause,
  });
}
