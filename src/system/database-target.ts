import { BackupError } from '../core/errors.js';
import { checkInstanceIdentifier } from '../core/names.js';
import type { PortCall } from '../ports/port-call.js';
import type { DatabaseTarget, SqlSession } from '../ports/postgres.js';
import type { System } from './define-system.js';
import { instanceNotFound } from './instance-not-found.js';

/** Which database is meant. What is left out is the system's own. */
export interface DatabasePlace {
  /** Identifier of an RDS instance of the system's region. */
  readonly instance?: string | undefined;
  /** An address instead of an instance, for what RDS does not know. */
  readonly endpoint?: { readonly address: string; readonly port: number } | undefined;
  /** Name of the database on it. */
  readonly database?: string | undefined;
}

/** What this library calls itself in `pg_stat_activity`. */
const applicationName = 'zephyr-backup';

/**
 * Where to connect, with the system's current credentials and TLS.
 *
 * Errors: `invalid-input`, `instance-not-found`, `invalid-state` while the instance has no endpoint yet, and those of AWS.
 */
export async function resolveDatabaseTarget(
  system: System,
  place: DatabasePlace = {},
  call: PortCall = {},
): Promise<DatabaseTarget> {
  const endpoint = place.endpoint ?? (await describeEndpoint(system, place.instance, call));
  return {
    host: endpoint.address,
    port: endpoint.port,
    database: place.database ?? system.database.name,
    credentials: await system.database.credentials(),
    tls: system.database.tls,
    applicationName,
  };
}

/**
 * Finds the endpoint once and returns a function that opens connections to it, each with credentials asked anew, so that
 * a password rotated half-way does no harm.
 *
 * Errors: those of {@link resolveDatabaseTarget}; of the function: those of `SqlPort.connect`.
 */
export async function databaseConnector(
  system: System,
  place: DatabasePlace = {},
  call: PortCall = {},
): Promise<(call?: PortCall) => Promise<SqlSession>> {
  const endpoint = place.endpoint ?? (await describeEndpoint(system, place.instance, call));
  const { sql } = await system.postgres();
  return async (own = call) => sql.connect(await resolveDatabaseTarget(system, { ...place, endpoint }, own), own);
}

/** One connection. Errors: those of {@link resolveDatabaseTarget} and of `SqlPort.connect`. */
export async function connectToDatabase(
  system: System,
  place: DatabasePlace = {},
  call: PortCall = {},
): Promise<SqlSession> {
  const connect = await databaseConnector(system, place, call);
  return connect();
}

async function describeEndpoint(
  system: System,
  named: string | undefined,
  call: PortCall,
): Promise<{ readonly address: string; readonly port: number }> {
  const identifier = named === undefined ? system.database.instance : checkInstanceIdentifier(named, 'instance');
  const instance = await system.aws.rds.describeInstance(identifier, call);
  if (instance === undefined) throw instanceNotFound(identifier, system.aws.region);
  if (instance.endpoint === undefined) {
    throw new BackupError({
      code: 'invalid-state',
      message: `instance ${identifier} has no endpoint yet: it is ${instance.status}`,
      hint: 'Wait until the instance is available, then call again.',
      retryable: true,
      details: { instance: identifier, status: instance.status },
    });
  }
  return instance.endpoint;
}
