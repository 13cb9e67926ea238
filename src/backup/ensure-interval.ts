import { type Duration, parseDuration } from '../core/duration.js';
import { invalidInput } from '../core/errors.js';

/** What an `ensure...` call has come to. */
export interface Ensured<Kept> {
  /** Whether this call made it; otherwise it was there, or being made, already. */
  readonly created: boolean;
  readonly backup: Kept;
}

/** Shorter ones are no backup schedule, but a mistake in the unit. */
const shortestMilliseconds = 60_000;

/**
 * The interval that an instant lies in, counted in UTC from 1970-01-01T00:00Z: '1d' begins at midnight, '6h' at 0, 6, 12 and 18
 * o'clock. Whoever asks at whatever rate asks about the same one. Errors: `invalid-input`.
 */
export function intervalAt(instant: Date, every: Duration): { readonly start: Date; readonly milliseconds: number } {
  const milliseconds = Math.ceil(parseDuration(every, 'every'));
  if (milliseconds < shortestMilliseconds) {
    throw invalidInput('every', `is too short: ${JSON.stringify(every)}`, 'Give a minute or more.');
  }
  return { start: new Date(Math.floor(instant.getTime() / milliseconds) * milliseconds), milliseconds };
}
