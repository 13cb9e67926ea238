/** A field of parsed JSON is not what it has to be. */
export class JsonMismatch extends Error {
  constructor(field: string, problem: string) {
    super(`${field} ${problem}`);
  }
}

/** An object with its fields still unknown. */
export function recordOf(value: unknown, field: string): Readonly<Record<string, unknown>> {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new JsonMismatch(field, 'is not an object');
  return value as Readonly<Record<string, unknown>>;
}

/** A text that is not empty. */
export function textOf(value: unknown, field: string): string {
  if (typeof value !== 'string' || value === '') throw new JsonMismatch(field, 'is not a text');
  return value;
}

/** A whole number, not negative. */
export function countOf(value: unknown, field: string): number {
  if (!Number.isSafeInteger(value) || Number(value) < 0) throw new JsonMismatch(field, 'is not a count');
  return Number(value);
}

/** An ISO instant in UTC, as `toISOString` writes it. */
export function instantOf(value: unknown, field: string): string {
  const text = textOf(value, field);
  const instant = new Date(text);
  if (Number.isNaN(instant.getTime()) || instant.toISOString() !== text)
    throw new JsonMismatch(field, 'is not an instant');
  return text;
}

/** One of the values named. */
export function oneOf<T extends string | number>(value: unknown, field: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw new JsonMismatch(field, `is not ${allowed.join(' or ')}`);
  return found;
}

/** A list, each item read by `item`. */
export function listOf<T>(value: unknown, field: string, item: (value: unknown, field: string) => T): readonly T[] {
  if (!Array.isArray(value)) throw new JsonMismatch(field, 'is not a list');
  return value.map((inner: unknown, index) => item(inner, `${field}[${index}]`));
}

/** `{ [name]: value }` where there is a value, nothing where there is none; `within` is the field it is part of. */
export function optionalOf<K extends string, T>(
  name: K,
  value: unknown,
  read: (value: unknown, field: string) => T,
  within?: string,
): { readonly [P in K]?: T } {
  return value === undefined
    ? {}
    : ({ [name]: read(value, within === undefined ? name : `${within}.${name}`) } as { readonly [P in K]: T });
}
