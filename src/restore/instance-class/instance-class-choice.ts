import { invalidInput } from '../../core/errors.js';

/**
 * Which class an instance is to be of: one by its name, or several by preference. `source` is the class of the instance that it is made
 * like. Of several the first that RDS can make is taken, and those after it stand by for a restore that RDS has no capacity for.
 *
 * @example
 * ```ts
 * const cheap: InstanceClassChoice = { preferred: ['db.t4g.large', 'db.t3.large', 'source'] };
 * ```
 */
export type InstanceClassChoice = string | { readonly preferred: readonly [string, ...string[]] };

/** A choice that has been checked. */
export interface CheckedClassChoice {
  /** What it was given as. */
  readonly field: string;
  readonly preferred: readonly string[];
}

/** More of them would take longer to ask for than anybody wants to wait. */
const mostClasses = 10;

/** Checks a choice. Errors: `invalid-input` names the field. */
export function checkClassChoice(choice: InstanceClassChoice, field: string): CheckedClassChoice {
  const given: unknown = typeof choice === 'string' ? [choice] : (choice as { preferred?: unknown } | null)?.preferred;
  if (!Array.isArray(given) || given.length === 0 || given.length > mostClasses || !given.every(isClass)) {
    throw invalidInput(
      field,
      `is no class of instances: ${JSON.stringify(choice)}`,
      `Name one, such as db.t3.large, or 'source'; or at most ${mostClasses} by preference: { preferred: ['db.t4g.large', 'db.t3.large'] }.`,
    );
  }
  return { field, preferred: [...new Set<string>(given)] };
}

function isClass(value: unknown): value is string {
  return typeof value === 'string' && /^(?:source|db\.[a-z0-9-]+\.[a-z0-9][a-z0-9.-]*)$/.test(value);
}
