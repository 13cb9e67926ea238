import type { NormalizedSchema } from '@smithy/core/schema';
import { WireFault } from './wire-fault.js';

/** The parameters of a Query request by their dotted names, nested: `Tags.Tag.1.Key` is Tags -> Tag -> 1 -> Key. */
interface FormNode {
  value: string | undefined;
  readonly children: Map<string, FormNode>;
}

/** How deep a name may nest; the deepest of the services spoken here is below ten. */
const deepest = 16;

/** Reads the form of one operation as its typed input. */
export type FormReader = (form: URLSearchParams) => Record<string, unknown>;

/** Reads one value out of the tree of a form. */
type NodeReader = (node: FormNode, path: string) => unknown;

/**
 * Makes the reader of the form of an AWS Query request as the typed input that the operation's schema describes. Members that
 * the schema does not know, values of the wrong type and missing required members are refused as the service refuses them.
 * Schemas are walked once, when the reader is made.
 */
export function createFormReader(input: NormalizedSchema): FormReader {
  const read = input.isStructSchema() ? structReader(input, new Map()) : undefined;
  return (form) => {
    const root = nest(form);
    root.children.delete('Action');
    root.children.delete('Version');
    return read?.(root, '') ?? {};
  };
}

function nest(form: URLSearchParams): FormNode {
  const root: FormNode = { value: undefined, children: new Map() };
  for (const [name, value] of form) {
    const parts = name.split('.');
    if (parts.length > deepest) throw malformed(`Unexpected parameter: ${name}`);
    let node = root;
    for (const part of parts) {
      let child = node.children.get(part);
      if (child === undefined) {
        child = { value: undefined, children: new Map() };
        node.children.set(part, child);
      }
      node = child;
    }
    node.value = value;
  }
  return root;
}

function structReader(
  schema: NormalizedSchema,
  known: Map<unknown, NodeReader>,
): (node: FormNode, path: string) => Record<string, unknown> {
  const required = requiredMembers(schema);
  const members = new Map(
    [...schema.structIterator()].map(([name, member]) => [
      wireName(member) ?? name,
      { name, read: reader(member, known) },
    ]),
  );
  return (node, path) => {
    const result: Record<string, unknown> = {};
    for (const [key, child] of node.children) {
      const member = members.get(key);
      if (member === undefined) throw malformed(`Unexpected parameter: ${join(path, key)}`);
      result[member.name] = member.read(child, join(path, key));
    }
    for (const name of required) {
      if (result[name] === undefined) {
        const message = `The request must contain the parameter ${join(path, name)}.`;
        throw new WireFault({ status: 400, code: 'MissingParameter', message });
      }
    }
    return result;
  };
}

function reader(schema: NormalizedSchema, known: Map<unknown, NodeReader>): NodeReader {
  if (!schema.isStructSchema() && !schema.isListSchema()) {
    return (node, path) => {
      if (node.children.size > 0 || node.value === undefined) throw malformed(`Unexpected complex element at ${path}`);
      return readScalar(schema, node.value, path);
    };
  }
  // Shapes may contain themselves: those are made when they are first met in a form.
  return (node, path) => {
    let made = known.get(schema);
    if (made === undefined) {
      made = schema.isStructSchema() ? structReader(schema, known) : listReader(schema, known);
      known.set(schema, made);
    }
    return made(node, path);
  };
}

function listReader(schema: NormalizedSchema, known: Map<unknown, NodeReader>): NodeReader {
  const member = schema.getValueSchema();
  const name = wireName(member) ?? 'member';
  const read = reader(member, known);
  return (node, path) => {
    if (node.children.size === 0) return []; // `Tags=` is how an empty list is sent
    const items = isFlat(schema) ? node : (node.children.get(name) ?? node.children.get('member'));
    if (items === undefined) throw malformed(`Start of list found where not expected at ${path}`);
    return [...items.children]
      .map(([index, child]) => {
        if (!/^[1-9]\d{0,4}$/.test(index)) throw malformed(`Unexpected list element ${join(path, index)}`);
        return { index: Number(index), child };
      })
      .sort((a, b) => a.index - b.index)
      .map(({ index, child }) => read(child, `${join(path, name)}.${index}`));
  };
}

function readScalar(schema: NormalizedSchema, text: string, path: string): unknown {
  if (schema.isBooleanSchema()) {
    const lower = text.toLowerCase();
    if (lower === 'true' || lower === 'false') return lower === 'true';
    throw malformed(`Invalid boolean value at ${path}: ${text}`);
  }
  if (schema.isNumericSchema()) {
    if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
    throw malformed(`For input string: "${text}" at ${path}`);
  }
  if (schema.isTimestampSchema()) {
    const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? new Date(text) : new Date(Number.NaN);
    if (!Number.isNaN(time.getTime())) return time;
    throw malformed(`Invalid Date at ${path}: ${text}`);
  }
  return text;
}

/** The schema of a structure is a tuple whose seventh entry counts the required members, which come first. */
export function requiredMembers(schema: NormalizedSchema): readonly string[] {
  const tuple: unknown = schema.getSchema();
  if (!Array.isArray(tuple) || !Array.isArray(tuple[4]) || typeof tuple[6] !== 'number') return [];
  return tuple[4].slice(0, tuple[6]).map(String);
}

/** The name that a member goes by on the wire, where it differs from the member's own. */
export function wireName(schema: NormalizedSchema): string | undefined {
  const name = schema.getMergedTraits().xmlName;
  return typeof name === 'string' ? name : undefined;
}

/** Whether the elements of a list stand directly under the list's own name. */
export function isFlat(schema: NormalizedSchema): boolean {
  return Boolean(schema.getMergedTraits().xmlFlattened);
}

function malformed(message: string): WireFault {
  return new WireFault({ status: 400, code: 'MalformedInput', message });
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
