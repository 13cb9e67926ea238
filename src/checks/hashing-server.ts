import { BackupError } from '../core/errors.js';
import type { PortCall } from '../ports/port-call.js';
import type { SqlSession } from '../ports/postgres.js';
import { encodingOf, type FingerprintAlgorithm, type HashingServer, isPortable } from './fingerprint-algorithm.js';
import { onlyRow } from './only-row.js';

interface EncodingRow extends Readonly<Record<string, unknown>> {
  readonly encoding: string;
  /** The most bytes that a character takes. */
  readonly bytes: number;
}

/** What a session's server can compute. */
export interface KnownServer extends HashingServer {
  readonly bytesPerCharacter: number;
}

/** Reads what bears on the formula of a session's database. */
export async function readHashingServer(session: SqlSession, call: PortCall): Promise<KnownServer> {
  const rows = await session.query<EncodingRow>(
    `SELECT name AS encoding, pg_catalog.pg_encoding_max_length(pg_catalog.pg_char_to_encoding(name)) AS bytes
     FROM pg_catalog.current_setting('server_encoding') AS name`,
    [],
    call,
  );
  const { encoding, bytes } = onlyRow(rows, 'the encoding of the database');
  return { serverVersion: session.serverVersion, encoding, bytesPerCharacter: bytes };
}

/** Errors: `version-mismatch` where a server cannot compute a formula. */
export function requireComputable(algorithm: FingerprintAlgorithm, server: KnownServer): void {
  const { serverVersion, encoding, bytesPerCharacter } = server;
  const least = isPortable(algorithm) ? 110_000 : 140_000;
  if (serverVersion < least) {
    throw cannotCompute(
      `server version ${serverVersion} cannot compute ${algorithm}, which needs ${least}`,
      'Take the fingerprint with { portable: true }, on PostgreSQL 11 or later.',
      { serverVersion, algorithm },
    );
  }
  const needed = encodingOf(algorithm);
  if (needed !== undefined && needed !== encoding) {
    throw cannotCompute(
      `a database in ${encoding} cannot compute ${algorithm}, which hashes texts in ${needed}`,
      'Take the fingerprint with { portable: true }: it is the same in every encoding.',
      { encoding, algorithm },
    );
  }
  if (isPortable(algorithm) && bytesPerCharacter > 1 && encoding !== 'UTF8') {
    throw cannotCompute(
      `a database in ${encoding} cannot compute ${algorithm}`,
      'Leave out { portable: true }, and compare with databases of the same encoding and major version only.',
      { encoding, algorithm },
    );
  }
}

function cannotCompute(message: string, hint: string, details: Readonly<Record<string, unknown>>): BackupError {
  return new BackupError({ code: 'version-mismatch', message, hint, details });
}
