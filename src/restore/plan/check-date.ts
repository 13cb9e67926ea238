import { invalidInput } from '../../core/errors.js';

/** Checks an instant. Errors: `invalid-input`. */
export function checkDate(value: Date, field: string): void {
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) {
    throw invalidInput(field, 'is not a valid Date', "Use new Date('2025-11-09T14:25:00Z'), with its time zone.");
  }
}
