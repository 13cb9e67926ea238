import { invalidInput } from '../core/errors.js';

/** Checks an ISO instant with its zone and returns it; PostgreSQL would read one without as local to the session. */
export function checkInstant(instant: string, field: string): string {
  const fits = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:Z|[+-]\d{2}:\d{2})$/.test(String(instant));
  if (!fits || Number.isNaN(Date.parse(instant))) {
    throw invalidInput(
      field,
      `is not an ISO instant: ${JSON.stringify(instant)}`,
      "Write it as '2025-11-09T14:25:00Z', with its time zone.",
    );
  }
  return instant;
}
