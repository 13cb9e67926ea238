import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IntegrityChecker } from '../../src/integrity/integrity-checker.js';
import { zephyrExpectation } from '../../src/integrity/zephyr-expectation.js';
import type { DatabaseInstance } from '../../src/ports/database-instance.js';
import type { RdsPort } from '../../src/ports/rds.js';
import { connectPostgres } from '../../src/postgres/connect-postgres.js';
import { connectToDatabase, resolveDatabaseTarget } from '../../src/system/database-target.js';
import { defineSystem, type System } from '../../src/system/define-system.js';
import { startTemporaryPostgres, type TemporaryPostgres } from '../checks/temporary-postgres.js';
import { zephyrDatabase } from '../checks/zephyr-database.sql.js';

let server: TemporaryPostgres;
let zephyr: System;
let asked: string[] = [];

beforeAll(async () => {
  server = await startTemporaryPostgres();
  const name = await server.createDatabase();
  await server.sql(name, zephyrDatabase);
  const instances: Record<string, Partial<DatabaseInstance>> = {
    'zephyr-production-db': { endpoint: { address: '127.0.0.1', port: server.port }, status: 'available' },
    'zephyr-new': { status: 'creating' },
  };
  const rds = {
    describeInstance: async (identifier: string) => {
      asked.push(identifier);
      return instances[identifier];
    },
  } as unknown as RdsPort;
  zephyr = defineSystem({
    aws: { region: 'us-east-1', rds, objectStore: () => Promise.reject(new Error('no archive')) as never },
    database: {
      instance: 'zephyr-production-db',
      name,
      credentials: async () => ({ user: 'postgres', password: 'x' }),
      tls: { mode: 'off' },
    },
    postgres: connectPostgres(),
  });
});
afterAll(() => server?.stop());

const restoreTime = '2025-11-09T14:25:00Z';

