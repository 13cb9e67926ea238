import type { OperationModel } from '../control-plane/service-model.js';
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
export async function protocolOf(request: WireRequest, namespace: string): Promise<RpcProtocol> {
  // Loaded when first needed: few clients speak it.
  if (request.headers['smithy-protocol'] === 'rpc-v2-cbor') return (await import('./cbor-protocol.js')).cborProtocol;
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

function queryProtocol(namespace: string): RpcProtocol {
  return {
    operation: (_request, body) => new URLSearchParams(body.toString()).get('Action') ?? undefined,
    read: ({ readForm }, body) => readForm(new URLSearchParams(body.toString())),
    answer: ({ operation, shape, requestId }, output) =>
      queryResponse({ operation, namespace, requestId }, shape.writeOutput?.(output)),
    refuse: (error, requestId) => queryErrorResponse(error, namespace, requestId),
  };
}

/** What a body holds, or the error for one that cannot be parsed. */
export function parsed(parse: () => unknown): unknown {
  try {
    return parse();
  } catch {
    throw new WireFault({ status: 400, code: 'SerializationException', message: 'the body cannot be parsed' });
  }
}

/** An error as JSON and CBOR have it. */
export function errorDocument({ code, message }: WireError): { readonly __type: string; readonly message: string } {
  return { __type: code, message };
}

/** What goes into the head of an answer. */
export interface ResponseHead {
  readonly requestId: string;
  readonly error?: WireError | undefined;
}

function jsonResponse(status: number, body: string, head: ResponseHead): WireResponse {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.0', ...responseHeaders(head) }, body };
}

/** What every answer has at its head, whatever its form. */
export function responseHeaders({ requestId, error }: ResponseHead): Record<string, string> {
  const id = { 'x-amzn-requestid': requestId };
  if (error === undefined) return id;
  return { ...id, 'x-amzn-query-error': `${error.code};${error.status >= 500 ? 'Receiver' : 'Sender'}` };
}

/** Instants are seconds. `JSON.stringify` has made them texts by the time it asks: the holder still has them. */
function secondsInJson(this: unknown, key: string, value: unknown): unknown {
  const held = typeof this === 'object' && this !== null ? Reflect.get(this, key) : undefined;
  return held instanceof Date ? held.getTime() / 1000 : value;
}
