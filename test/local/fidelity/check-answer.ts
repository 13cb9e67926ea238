import { NormalizedSchema } from '@smithy/core/schema';
import type { XmlElement } from './read-xml.js';

type Client = Readonly<Record<string, unknown>>;

/** What is wrong with the answer to an operation, held against the service's model; nothing if it is right. */
export function checkAnswer(client: Client, operation: string, answer: XmlElement): readonly string[] {
  const output = outputOf(client, operation);
  if (answer.name !== `${operation}Response`) return [`the answer is called ${answer.name}`];
  const children: readonly (XmlElement | undefined)[] = answer.children;
  const [result, metadata, ...more] = output === undefined ? [undefined, ...children] : children;
  const complaints = more.map((element) => `${element?.name} has no place in an answer`);
  if (metadata?.name !== 'ResponseMetadata' || metadata.children[0]?.name !== 'RequestId') {
    complaints.push('the answer has no ResponseMetadata with a RequestId');
  }
  if (output === undefined) return complaints;
  if (result?.name !== `${operation}Result`) return [...complaints, `the result is called ${result?.name}`];
  return [...complaints, ...checkStruct(output, result, operation)];
}

/** What is wrong with an error answer of a service: codes that the model has come with the model's status. */
export function checkError(client: Client, answer: XmlElement, status: number): readonly string[] {
  const [error, requestId] = answer.children;
  if (answer.name !== 'ErrorResponse' || error?.name !== 'Error' || requestId?.name !== 'RequestId') {
    return ['the answer is no ErrorResponse with Error and RequestId'];
  }
  const complaints: string[] = [];
  if (error.children.map(({ name }) => name).join() !== 'Type,Code,Message') complaints.push('the error is incomplete');
  const code = textOf(error, 'Code');
  const modelled = modelledStatus(client, code);
  if (modelled === undefined && !unmodelled.has(code)) complaints.push(`${code} is no code of this service`);
  if (status !== (modelled ?? 400)) complaints.push(`${code} comes with ${status}`);
  if (textOf(error, 'Message') === '') complaints.push(`${code} comes without a message`);
  return complaints;
}

/** The text of a child. */
export function textOf(element: XmlElement, name: string): string {
  return element.children.find((child) => child.name === name)?.text ?? '';
}

/** Codes that every Query service has, and no model (facts 0.1). */
const unmodelled = new Set([
  'InvalidParameterValue',
  'InvalidParameterCombination',
  'MissingParameter',
  'MalformedInput',
]);

function modelledStatus(client: Client, code: string): number | undefined {
  for (const schema of Object.values(client)) {
    if (!Array.isArray(schema) || schema[0] !== -3) continue;
    const trait: unknown = NormalizedSchema.of(schema as never).getMergedTraits().awsQueryError;
    if (Array.isArray(trait) && trait[0] === code) return Number(trait[1]);
  }
  return undefined;
}

function outputOf(client: Client, operation: string): NormalizedSchema | undefined {
  const schema = client[`${operation}$`];
  if (!Array.isArray(schema)) throw new Error(`the model has no ${operation}`);
  const output = NormalizedSchema.of(schema[5]());
  return output.isStructSchema() ? output : undefined;
}

function checkValue(schema: NormalizedSchema, element: XmlElement, path: string): readonly string[] {
  if (schema.isStructSchema()) return checkStruct(schema, element, path);
  if (schema.isListSchema()) return checkList(schema, element, path);
  return element.children.length > 0 ? [`${path} is no structure`] : checkScalar(schema, element.text, path);
}

function checkStruct(schema: NormalizedSchema, element: XmlElement, path: string): readonly string[] {
  const members = new Map([...schema.structIterator()].map(([name, member]) => [wireName(member) ?? name, member]));
  const seen = new Map<string, number>();
  const complaints: string[] = element.text.trim() === '' ? [] : [`${path} is a structure, not a text`];
  for (const child of element.children) {
    const member = members.get(child.name);
    const place = `${path}.${child.name}`;
    seen.set(child.name, (seen.get(child.name) ?? 0) + 1);
    if (member === undefined) complaints.push(`${place} is no member`);
    else if (member.isListSchema() && isFlat(member)) {
      complaints.push(...checkValue(member.getValueSchema(), child, place));
    } else {
      if ((seen.get(child.name) ?? 0) > 1) complaints.push(`${place} is there twice`);
      complaints.push(...checkValue(member, child, place));
    }
  }
  const missing = requiredMembers(schema).filter((name) => !seen.has(name));
  return [...complaints, ...missing.map((name) => `${path}.${name} is missing`)];
}

function checkList(schema: NormalizedSchema, element: XmlElement, path: string): readonly string[] {
  const member = schema.getValueSchema();
  const name = wireName(member) ?? 'member';
  if (element.text.trim() !== '') return [`${path} is a list, not a text`];
  return element.children.flatMap((child, index) =>
    child.name === name
      ? checkValue(member, child, `${path}[${index}]`)
      : [`${path} has a ${child.name} where ${name} belongs`],
  );
}

function checkScalar(schema: NormalizedSchema, text: string, path: string): readonly string[] {
  const isRight = schema.isBooleanSchema()
    ? text === 'true' || text === 'false'
    : schema.isNumericSchema()
      ? /^-?\d+(?:\.\d+)?$/.test(text)
      : schema.isTimestampSchema()
        ? /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z$/.test(text)
        : true;
  return isRight ? [] : [`${path} cannot be ${JSON.stringify(text)}`];
}

/** The schema of a structure is a tuple: names fifth, and seventh how many of them, from the first, are required. */
function requiredMembers(schema: NormalizedSchema): readonly string[] {
  const tuple: unknown = schema.getSchema();
  if (!Array.isArray(tuple) || !Array.isArray(tuple[4]) || typeof tuple[6] !== 'number') return [];
  return tuple[4].slice(0, tuple[6]).map(String);
}

function wireName(schema: NormalizedSchema): string | undefined {
  const name: unknown = schema.getMergedTraits().xmlName;
  return typeof name === 'string' ? name : undefined;
}

function isFlat(schema: NormalizedSchema): boolean {
  return Boolean(schema.getMergedTraits().xmlFlattened);
}
