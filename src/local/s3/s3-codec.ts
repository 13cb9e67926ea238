import type { Readable } from 'node:stream';
import { XmlCodec } from '@aws-sdk/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import type { WireError, WireRequest, WireResponse } from '../wire/wire-service.js';
import { s3Error } from './s3-error.js';
import type { Binding, S3Route } from './s3-route.js';

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** The document of an error, as the service's model would describe it. */
const errorDocument: Parameters<typeof NormalizedSchema.of>[0] = [
  3,
  'com.amazonaws.s3',
  'Error',
  0,
  ['Code', 'Message', 'Resource', 'RequestId'],
  [0, 0, 0, 0],
];

/** What an operation answers: its output by the model's member names, the status where it is not the usual one. */
export interface S3Answer<Output = object> {
  readonly output: Output;
  readonly status?: number | undefined;
}

/** The input of an operation without its payload: what path, query and headers say. */
export function readHead(
  route: S3Route,
  labels: Readonly<Record<string, string | undefined>>,
  request: WireRequest,
): Readonly<Record<string, unknown>> {
  const input: Record<string, unknown> = {};
  for (const binding of route.reads) {
    const value = readBinding(binding, labels, request);
    if (value !== undefined) input[binding.member] = value;
  }
  return input;
}

/** A payload that is an XML document, by its schema. */
export function readDocument(schema: NormalizedSchema, text: string): unknown {
  try {
    return xml(namespace).createDeserializer().read(schema, text);
  } catch {
    // Whatever the parser stumbles over, the client sees the one code that S3 has for it.
    throw s3Error('MalformedXML');
  }
}

/** The answer of an operation as a response. */
export function writeAnswer(route: S3Route, answer: S3Answer, requestId: string): WireResponse {
  const output = answer.output as Readonly<Record<string, unknown>>;
  const headers: Record<string, string> = { 'x-amz-request-id': requestId };
  const document: Record<string, unknown> = {};
  let body: WireResponse['body'] = '';
  let hasDocument = false;
  for (const { member, at, name, schema } of route.writes) {
    const value = output[member];
    if (at === 'document') {
      hasDocument = true;
      document[member] = value;
    } else if (value === undefined) {
    } else if (at === 'header') {
      headers[name] = writeHeader(schema, value);
    } else if (at === 'prefix-headers') {
      for (const [suffix, text] of Object.entries(value as Record<string, string>)) headers[name + suffix] = text;
    } else if (at === 'payload') {
      body = schema.isStructSchema() ? writeDocument(schema, value) : (value as Readable | string);
      headers['content-type'] ??= schema.isStringSchema() ? 'application/json' : 'application/xml';
    }
  }
  if (hasDocument) {
    body = route.unwrapped ? writeUnwrapped(document) : writeDocument(route.output, document);
    headers['content-type'] = 'application/xml';
  }
  return { status: answer.status ?? route.status, headers, body };
}

/** An error as a response; without a document where HTTP allows none. */
export function writeError(
  error: WireError & { readonly headers?: Readonly<Record<string, string>> },
  request: { readonly resource: string; readonly requestId: string; readonly bodyless: boolean },
): WireResponse {
  const serializer = xml('').createSerializer();
  serializer.write(NormalizedSchema.of(errorDocument), {
    Code: error.code,
    Message: error.message,
    Resource: request.resource,
    RequestId: request.requestId,
  });
  return {
    status: error.status,
    headers: { ...error.headers, 'content-type': 'application/xml', 'x-amz-request-id': request.requestId },
    body: request.bodyless ? '' : declared(serializer.flush()),
  };
}

function xml(xmlNamespace: string): XmlCodec {
  return new XmlCodec({
    timestampFormat: { useTrait: true, default: 5 },
    httpBindings: true,
    xmlNamespace,
    serviceNamespace: 'com.amazonaws.s3',
  });
}

function writeDocument(schema: NormalizedSchema, value: unknown): string {
  const serializer = xml(namespace).createSerializer();
  serializer.write(schema, value);
  return declared(serializer.flush());
}

/** The document of GetBucketLocation is its one member, without an element around it. */
function writeUnwrapped(document: Readonly<Record<string, unknown>>): string {
  const [[name, value] = ['', '']] = Object.entries(document);
  const text = value as string;
  return declared(text === '' ? `<${name} xmlns="${namespace}"/>` : `<${name} xmlns="${namespace}">${text}</${name}>`);
}

function declared(document: string | Uint8Array): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${typeof document === 'string' ? document : Buffer.from(document).toString()}`;
}

function readBinding(
  { member, at, name, schema }: Binding,
  labels: Readonly<Record<string, string | undefined>>,
  request: WireRequest,
): unknown {
  if (at === 'label') return labels[member];
  if (at === 'header') return readText(schema, name, request.headers[name]);
  if (at === 'query') return readText(schema, name, request.query.get(name) ?? undefined);
  if (at !== 'prefix-headers') return undefined;
  const entries = Object.entries(request.headers)
    .filter(([header]) => header.startsWith(name))
    .map(([header, value]) => [header.slice(name.length), value]);
  return Object.fromEntries(entries);
}

function readText(schema: NormalizedSchema, name: string, text: string | undefined): unknown {
  if (text === undefined) return undefined;
  if (schema.isBooleanSchema()) return text.toLowerCase() === 'true';
  if (schema.isNumericSchema()) {
    if (!/^-?\d{1,15}$/.test(text))
      throw s3Error('InvalidArgument', `Provided ${name} not an integer or within integer range`);
    return Number(text);
  }
  // An unreadable date is no condition at all (RFC 9110).
  if (schema.isTimestampSchema()) return Number.isNaN(Date.parse(text)) ? undefined : new Date(text);
  if (schema.isListSchema()) return text.split(',').map((item) => item.trim());
  return text;
}

function writeHeader(schema: NormalizedSchema, value: unknown): string {
  if (!(value instanceof Date)) return String(value);
  return schema.getSchema() === 5 ? value.toISOString() : value.toUTCString();
}
