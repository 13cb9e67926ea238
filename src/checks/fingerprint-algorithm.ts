/**
 * The formulas: how many bits, and which release of the formula. Texts are hashed as UTF-8, so that it is the same on every server of PostgreSQL 11 or later. Only
 * databases in another encoding of several bytes a character hash their own bytes, and carry its name.
 */
export type FingerprintAlgorithm = `column-hash-${64 | 128}/1` | `column-hash-${64 | 128}/1/${string}`;

/** Whether `name` is a formula of this release. */
export function isFingerprintAlgorithm(name: string): name is FingerprintAlgorithm {
  return /^column-hash-(?:64|128)\/1(?:\/[A-Z0-9_]+)?$/.test(name);
}

/** How many hashes of 64 bits a formula takes of each row. */
export function wordsOf(algorithm: FingerprintAlgorithm): 1 | 2 {
  return algorithm.startsWith('column-hash-128/') ? 2 : 1;
}

/** A server as far as it bears on what can be computed on it. */
export interface HashingServer {
  /** `server_version_num`. */
  readonly serverVersion: number;
  /** Of the database, as PostgreSQL names it: `UTF8`, `LATIN1`. */
  readonly encoding: string;
  /** The most bytes that a character takes in it. */
  readonly bytesPerCharacter: number;
}

/** The formula to take on a server. */
export function chooseAlgorithm(
  bits: 64 | 128,
  { encoding, bytesPerCharacter }: Omit<HashingServer, 'serverVersion'>,
): FingerprintAlgorithm {
  // Of one byte a character any bytes are a text, also those of UTF-8; of several they may be none, and no hash takes them.
  const own = bytesPerCharacter > 1 && encoding !== 'UTF8';
  return own ? `column-hash-${bits}/1/${encoding}` : `column-hash-${bits}/1`;
}
