import type { PortCall } from '../../ports/port-call.js';
import { databaseConnector } from '../../system/database-target.js';
import type { System } from '../../system/define-system.js';
import { readServerIdentity } from '../../system/server-identity.js';
import type { ProbeSession } from './probe-server.js';

/** A record in the write-ahead log, which a standby cannot write and a commit waits for; no table is touched. */
const write = "SELECT pg_catalog.pg_logical_emit_message(true, 'zephyr-probe', '')";

/**
 * How the database at an endpoint is asked whether it takes writes, by whom: the instant at which the server was started tells one
 * from the next, and a connection does not outlive its server. Makes no call yet.
 */
export function databaseProbe(
  system: System,
  place: { readonly endpoint: { readonly address: string; readonly port: number }; readonly database?: string },
): (call: PortCall) => Promise<ProbeSession> {
  return async (call) => {
    const session = await (await databaseConnector(system, place, call))(call);
    try {
      const { startedAt } = await readServerIdentity(session, call);
      return {
        ask: async (own) => {
          await session.query(write, [], own);
          return startedAt;
        },
        close: () => session.close(),
      };
    } catch (error) {
      await session.close();
      throw error;
    }
  };
}

/** When a server was started, by what its probe answers: seconds since 1970; `undefined` of what is no such number. */
export function startOfServer(server: string | undefined): string | undefined {
  // Microseconds are of no use here; a cache tells servers apart by something that may look like a number.
  return server !== undefined && /^\d{1,12}(?:\.\d+)?$/.test(server)
    ? new Date(Number(server) * 1_000).toISOString()
    : undefined;
}
