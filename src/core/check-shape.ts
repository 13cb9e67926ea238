import { invalidInput } from './errors.js';

/** Refuses what holds no fields: TypeScript does that too, but not of a script in JavaScript or of JSON. Errors: `invalid-input`. */
export function checkObject(value: object, field: string): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return;
  throw invalidInput(
    field,
    `is no object: ${JSON.stringify(value) ?? typeof value}`,
    'Write it in braces, with its fields by name.',
  );
}

/** Refuses what is no list of texts; `undefined` is fine. Errors: `invalid-input`. */
export function checkTexts(values: readonly string[] | undefined, field: string): void {
  if (values === undefined) return;
  if (Array.isArray(values) && values.every((value) => typeof value === 'string')) return;
  throw invalidInput(
    field,
    `is no list of texts: ${JSON.stringify(values) ?? typeof values}`,
    "Write it in brackets, each in quotes: ['one', 'two'].",
  );
}

/** Refuses what is no instant, such as a date as text; `undefined` is fine. Errors: `invalid-input`. */
export function checkDate(value: Date | undefined, field: string): void {
  if (value === undefined || (value instanceof Date && !Number.isNaN(value.getTime()))) return;
  throw invalidInput(
    field,
    `is no instant: ${JSON.stringify(value) ?? typeof value}`,
    "Pass a Date: new Date('2025-11-09T14:25:00Z').",
  );
}
