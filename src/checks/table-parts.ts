import { invalidInput } from '../core/errors.js';
import type { PortCall } from '../ports/port-call.js';
import type { SqlSession } from '../ports/postgres.js';
import type { KeyRanges } from './fingerprint.js';
import { countRows, type FingerprintFormula } from './fingerprint-tables.js';
import { chooseRanges, isCountable, type SampleOptions } from './key-coverage.js';
import { onlyRow } from './only-row.js';
import { quoteIdentifier } from './quote-sql.js';
import type { UserTable } from './user-tables.js';

/** Which parts of tables to hash. */
export interface PartOptions {
  readonly ranges?: Readonly<Record<string, KeyRanges>> | undefined;
  readonly sample?: SampleOptions | undefined;
}

const gibibyte = 1024 ** 3;

/** Checks what can be checked without a call. Errors: `invalid-input`. */
export function checkParts({ ranges = {}, sample = {} }: PartOptions): void {
  for (const [table, part] of Object.entries(ranges)) {
    if (typeof part?.column !== 'string' || !Array.isArray(part.ranges)) {
      throw invalidInput(
        `ranges.${table}`,
        'is not a list of ranges',
        "Write { column: 'id', ranges: [{ from: '1', to: '1000' }] }.",
      );
    }
  }
  const { above = 0, rows = 1, ranges: count = 1, seed = 0 } = sample;
  const bounds = {
    above: [above, 0, Number.MAX_SAFE_INTEGER],
    rows: [rows, 1, 1e12],
    ranges: [count, 1, 100],
    seed: [seed, 0, Number.MAX_SAFE_INTEGER],
  };
  for (const [name, [value = Number.NaN, least = 0, most = 0]] of Object.entries(bounds)) {
    if (!Number.isSafeInteger(value) || value < least || value > most) {
      throw invalidInput(
        `sample.${name}`,
        `is ${JSON.stringify(value)}`,
        `Use a whole number from ${least} to ${most}.`,
      );
    }
  }
}

/**
 * The part of a table that is to be hashed; `undefined`: all of it. A large table without a primary key of one column of whole
 * numbers or uuids cannot be sampled, and is hashed wholly.
 */
export async function partOf(
  session: SqlSession,
  table: UserTable,
  formula: FingerprintFormula,
  { ranges, sample }: PartOptions,
  call: PortCall,
): Promise<KeyRanges | undefined> {
  const given = ranges?.[table.name];
  if (given !== undefined) return given;
  const baseType = table.columns.find(({ name }) => name === table.key)?.baseType;
  if (sample === undefined || table.key === undefined || baseType === undefined || !isCountable(baseType))
    return undefined;
  if (table.bytes <= (sample.above ?? gibibyte)) return undefined;
  const key = quoteIdentifier(table.key);
  // The first and the last of the index: there is no min(uuid) before PostgreSQL 18.
  const end = (order: string): string =>
    `(SELECT t.${key}::text FROM ${table.from} AS t ORDER BY t.${key} ${order} LIMIT 1)`;
  const found = await session.query<{ lowest: string | null; highest: string | null }>(
    `SELECT ${end('ASC')} AS lowest, ${end('DESC')} AS highest`,
    [],
    call,
  );
  const { lowest, highest } = onlyRow(found, `the keys of ${table.name}`);
  if (lowest === null || highest === null) return undefined;
  const rows = await countRows(session, table, formula, call);
  const chosen = chooseRanges({ baseType, lowest, highest }, { name: table.name, rows }, sample);
  return chosen === undefined ? undefined : { column: table.key, ranges: chosen };
}
