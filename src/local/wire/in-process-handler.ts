import { Readable } from 'node:stream';
import { type HttpHandler, type HttpRequest, HttpResponse } from '@smithy/core/protocols';
import type { Dispatch } from './dispatch.js';

/** Makes a request handler for SDK clients: the same region, no socket. Hand it to a client as `requestHandler`. */
export function createInProcessHandler(dispatch: Dispatch, isOpen: () => boolean): HttpHandler {
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    handle: async (request, options) => {
      const signal = options?.abortSignal;
      const gone = new AbortController();
      const onAbort = (): void => gone.abort();
      if (signal?.aborted) throw abortError();
      if (!isOpen()) throw refusedError();
      const listening =
        signal !== undefined && 'addEventListener' in signal && typeof signal.addEventListener === 'function';
      if (listening) signal.addEventListener('abort', onAbort, { once: true });
      try {
        const delivery = await dispatch({
          method: request.method,
          path: request.path,
          query: queryOf(request.query),
          headers: lowerCase(request.headers),
          body: bodyOf(request.body),
          signal: gone.signal,
        });
        if (gone.signal.aborted) throw abortError();
        if (delivery.kind === 'reset') throw resetError();
        const { status, headers, body } = delivery.response;
        return { response: new HttpResponse({ statusCode: status, headers: { ...headers }, body: bodyOf(body) }) };
      } finally {
        if (listening) signal.removeEventListener('abort', onAbort);
      }
    },
    destroy: () => {},
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
  };
}

function queryOf(query: HttpRequest['query']): URLSearchParams {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    for (const item of Array.isArray(value) ? value : [value ?? '']) params.append(name, item);
  }
  return params;
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function bodyOf(body: unknown): Readable {
  if (body instanceof Readable) return body;
  if (body === undefined || body === null || body === '') return Readable.from([]);
  const bytes =
    body instanceof Uint8Array ? Buffer.from(body.buffer, body.byteOffset, body.byteLength) : Buffer.from(String(body));
  return Readable.from([bytes]);
}

/** What Node's own HTTP gives for a connection that was reset: the SDK retries it (facts 0.4). */
function resetError(): Error {
  return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
}

/** What Node's own HTTP gives where nothing listens any more. */
function refusedError(): Error {
  return Object.assign(new Error('connect ECONNREFUSED: the local region is closed'), { code: 'ECONNREFUSED' });
}

function abortError(): Error {
  return Object.assign(new Error('Request aborted'), { name: 'AbortError' });
}
