import { checkObject } from '../core/check-shape.js';
import { BackupError, invalidInput } from '../core/errors.js';
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
  const endpoint = await endpointOf(system, place, call);
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
  checkObject(place, 'request');
  const endpoint = await endpointOf(system, place, call);
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

async function endpointOf(
  system: System,
  { endpoint, instance, database }: DatabasePlace,
  call: PortCall,
): Promise<{ readonly address: string; readonly port: number }> {
  if (database !== undefined && (typeof database !== 'string' || database === '')) {
    throw invalidInput(
      'database',
      `is no name: ${JSON.stringify(database)}`,
      'Give the name of a database, or leave it out.',
    );
  }
  if (endpoint === undefined) return describeEndpoint(system, instance, call);
  const { address, port } = endpoint;
  // Drivers take what is empty for the machine they run on.
  if (typeof address === 'string' && address !== '' && Number.isInteger(port) && port > 0 && port < 65_536)
    return endpoint;
  throw invalidInput(
    'endpoint',
    `is no address: ${JSON.stringify(endpoint)}`,
    "Write { address: 'db.example.com', port: 5432 }.",
  );
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
