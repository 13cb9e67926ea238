import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WireRequest } from './wire-service.js';

/**
 * A request that came over HTTP. Most calls never ask for its query or its signal, and to make them is dear beside what else a call
 * costs here: they are made when they are asked for.
 */
export class IncomingRequest implements WireRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #search: string;
  #query: URLSearchParams | undefined;
  #gone: AbortController | undefined;

  constructor(request: IncomingMessage, response: ServerResponse) {
    const url = request.url ?? '/';
    const mark = url.indexOf('?');
    this.method = request.method ?? 'GET';
    this.path = mark < 0 ? url : url.slice(0, mark);
    this.headers = flatHeaders(request);
    this.body = request;
    this.#response = response;
    this.#search = mark < 0 ? '' : url.slice(mark + 1);
  }

  get query(): URLSearchParams {
    this.#query ??= new URLSearchParams(this.#search);
    return this.#query;
  }

  get signal(): AbortSignal {
    this.#gone ??= abortWhenGone(this.#response);
    return this.#gone.signal;
  }
}

function abortWhenGone(response: ServerResponse): AbortController {
  const gone = new AbortController();
  // To abort is dear, and nobody listens once all has been sent.
  const look = (): void => {
    if (!response.writableFinished) gone.abort();
  };
  if (response.closed) look();
  else response.once('close', look);
  return gone;
}

/** Node joins what comes several times itself, all but `set-cookie`, which no request has. */
function flatHeaders({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  if (headers['set-cookie'] !== undefined) delete headers['set-cookie'];
  return headers as Record<string, string>;
}
