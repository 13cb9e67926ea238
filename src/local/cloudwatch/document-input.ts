import type { NormalizedSchema } from '@smithy/core/schema';
import { requiredMembers } from '../wire/query-form.js';
import { WireFault } from '../wire/wire-fault.js';

/**
 * Reads what JSON or CBOR held as the typed input that the operation's schema describes. Members that the schema does not
 * know are passed over, as these protocols have it; wrong types and missing required members are refused.
 */
export function readDocument(schema: NormalizedSchema, document: unknown): Record<string, unknown> {
  return schema.isStructSchema() ? readStruct(schema, document, '') : {};
}

function readStruct(schema: NormalizedSchema, document: unknown, path: string): Record<string, unknown> {
  if (!isRecord(document)) throw malformed(`${path || 'the input'} must be a structure`);
  const result: Record<string, unknown> = {};
  for (const [name, member] of schema.structIterator()) {
    const value = document[name];
    if (value === undefined || value === null) continue;
    result[name] = readValue(member, value, path === '' ? name : `${path}.${name}`);
  }
  for (const name of requiredMembers(schema)) {
    if (result[name] !== undefined) continue;
    const message = `The parameter ${path === '' ? name : `${path}.${name}`} is required.`;
    throw new WireFault({ status: 400, code: 'MissingParameter', message });
  }
  return result;
}

function readValue(schema: NormalizedSchema, value: unknown, path: string): unknown {
  if (schema.isStructSchema()) return readStruct(schema, value, path);
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw malformed(`${path} must be a list`);
    return value.map((item, index) => readValue(schema.getValueSchema(), item, `${path}.member.${index + 1}`));
  }
  if (schema.isTimestampSchema()) return readTime(value, path);
  const expected = schema.isNumericSchema() ? 'number' : schema.isBooleanSchema() ? 'boolean' : 'string';
  if (typeof value === expected) return value;
  throw malformed(`${path} must be a ${expected}`);
}

/** Seconds since 1970, which CBOR marks with a tag. */
function readTime(value: unknown, path: string): Date {
  const seconds = isRecord(value) && value.tag === 1 ? value.value : value;
  const time = new Date(Number(seconds) * 1000);
  if (typeof seconds === 'number' && !Number.isNaN(time.getTime())) return time;
  throw malformed(`${path} must be a timestamp`);
}

function malformed(message: string): WireFault {
  return new WireFault({ status: 400, code: 'SerializationException', message });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
