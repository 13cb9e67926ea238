import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { systemClock } from '../../../src/core/clock.js';
import { createS3Service, type S3Service, type S3ServiceOptions } from '../../../src/local/s3/s3-service.js';
import type { WireRequest } from '../../../src/local/wire/wire-service.js';

/** A local S3 behind the smallest HTTP server that can carry it, with a real client. */
export interface HostedS3 {
  readonly service: S3Service;
  readonly endpoint: string;
  readonly client: S3Client;
  /** The operations that have been parsed, in order. */
  readonly operations: (string | undefined)[];
  /** The answers' statuses are out once this settles; used by tests that cut connections. */
  readonly failures: unknown[];
  connect(config?: S3ClientConfig): S3Client;
  close(): Promise<void>;
}

export async function hostS3(options: Partial<S3ServiceOptions> = {}): Promise<HostedS3> {
  const service = createS3Service({ clock: systemClock, region: 'us-east-1', ...options });
  const operations: (string | undefined)[] = [];
  const failures: unknown[] = [];
  const clients: S3Client[] = [];
  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch((error: unknown) => {
      failures.push(error);
      outgoing.destroy();
    });
  });
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const call = await service.parse(wireRequest(incoming, outgoing));
    operations.push(call.operation);
    const response = await call.run();
    outgoing.writeHead(response.status, { ...response.headers });
    if (response.body instanceof Readable) await pipeline(response.body, outgoing);
    else outgoing.end(response.body);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connect = (config: S3ClientConfig = {}): S3Client => {
    const client = new S3Client({
      endpoint,
      region: options.region ?? 'us-east-1',
      forcePathStyle: true,
      maxAttempts: 1,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      ...config,
    });
    clients.push(client);
    return client;
  };
  return {
    service,
    endpoint,
    client: connect(),
    operations,
    failures,
    connect,
    close: async () => {
      for (const client of clients) client.destroy();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await service.close();
    },
  };
}

function wireRequest(incoming: IncomingMessage, outgoing: ServerResponse): WireRequest {
  const [path = '/', query = ''] = (incoming.url ?? '/').split(/\?(.*)/s);
  const gone = new AbortController();
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) gone.abort(new Error('the client went away'));
  });
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(',') : value;
  }
  return {
    method: incoming.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    headers,
    body: incoming,
    signal: gone.signal,
  };
}
