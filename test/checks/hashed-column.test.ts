import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HashedColumn, hashedForm, hashOfForm } from '../../src/checks/hashed-column.js';
import type { SqlSession } from '../../src/ports/postgres.js';
import { startTemporaryPostgres, type TemporaryPostgres } from './temporary-postgres.js';

let server: TemporaryPostgres;
let session: SqlSession;

beforeAll(async () => {
  server = await startTemporaryPostgres();
  session = await server.connect(await server.createDatabase());
  await session.query("SET TimeZone = 'UTC'");
});
afterAll(async () => {
  await session?.close();
  await server?.stop();
});

/** How many values, and how many hashes of them, a query of `v` has. */
async function countHashes(column: HashedColumn, values: string): Promise<{ values: number; hashes: number }> {
  const form = hashedForm(column, { serverVersion: session.serverVersion, encoding: 'UTF8', bytesPerCharacter: 4 });
  const [found] = await session.query<{ values: string; hashes: string }>(
    `SELECT count(DISTINCT f) AS values, count(DISTINCT ${hashOfForm(column, 'f', 0, 0)}) AS hashes
     FROM (SELECT ${form} AS f FROM (${values}) AS t) AS s`,
  );
  return { values: Number(found?.values), hashes: Number(found?.hashes) };
}

/** Where a float8 of seconds loses its microseconds, where one half of the 64 bits overflows, and the ends of what there is. */
const anchors = [
  '2000-01-01',
  '1999-12-31 22:48:25.032704',
  '2025-11-09 14:25',
  '2272-03-19',
  '2300-01-01',
  '1727-10-14',
  '1600-01-01',
];
const ends = ['294276-12-31 23:59:59.999', '4713-01-01 00:00:00.003 BC'];

describe('an instant', () => {
  it.each(['timestamp', 'timestamptz'])(
    'of type %s has a hash of its own, among its neighbours near and far',
    async (baseType) => {
      const column = { name: 'v', baseType };
      const near = `SELECT a::${baseType} + g * interval '1 microsecond' AS v
      FROM unnest(ARRAY['${[...anchors, ...ends].join("', '")}']) AS a, generate_series(-2100, 2100) AS g WHERE g < 900 OR a NOT LIKE '294276%'`;
      // By whole upper halves, and what differs from them by a few in the lower one.
      const far = `SELECT a::${baseType} + g * interval '4294.967296 s' + l * interval '1 microsecond' AS v
      FROM unnest(ARRAY['${anchors.join("', '")}']) AS a, generate_series(-300, 300) AS g, generate_series(-9, 9) AS l`;
      for (const values of [
        near,
        far,
        `${near} UNION ALL SELECT unnest(ARRAY['infinity', '-infinity']::${baseType}[])`,
      ]) {
        const counted = await countHashes(column, values);
        expect(counted.values).toBeGreaterThan(35_000);
        expect(counted.hashes).toBe(counted.values);
      }
    },
  );

  it('of type date has one too', async () => {
    const values = `SELECT '1950-01-01'::date + g AS v FROM generate_series(-70000, 70000) AS g
      UNION ALL SELECT unnest(ARRAY['infinity', '-infinity', '4713-01-01 BC', '5874897-12-31']::date[])`;
    expect(await countHashes({ name: 'v', baseType: 'date' }, values)).toEqual({ values: 140_005, hashes: 140_005 });
  });
});
