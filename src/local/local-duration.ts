import { type Duration, parseDuration } from '../core/duration.js';
import { invalidInput } from '../core/errors.js';

/** How long something takes in the local region: a length of time, `'0s'` for at once, or `'never'` for what does not end. */
export type LocalDuration = Duration | 'never';

/** Times of a table of {@link LocalDuration} in milliseconds; `Infinity` for what never ends. */
export type InMilliseconds<Table> = { readonly [Name in keyof Table]: number };

/** Milliseconds of a duration; `Infinity` for `'never'`. Throws `invalid-input` naming `field`. */
export function parseLocalDuration(duration: LocalDuration, field: string): number {
  if (duration === 'never') return Number.POSITIVE_INFINITY;
  if (/^0+(?:ms|[smhdw])$/.test(String(duration))) return 0;
  return parseDuration(duration, field);
}

/** The table in milliseconds: `durations` over `usual`. Throws `invalid-input` naming the entry. */
export function parseLocalDurations<Name extends string>(
  usual: Readonly<Record<Name, number>>,
  durations: Readonly<Partial<Record<Name, LocalDuration | undefined>>> | undefined,
  field: string,
): Readonly<Record<Name, number>> {
  const result: Record<Name, number> = { ...usual };
  for (const name of Object.keys(usual) as Name[]) {
    const duration = durations?.[name];
    if (duration !== undefined) result[name] = parseLocalDuration(duration, `${field}.${name}`);
  }
  for (const name of Object.keys(durations ?? {})) {
    if (!(name in usual))
      throw invalidInput(
        `${field}.${name}`,
        'is nothing that takes time here',
        `There are ${Object.keys(usual).join(', ')}.`,
      );
  }
  return result;
}
