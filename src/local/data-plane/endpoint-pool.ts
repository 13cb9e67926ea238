import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { BackupError } from '../../core/errors.js';
import type { Endpoint } from './data-plane.js';

/** The endpoints of one region. */
export interface EndpointPool {
  /** Every address an endpoint of the pool can have; they are named in the servers' certificate. */
  readonly addresses: readonly string[];
  /** The endpoint of a name: a new one the first time, the same ever after. */
  take(name: string): Promise<Endpoint>;
}

const attempts = 50;
const poolSize = 254;

/**
 * Reserves 254 loopback addresses that no one listens at, all with the same port: every name gets an address of its own, so
 * that a renamed instance is gone from where it was, as on RDS (facts C2). Where the system has no loopback addresses but
 * 127.0.0.1, every name gets a port of its own instead.
 */
export async function reserveEndpoints(): Promise<EndpointPool> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const network = `127.${randomInt(16, 251)}.${randomInt(0, 256)}`;
    // Below the range from which the system itself hands out ports.
    const port = randomInt(20_000, 32_000);
    const outcome = await tryToBind(`${network}.1`, port);
    if (outcome === 'free') return addressPool(network, port);
    if (outcome === 'no such address') return portPool();
  }
  throw new BackupError({
    code: 'port-in-use',
    message: `no free port on loopback after ${attempts} attempts`,
    hint: 'Something listens on nearly every port of this machine.',
  });
}

function addressPool(network: string, port: number): EndpointPool {
  const taken = new Map<string, Endpoint>();
  return {
    addresses: Array.from({ length: poolSize }, (_, index) => `${network}.${index + 1}`),
    take: async (name) => {
      const known = taken.get(name);
      if (known !== undefined) return known;
      if (taken.size >= poolSize) {
        throw new BackupError({
          code: 'quota-exceeded',
          message: `no endpoint left for ${name}: this region has handed out all ${poolSize}`,
          hint: 'Use fewer instance names in one local region, or start another region.',
        });
      }
      const endpoint = { address: `${network}.${taken.size + 1}`, port };
      taken.set(name, endpoint);
      return endpoint;
    },
  };
}

/** Names on 127.0.0.1, told apart by port. */
export function portPool(): EndpointPool {
  const address = '127.0.0.1';
  const taken = new Map<string, Promise<Endpoint>>();
  const ports = new Set<number>();
  const freePort = async (): Promise<Endpoint> => {
    for (;;) {
      const server = createServer().listen(0, address);
      await once(server, 'listening');
      const bound = server.address();
      server.close();
      await once(server, 'close');
      if (bound === null || typeof bound === 'string' || ports.has(bound.port)) continue;
      ports.add(bound.port);
      return { address, port: bound.port };
    }
  };
  return {
    addresses: [address],
    take: (name) => {
      const known = taken.get(name) ?? freePort();
      taken.set(name, known);
      return known;
    },
  };
}

async function tryToBind(address: string, port: number): Promise<'free' | 'taken' | 'no such address'> {
  const server = createServer();
  try {
    server.listen(port, address);
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return 'free';
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return 'taken';
    return 'no such address';
  }
}
