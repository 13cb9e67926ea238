import type { NormalizedSchema } from '@smithy/core/schema';
import { isFlat, wireName } from './query-form.js';
import type { WireError, WireResponse } from './wire-service.js';

/** Writes a value of one schema as XML elements. */
export type XmlWriter = (value: unknown) => string;

/**
 * Makes the writer of a schema's values. Schemas are walked once, when the writer is made: a page of a hundred snapshots
 * has four thousand members.
 */
export function createXmlWriter(schema: NormalizedSchema): XmlWriter {
  return writerOf(schema, new Map());
}

function writerOf(schema: NormalizedSchema, known: Map<unknown, XmlWriter>): XmlWriter {
  if (!schema.isStructSchema() && !schema.isListSchema()) return textOf;
  const shape = schema.getSchema();
  const existing = known.get(shape);
  if (existing !== undefined) return existing;
  // Shapes may contain themselves: the entry is there before the shape's members are looked at.
  let made: XmlWriter | undefined;
  known.set(shape, (value) => (made === undefined ? '' : made(value)));
  made = schema.isListSchema() ? listWriter(schema, known) : structWriter(schema, known);
  return made;
}

function structWriter(schema: NormalizedSchema, known: Map<unknown, XmlWriter>): XmlWriter {
  const members = [...schema.structIterator()].map(([name, member]) => {
    const tag = wireName(member) ?? name;
    const isText = !member.isStructSchema() && !member.isListSchema();
    return { name, isText, open: `<${tag}>`, close: `</${tag}>`, write: elementWriter(member, tag, known) };
  });
  return (value) => {
    if (!isRecord(value)) return '';
    let xml = '';
    for (const member of members) {
      const content = value[member.name];
      if (content === undefined || content === null) continue;
      // Most members are texts: they are written here, without a call for each of what is around them.
      xml += member.isText ? member.open + textOf(content) + member.close : member.write(content);
    }
    return xml;
  };
}

function elementWriter(member: NormalizedSchema, tag: string, known: Map<unknown, XmlWriter>): XmlWriter {
  if (member.isListSchema() && isFlat(member)) {
    const write = writerOf(member.getValueSchema(), known);
    return (value) => (Array.isArray(value) ? value.map((item) => `<${tag}>${write(item)}</${tag}>`).join('') : '');
  }
  const write = writerOf(member, known);
  return (value) => `<${tag}>${write(value)}</${tag}>`;
}

function listWriter(schema: NormalizedSchema, known: Map<unknown, XmlWriter>): XmlWriter {
  const member = schema.getValueSchema();
  const tag = wireName(member) ?? 'member';
  const write = writerOf(member, known);
  return (value) => (Array.isArray(value) ? value.map((item) => `<${tag}>${write(item)}</${tag}>`).join('') : '');
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return escapeXml(value);
  return value instanceof Date ? value.toISOString() : String(value);
}

/** The answer to a Query call. */
export function queryResponse(
  answer: { readonly operation: string; readonly namespace: string; readonly requestId: string },
  result: string | undefined,
): WireResponse {
  const { operation, namespace, requestId } = answer;
  const inner = result === undefined ? '' : `<${operation}Result>${result}</${operation}Result>`;
  const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
  return xmlResponse(
    200,
    requestId,
    `<${operation}Response xmlns="${namespace}">${inner}${metadata}</${operation}Response>`,
  );
}

/** The answer to a Query call that failed. */
export function queryErrorResponse(error: WireError, namespace: string, requestId: string): WireResponse {
  const type = error.status >= 500 ? 'Receiver' : 'Sender';
  const inner = `<Type>${type}</Type><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message>`;
  const xml = `<ErrorResponse xmlns="${namespace}"><Error>${inner}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
  return xmlResponse(error.status, requestId, xml);
}

function xmlResponse(status: number, requestId: string, body: string): WireResponse {
  return { status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }, body };
}

/** Escapes text for XML, dropping what XML 1.0 cannot carry at all. */
export function escapeXml(text: string): string {
  if (!/[^\x20-\x7e]|[&<>"']/.test(text)) return text;
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML has no form for
      .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f]/g, '')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&apos;')
      .replaceAll('\r', '&#13;')
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
