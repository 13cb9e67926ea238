import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withDatabaseSnapshot } from '../../src/checks/database-snapshot.js';
import { fingerprintDatabase } from '../../src/checks/fingerprint-database.js';
import { onePerType } from './one-per-type.sql.js';
import { startTemporaryPostgres, type TemporaryPostgres } from './temporary-postgres.js';

let server: TemporaryPostgres;
let database: string;

beforeAll(async () => {
  server = await startTemporaryPostgres();
  database = await server.createDatabase();
  await server.sql(database, onePerType);
});
afterAll(() => server?.stop());

describe('the formula', () => {
  /** As measured on PostgreSQL 13.23, 14.23, 15.18, 16.14, 17.11 and 18.4. Another value needs another name of the formula. */
  it.each([
    [64, '380ee3fcac48eb79'],
    [128, '380ee3fcac48eb7905864b58a24d7a56'],
  ] as const)('gives the hash it has given on every major version: %d bits', async (bits, hash) => {
    const { algorithm, tables } = await withDatabaseSnapshot(
      () => server.connect(database),
      {},
      ({ sessions }) => fingerprintDatabase(sessions, { bits }),
    );
    expect(algorithm).toBe(`column-hash-${bits}/1`);
    expect(tables).toEqual([{ table: 'public.one_per_type', rows: 4, hash }]);
  });
});
