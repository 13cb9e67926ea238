import { NormalizedSchema } from '@smithy/core/schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkError, textOf } from './check-answer.js';
import { openPlace, type Place, type Subject, subjects } from './place.js';
import { readXml } from './read-xml.js';
import { registeredOperations, signedHeaders } from './registered-operations.js';

/** The members of an operation's input, and how many of them, from the first, are required. */
function inputOf(
  { module }: Subject,
  operation: string,
): { readonly members: ReadonlyMap<string, NormalizedSchema>; readonly required: number } {
  const schema = module[`${operation}$`];
  const input: unknown = Array.isArray(schema) ? schema[4]() : undefined;
  const required: unknown = Array.isArray(input) ? input[6] : undefined;
  return {
    members: new Map(NormalizedSchema.of(input as never).structIterator()),
    required: typeof required === 'number' ? required : 0,
  };
}

describe.each(Object.values(subjects))('$service', (subject) => {
  let place: Place;
  let operations: readonly string[] = [];
  beforeAll(async () => {
    place = await openPlace(subject);
    operations = await registeredOperations(place.region, subject.service, subject.module);
  });
  afterAll(() => place[Symbol.asyncDispose]());

  const codeOf = async (form: string): Promise<string> => {
    const headers = signedHeaders(subject.service);
    const answer = await fetch(place.region.endpoint, { method: 'POST', body: form, headers });
    const error = readXml(await answer.text());
    expect(checkError(subject.module, error, answer.status), form).toEqual([]);
    return error.children.map((child) => textOf(child, 'Code'))[0] ?? '';
  };

  it('misses what every operation requires', async () => {
    const requiring = operations.filter((operation) => inputOf(subject, operation).required > 0);
    expect(requiring.length).toBeGreaterThan(operations.length / 2);
    for (const operation of requiring) expect(await codeOf(`Action=${operation}`), operation).toBe('MissingParameter');
  });

  it('refuses members that no operation has, and values of the wrong type', async () => {
    let typed = 0;
    for (const operation of operations) {
      expect(await codeOf(`Action=${operation}&NoSuchMember=1`), operation).toBe('MalformedInput');
      for (const [name, member] of inputOf(subject, operation).members) {
        if (!member.isBooleanSchema() && !member.isNumericSchema() && !member.isTimestampSchema()) continue;
        typed += 1;
        expect(await codeOf(`Action=${operation}&${name}=nonsense`), `${operation} ${name}`).toBe('MalformedInput');
      }
    }
    expect(typed).toBeGreaterThan(operations.length / 2);
  });
});
