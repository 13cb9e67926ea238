import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BackupError } from '../../core/errors.js';
import type { Dispatch } from './dispatch.js';
import { IncomingRequest } from './incoming-request.js';
import type { WireResponse } from './wire-service.js';

/** A listening front server. */
export interface HttpServer {
  readonly port: number;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

/** Listens on loopback; port 0 takes a free one. */
export async function startHttpServer(dispatch: Dispatch, port: number): Promise<HttpServer> {
  const server = createServer((request, response) => {
    answer(dispatch, request, response).catch(() => {
      // The client has gone, or the answer's own stream broke: both leave nobody to tell.
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(
        new BackupError({
          code: cause.code === 'EADDRINUSE' || cause.code === 'EACCES' ? 'port-in-use' : 'server-failed',
          message: `the local region cannot listen on port ${port}`,
          hint: 'Leave `port` out to take a free one, or end the server that holds it.',
          details: { port, reason: cause.code },
          cause,
        }),
      );
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    port: address !== null && typeof address === 'object' ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(dispatch: Dispatch, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const delivery = await dispatch(new IncomingRequest(request, response));
  if (delivery.kind === 'reset') {
    request.socket.resetAndDestroy();
    return;
  }
  await send(delivery.response, request, response);
}

async function send(answer: WireResponse, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, headers, body } = answer;
  if (body instanceof Readable) {
    response.writeHead(status, headers);
    await pipeline(body, response);
    return;
  }
  // The answer to a HEAD request tells the length of what it does not carry.
  const length = headers['content-length'] ?? String(Buffer.byteLength(body));
  // A body left unread would be taken for the next request on this connection.
  const unread = request.readableEnded || !hasBody(request) ? {} : { connection: 'close' };
  const bodiless = status === 204 || status === 304;
  response.writeHead(status, { ...headers, ...(bodiless ? {} : { 'content-length': length }), ...unread });
  response.end(bodiless || request.method === 'HEAD' ? undefined : body);
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
