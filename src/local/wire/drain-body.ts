import { finished } from 'node:stream/promises';
import type { WireRequest } from './wire-service.js';

/**
 * Reads what is left of a request's body and throws it away. A refusal is only heard by a client that is done sending: a
 * connection closed on unread bytes is reset, and the answer with it.
 */
export async function drainBody({ body, headers }: WireRequest): Promise<void> {
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  if (!hasBody || body.readableEnded || body.destroyed) return;
  body.resume();
  try {
    await finished(body, { writable: false });
  } catch {
    // The client has gone; nobody waits for the answer.
  }
}
