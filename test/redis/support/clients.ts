import type { RedisClient } from '@zephyr/backup/redis';
import { Redis } from 'ioredis';
import { Redis as Valkey } from 'iovalkey';
import { createClient } from 'redis';

/** Where a client connects to, and how. */
export interface ClientPlace {
  readonly host: string;
  readonly port: number;
  readonly password?: string | undefined;
  readonly ca?: string | undefined;
}

/** A client as an application makes one, and how it is closed. */
export interface MadeClient {
  readonly client: RedisClient;
  readonly close: () => void;
}

const quiet = (): void => undefined;

/** As an application listens; the sockets too, since these clients go on to connect when nobody else listens any more. */
function listen(client: Redis | Valkey): void {
  client.on('error', () => client.stream?.on('error', quiet));
}

/** Each of the families. The error listeners are the application's: without one node-redis would end the process. */
export const families: Readonly<Record<string, (place: ClientPlace) => MadeClient>> = {
  ioredis: ({ host, port, password, ca }) => {
    const client = new Redis({ host, port, ...(password ? { password } : {}), ...(ca ? { tls: { ca } } : {}) });
    listen(client);
    return { client, close: () => client.disconnect() };
  },
  iovalkey: ({ host, port, password, ca }) => {
    const client = new Valkey({ host, port, ...(password ? { password } : {}), ...(ca ? { tls: { ca } } : {}) });
    listen(client);
    return { client, close: () => client.disconnect() };
  },
  'node-redis': ({ host, port, password, ca }) => {
    const socket = ca ? ({ host, port, tls: true, ca } as const) : { host, port };
    const client = createClient({ socket, ...(password ? { password } : {}) });
    client.on('error', quiet);
    return { client, close: () => (client.isOpen ? client.destroy() : undefined) };
  },
};
