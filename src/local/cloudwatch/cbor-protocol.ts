import { cbor, dateToTag } from '@smithy/core/cbor';
import type { WireResponse } from '../wire/wire-service.js';
import { readDocument } from './document-input.js';
import { errorDocument, parsed, type ResponseHead, type RpcProtocol, responseHeaders } from './rpc-protocol.js';

/** Smithy RPC v2 in CBOR, as botocore speaks it. */
export const cborProtocol: RpcProtocol = {
  operation: ({ path }) => /\/operation\/(\w+)$/.exec(path)?.[1],
  read: ({ input }, body) =>
    readDocument(
      input,
      parsed(() => (body.length === 0 ? {} : cbor.deserialize(body))),
    ),
  answer: ({ requestId }, output) => respond(200, withTags(output), { requestId }),
  refuse: (error, requestId) => respond(error.status, errorDocument(error), { requestId, error }),
};

function respond(status: number, document: unknown, head: ResponseHead): WireResponse {
  const headers = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor', ...responseHeaders(head) };
  return { status, headers, body: Uint8Array.from(cbor.serialize(document)) };
}

function withTags(value: unknown): unknown {
  if (value instanceof Date) return dateToTag(value);
  if (Array.isArray(value)) return value.map(withTags);
  if (typeof value !== 'object' || value === null) return value;
  const present = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(present.map(([name, member]) => [name, withTags(member)]));
}
