import { cbor, dateToTag } from '@smithy/core/cbor';
import type { OperationModel } from '../control-plane/service-model.js';
import { parseQueryForm } from '../wire/query-form.js';
import { queryErrorResponse, queryResponse } from '../wire/query-xml.js';
import { WireFault } from '../wire/wire-fault.js';
import type { WireError, WireRequest, WireResponse } from '../wire/wire-service.js';
import { readDocument } from './document-input.js';

/** One of the protocols that a service can be called in. */
export interface RpcProtocol {
  /** The name of the operation that a request is for. */
  operation(request: WireRequest, body: Buffer): string | undefined;
  read(shape: OperationModel, body: Buffer): Record<string, unknown>;
  answer(call: RpcAnswer, output: object): WireResponse;
  refuse(error: WireError, requestId: string): WireResponse;
}

/** What an answer says besides its content. */
export interface RpcAnswer {
  readonly operation: string;
  readonly shape: OperationModel;
  readonly requestId: string;
}

/**
 * The protocol that a request is in: SDKs of today speak AWS JSON, botocore Smithy RPC v2 in CBOR, older ones the Query
 * protocol.
 */
export function protocolOf(request: WireRequest, namespace: string): RpcProtocol {
  if (request.headers['smithy-protocol'] === 'rpc-v2-cbor') return cborProtocol;
  if (request.headers['x-amz-target'] !== undefined) return jsonProtocol;
  return queryProtocol(namespace);
}

/** AWS JSON 1.0. Its errors also say what the Query protocol would call them. */
export const jsonProtocol: RpcProtocol = {
  operation: ({ headers }) => headers['x-amz-target']?.split('.')[1],
  read: ({ input }, body) =>
    readDocument(
      input,
      parsed(() => JSON.parse(body.toString() || '{}')),
    ),
  answer: ({ requestId }, output) => jsonResponse(200, JSON.stringify(output, secondsInJson), { requestId }),
  refuse: (error, requestId) => jsonResponse(error.status, JSON.stringify(errorDocument(error)), { requestId, error }),
};

const cborProtocol: RpcProtocol = {
  operation: ({ path }) => /\/operation\/(\w+)$/.exec(path)?.[1],
  read: ({ input }, body) =>
    readDocument(
      input,
      parsed(() => (body.length === 0 ? {} : cbor.deserialize(body))),
    ),
  answer: ({ requestId }, output) => cborResponse(200, withTags(output), { requestId }),
  refuse: (error, requestId) => cborResponse(error.status, errorDocument(error), { requestId, error }),
};

function queryProtocol(namespace: string): RpcProtocol {
  return {
    operation: (_request, body) => new URLSearchParams(body.toString()).get('Action') ?? undefined,
    read: ({ input }, body) => parseQueryForm(input, new URLSearchParams(body.toString())),
    answer: ({ operation, shape, requestId }, output) =>
      queryResponse({ operation, namespace, requestId }, shape.writeOutput?.(output)),
    refuse: (error, requestId) => queryErrorResponse(error, namespace, requestId),
  };
}

function parsed(parse: () => unknown): unknown {
  try {
    return parse();
  } catch {
    throw new WireFault({ status: 400, code: 'SerializationException', message: 'the body cannot be parsed' });
  }
}

function errorDocument({ code, message }: WireError): { readonly __type: string; readonly message: string } {
  return { __type: code, message };
}

interface ResponseHead {
  readonly requestId: string;
  readonly error?: WireError | undefined;
}

function jsonResponse(status: number, body: string, head: ResponseHead): WireResponse {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.0', ...headersOf(head) }, body };
}

function cborResponse(status: number, document: unknown, head: ResponseHead): WireResponse {
  const headers = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor', ...headersOf(head) };
  return { status, headers, body: Uint8Array.from(cbor.serialize(document)) };
}

function headersOf({ requestId, error }: ResponseHead): Record<string, string> {
  const id = { 'x-amzn-requestid': requestId };
  if (error === undefined) return id;
  return { ...id, 'x-amzn-query-error': `${error.code};${error.status >= 500 ? 'Receiver' : 'Sender'}` };
}

/** Instants are seconds. `JSON.stringify` has made them texts by the time it asks: the holder still has them. */
function secondsInJson(this: unknown, key: string, value: unknown): unknown {
  const held = typeof this === 'object' && this !== null ? Reflect.get(this, key) : undefined;
  return held instanceof Date ? held.getTime() / 1000 : value;
}

function withTags(value: unknown): unknown {
  if (value instanceof Date) return dateToTag(value);
  if (Array.isArray(value)) return value.map(withTags);
  if (typeof value !== 'object' || value === null) return value;
  const present = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(present.map(([name, member]) => [name, withTags(member)]));
}