describe('IntegrityChecker', () => {
  it('holds the system’s own database against Zephyr’s expectation', async () => {
    asked = [];
    const checker = new IntegrityChecker(zephyr);
    const fingerprint = await checker.fingerprint();
    const report = await checker.checkDatabase({
      expectation: zephyrExpectation({ restoreTime, writeInterval: '2s', fingerprint }),
    });
    expect(report.checks.filter(({ verdict }) => verdict !== 'passed')).toEqual([]);
    expect(report.verdict).toBe('passed');
    expect(report.checks).toHaveLength(13);
    expect(asked).toEqual(['zephyr-production-db', 'zephyr-production-db']);
  });

  it('takes another database, an endpoint, and what of it to fingerprint', async () => {
    const other = await server.createDatabase();
    const checker = new IntegrityChecker(zephyr);
    const endpoint = { address: '127.0.0.1', port: server.port };
    const report = await checker.checkDatabase({
      endpoint,
      database: other,
      expectation: zephyrExpectation({ restoreTime }),
    });
    expect(report.verdict).toBe('failed');
    const { tables, algorithm } = await checker.fingerprint({
      instance: 'Zephyr-Production-DB',
      tables: ['public.votes'],
      bits: 128,
    });
    expect(tables).toMatchObject([{ table: 'public.votes', rows: 500 }]);
    expect(algorithm).toBe('column-hash-128/1');
  });

  it.each([
    ['an instance that is not there', { instance: 'zephyr-lost' }, 'instance-not-found'],
    ['an instance without an endpoint', { instance: 'zephyr-new' }, 'invalid-state'],
    ['a name that cannot be one', { instance: 'zephyr_db' }, 'invalid-input'],
    ['an address that is none', { endpoint: { address: '', port: 5432 } }, 'invalid-input'],
    ['a port that is none', { endpoint: { address: '127.0.0.1', port: 0 } }, 'invalid-input'],
    ['a database without a name', { database: '' }, 'invalid-input'],
    ['a database that is not there', { database: 'nowhere' }, 'database-missing'],
    ['a server that is not there', { endpoint: { address: '127.0.0.1', port: 1 } }, 'database-unreachable'],
  ])('rejects for %s', async (_name, place, code) => {
    const checker = new IntegrityChecker(zephyr);
    await expect(checker.checkDatabase({ ...place, expectation: {} })).rejects.toMatchObject({ code });
    await expect(checker.fingerprint(place)).rejects.toMatchObject({ code });
  });

  it('refuses before any call what is no request at all', async () => {
    asked = [];
    const checker = new IntegrityChecker(zephyr);
    for (const nothing of [null, undefined, 'zephyr', []] as unknown as [never]) {
      for (const call of [
        () => checker.checkDatabase(nothing),
        () => checker.checkDump(nothing),
        () => checker.checkCache(nothing),
        () => checker.drill(nothing),
        ...(nothing === undefined ? [] : [() => checker.fingerprint(nothing), () => checker.structure(nothing)]),
      ]) {
        await expect(call()).rejects.toMatchObject({
          code: 'invalid-input',
          message: expect.stringMatching(/^request is no object/),
        });
      }
    }
    await expect(checker.checkDatabase({ expectation: { consistency: 'indexes' as never } })).rejects.toMatchObject({
      message: 'expectation.consistency is no list: "indexes"',
    });
    await expect(checker.checkDatabase({ expectation: { atMostRows: 5 as never } })).rejects.toMatchObject({
      message: 'expectation.atMostRows is no object: 5',
    });
    expect(asked).toEqual([]);
  });

  it('takes no database for the proof of itself', async () => {
    const endpoint = { address: '127.0.0.1', port: server.port };
    const report = await new IntegrityChecker(zephyr).checkDatabase({ expectation: { sameAs: { endpoint } } });
    expect(report).toMatchObject({
      verdict: 'inconclusive',
      checks: [{ check: 'same-as', summary: expect.stringContaining('the very one that is checked') }],
    });
  });

  it('rejects with the reason when aborted, and at its deadline', async () => {
    const checker = new IntegrityChecker(zephyr);
    const reason = new Error('enough');
    const expectation = zephyrExpectation();
    await expect(checker.checkDatabase({ expectation }, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await expect(checker.fingerprint({}, { deadline: new Date(0) })).rejects.toMatchObject({
      code: 'deadline-exceeded',
    });
  });
});

describe('a database’s target', () => {
  it('is the system’s own unless said otherwise, under this library’s name', async () => {
    expect(await resolveDatabaseTarget(zephyr)).toEqual({
      host: '127.0.0.1',
      port: server.port,
      database: zephyr.database.name,
      credentials: { user: 'postgres', password: 'x' },
      tls: { mode: 'off' },
      applicationName: 'zephyr-backup',
    });
    const endpoint = { address: 'db.example', port: 1234 };
    expect(await resolveDatabaseTarget(zephyr, { endpoint, database: 'x' })).toMatchObject({
      host: 'db.example',
      port: 1234,
      database: 'x',
    });
  });

  it('is connected to', async () => {
    const session = await connectToDatabase(zephyr);
    expect(await session.query('SHOW application_name')).toEqual([{ application_name: 'zephyr-backup' }]);
    await session.close();
  });
});

describe('zephyrExpectation', () => {
  it('expects each table, and the newest vote within the write interval before the restore time', () => {
    const expectation = zephyrExpectation({
      restoreTime,
      writeInterval: '1m',
      pollInterval: '1h',
      atLeastRows: { votes: 500 },
      schema: 'app',
    });
    expect(expectation).toMatchObject({
      atLeastRows: { 'app.polls': 1, 'app.participants': 1, 'app.votes': 500, 'app.audit_logs': 1 },
      boundaries: [
        { table: 'app.votes', column: 'created_at', notAfter: restoreTime, notBefore: '2025-11-09T14:24:00.000Z' },
        { table: 'app.polls', column: 'created_at', notAfter: restoreTime, notBefore: '2025-11-09T13:25:00.000Z' },
      ],
      consistency: ['foreign-keys', 'sequences', 'indexes', 'primary-keys'],
      custom: [{ name: 'votes-without-polls' }, { name: 'room-codes-once' }],
    });
    expect(JSON.parse(JSON.stringify(expectation))).toEqual(expectation);
    expect(zephyrExpectation().boundaries).toBeUndefined();
  });

  it('refuses an instant or an interval that is none', () => {
    expect(() => zephyrExpectation({ restoreTime: 'yesterday' })).toThrow(
      expect.objectContaining({ field: 'restoreTime' }),
    );
    expect(() => zephyrExpectation({ restoreTime, writeInterval: '5' as '5m' })).toThrow(
      expect.objectContaining({ field: 'writeInterval' }),
    );
    expect(() => zephyrExpectation({ restoreTime, pollInterval: '5' as '5m' })).toThrow(
      expect.objectContaining({ field: 'pollInterval' }),
    );
  });
});
