import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkDatabase } from '../../src/checks/check-database.js';
import { withDatabaseSnapshot } from '../../src/checks/database-snapshot.js';
import { describeStructure } from '../../src/checks/describe-structure.js';
import { fingerprintDatabase } from '../../src/checks/fingerprint-database.js';
import { systemClock } from '../../src/core/clock.js';
import { startTemporaryPostgres, type TemporaryPostgres } from './temporary-postgres.js';
import { undamaged } from './undamaged.js';

let server: TemporaryPostgres;

beforeAll(async () => {
  server = await startTemporaryPostgres();
});
afterAll(() => server?.stop());

describe('no false alarm, dumped, restored and held against its source by every check', () => {
  it.each(undamaged)('$name', async ({ sql, options = '', settings = [] }) => {
    const source = await server.createDatabase('template0', options);
    await server.sql(source, sql);
    const expectation = await withDatabaseSnapshot(
      () => server.connect(source),
      {},
      async ({ sessions }) => ({
        fingerprint: await fingerprintDatabase(sessions),
        // Without the extension that only the check needs.
        structure: await describeStructure(sessions[0], { without: ['extension'] }),
      }),
    );
    const restored = await server.dumpAndRestore(source, { databaseOptions: options });
    await server.sql(restored, 'CREATE EXTENSION amcheck SCHEMA pg_catalog');
    const report = await checkDatabase(
      () => server.connect(restored, { settings }),
      {
        ...expectation,
        consistency: ['foreign-keys', 'sequences', 'indexes', 'uniqueness', 'collations', 'amcheck'],
      },
      { clock: systemClock },
    );
    expect(report.checks.filter(({ verdict }) => verdict !== 'passed')).toEqual([]);
    expect(report.checks).toHaveLength(8);
    expect(report.verdict).toBe('passed');
  });
});
