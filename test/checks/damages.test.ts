import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkDatabase } from '../../src/checks/check-database.js';
import { checkStructure } from '../../src/checks/check-structure.js';
import type { StructureDifference } from '../../src/checks/compare-structures.js';
import { withDatabaseSnapshot } from '../../src/checks/database-snapshot.js';
import { describeStructure } from '../../src/checks/describe-structure.js';
import type { DatabaseExpectation } from '../../src/checks/expectation.js';
import { fingerprintDatabase } from '../../src/checks/fingerprint-database.js';
import type { CheckReport } from '../../src/core/check-result.js';
import { systemClock } from '../../src/core/clock.js';
import { zephyrExpectation } from '../../src/integrity/zephyr-expectation.js';
import { sampleDamages, sampledPart, structureDamages, zephyrDamages } from './damages.js';
import { structuredDatabase } from './structured-database.sql.js';
import { startTemporaryPostgres, type TemporaryPostgres } from './temporary-postgres.js';
import { zephyrDatabase } from './zephyr-database.sql.js';

let server: TemporaryPostgres;
let zephyr: string;
let structured: string;

beforeAll(async () => {
  server = await startTemporaryPostgres();
  zephyr = await server.createDatabase();
  await server.sql(zephyr, zephyrDatabase);
  structured = await server.createDatabase();
  await server.sql(structured, structuredDatabase);
});
afterAll(() => server?.stop());

const target = '2025-11-09T14:25:00Z';
const usual: DatabaseExpectation = {
  atLeastRows: { 'public.votes': 500, 'public.polls': 50, 'public.parts': 150 },
  boundaries: [
    { table: 'public.votes', column: 'created_at', notAfter: target, notBefore: '2025-11-09T14:24:55Z' },
    { table: 'public.audit_logs', column: 'created_at', notAfter: target, notBefore: '2025-11-09T14:20:00Z' },
    { table: 'public.bookings', column: 'day', notAfter: target, notBefore: '2025-11-09T00:00:00Z' },
  ],
  consistency: ['foreign-keys', 'sequences', 'indexes', 'primary-keys'],
};

/** What the check that is said to see a damage is asked with. The usual checks are made all together: no other may fail. */
async function expectationOf(caughtBy: string, database: string): Promise<DatabaseExpectation> {
  const read = <T>(work: Parameters<typeof withDatabaseSnapshot<T>>[2]): Promise<T> =>
    withDatabaseSnapshot(() => server.connect(database), {}, work);
  switch (caughtBy) {
    case 'fingerprint':
      return { fingerprint: await read(({ sessions }) => fingerprintDatabase(sessions)) };
    case 'uniqueness':
    case 'collations':
    case 'amcheck':
      return { consistency: [caughtBy] };
    case 'custom': {
      const { custom } = zephyrExpectation();
      return { custom };
    }
    default:
      return usual;
  }
}

describe('a damage to the rows', () => {
  it.each(zephyrDamages)('is caught: $name', async ({ sql, caughtBy, says, prepare }) => {
    const copy = await server.createDatabase(zephyr);
    if (prepare !== undefined) await server.sql(copy, prepare);
    const expectation = await expectationOf(caughtBy, copy);
    const check = (): Promise<CheckReport> =>
      checkDatabase(() => server.connect(copy), expectation, { clock: systemClock });
    if (caughtBy !== 'amcheck') expect((await check()).verdict).toBe('passed');
    await server.sql(copy, sql);
    const { checks, verdict } = await check();
    const failed = checks.filter((one) => one.verdict !== 'passed');
    expect({ verdict, failed }).toMatchObject({ verdict: 'failed', failed: [{ check: caughtBy, verdict: 'failed' }] });
    expect(failed[0]?.summary).toMatch(says);
  });
});

describe('a damage to a table of which a part was hashed', () => {
  it.each(sampleDamages)('is caught: $name', async ({ sql, caughtBy, says }) => {
    const copy = await server.createDatabase(zephyr);
    const options = { tables: ['public.audit_logs'], ranges: sampledPart };
    const fingerprint = await withDatabaseSnapshot(
      () => server.connect(copy),
      {},
      ({ sessions }) => fingerprintDatabase(sessions, options),
    );
    const check = (): Promise<CheckReport> =>
      checkDatabase(() => server.connect(copy), { fingerprint }, { clock: systemClock });
    expect((await check()).verdict).toBe('passed');
    await server.sql(copy, sql);
    expect((await check()).checks).toMatchObject([
      { check: caughtBy, verdict: 'failed', summary: expect.stringMatching(says) },
    ]);
  });
});

describe('a damage to the structure', () => {
  it.each(structureDamages)('is caught: $name', async ({ sql, says }) => {
    const session = await server.connect(structured);
    try {
      await session.query('BEGIN');
      const sound = await describeStructure(session);
      await session.query(sql);
      const found = await checkStructure(session, sound, {});
      await session.query('ROLLBACK');
      expect(found).toMatchObject({ check: 'structure', verdict: 'failed' });
      const differences = found.evidence.differences as readonly StructureDifference[];
      const told = differences.map(({ kind, name, difference }) => `${kind} ${name} ${difference}`);
      expect(told).toContainEqual(expect.stringMatching(says));
    } finally {
      await session.close();
    }
  });

  it('is none where nothing was done', async () => {
    const session = await server.connect(structured);
    await session.query('BEGIN');
    const sound = await describeStructure(session);
    expect(await checkStructure(session, sound, {})).toMatchObject({ verdict: 'passed' });
    await session.close();
  });
});
