import { BackupError } from '../core/errors.js';
import type { PortCall } from '../ports/port-call.js';
import type { SqlSession } from '../ports/postgres.js';
import { chooseAlgorithm, type FingerprintAlgorithm, type HashingServer, wordsOf } from './fingerprint-algorithm.js';
import { onlyRow } from './only-row.js';

interface EncodingRow extends Readonly<Record<string, unknown>> {
  readonly encoding: string;
  readonly bytes: number;
}

/** Reads what bears on the formula of a session's database. */
export async function readHashingServer(session: SqlSession, call: PortCall): Promise<HashingServer> {
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
export function requireComputable(algorithm: FingerprintAlgorithm, server: HashingServer): void {
  const { serverVersion, encoding } = server;
  if (serverVersion < 110_000) {
    throw cannotCompute(
      `server version ${serverVersion} cannot compute ${algorithm}`,
      'Fingerprints need PostgreSQL 11 or later.',
      { serverVersion, algorithm },
    );
  }
  const own = chooseAlgorithm(wordsOf(algorithm) === 2 ? 128 : 64, server);
  if (own !== algorithm) {
    throw cannotCompute(
      `a database in ${encoding} cannot compute ${algorithm}, only ${own}`,
      'Compare contents between databases in UTF8 or in encodings of one byte a character, or in one and the same encoding.',
      { encoding, algorithm },
    );
  }
}

function cannotCompute(message: string, hint: string, details: Readonly<Record<string, unknown>>): BackupError {
  return new BackupError({ code: 'version-mismatch', message, hint, details });
}
