import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.js';
import { connectPostgres } from '../../src/postgres/connect-postgres.js';
import type { Execution } from '../../src/restore/execution/execution.js';
import type { DumpRestorePlan } from '../../src/restore/plan/restore-plan.js';
import { analyze } from '../../src/restore/steps/analyze.js';
import { defineSystem } from '../../src/system/define-system.js';
import { fakeStore } from '../backup/fakes/fake-store.js';
import { startTemporaryPostgres, type TemporaryPostgres } from '../checks/temporary-postgres.js';
import { createFakeRds } from './fake-rds.js';

let server: TemporaryPostgres;
beforeAll(async () => {
  server = await startTemporaryPostgres();
});
afterAll(() => server?.stop());

/** Analyzes a database, and names the tables that then have statistics. */
async function analyzed(sql: string): Promise<readonly unknown[]> {
  const database = await server.createDatabase();
  await server.sql(database, sql);
  const system = defineSystem({
    aws: { region: 'us-east-1', rds: createFakeRds(systemClock).port, objectStore: () => fakeStore(systemClock) },
    database: {
      instance: 'prod',
      name: database,
      credentials: { user: 'postgres', password: 'p' },
      tls: { mode: 'off' },
    },
    postgres: connectPostgres(),
  });
  const execution = { system, call: {} } as Execution;
  const plan = { into: { host: '127.0.0.1', port: server.port, database } } as DumpRestorePlan;
  await analyze(execution, plan, { kind: 'analyze', id: 'analyze', database } as Parameters<typeof analyze>[2]);
  const rows = await server.sql(
    database,
    'SELECT DISTINCT tablename FROM pg_stats WHERE schemaname = $$a.b$$ ORDER BY 1',
  );
  return rows.map(({ tablename }) => tablename);
}

const parts = `CREATE SCHEMA "a.b"; SET search_path = "a.b"; CREATE TABLE whole (id int, v text) PARTITION BY RANGE (id);
CREATE TABLE low PARTITION OF whole FOR VALUES FROM (0) TO (10) PARTITION BY RANGE (id); CREATE TABLE "o""ne" PARTITION OF low FOR VALUES FROM (0) TO (5);
INSERT INTO whole VALUES (1, 'x'), (2, 'y'); CREATE TABLE alone AS SELECT 1 AS id; CREATE MATERIALIZED VIEW seen AS SELECT 1 AS id;`;

describe('statistics of a restored database', () => {
  it('are collected of every table', async () => {
    expect(await analyzed(parts)).toEqual(['alone', 'low', 'o"ne', 'seen', 'whole']);
  });

  it('are collected without signing in to the servers of its foreign tables', async () => {
    const foreign = `CREATE EXTENSION postgres_fdw; CREATE SERVER gone FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '1');
      CREATE USER MAPPING FOR postgres SERVER gone; CREATE FOREIGN TABLE two PARTITION OF low FOR VALUES FROM (5) TO (10) SERVER gone;`;
    expect(await analyzed(parts + foreign)).toEqual(['alone', 'o"ne', 'seen']);
  });

  it('are none of a database that has nothing but parts elsewhere', async () => {
    const foreign = `CREATE SCHEMA "a.b"; CREATE EXTENSION postgres_fdw; CREATE SERVER gone FOREIGN DATA WRAPPER postgres_fdw;
      CREATE TABLE "a.b".whole (id int) PARTITION BY LIST (id); CREATE FOREIGN TABLE "a.b".one PARTITION OF "a.b".whole DEFAULT SERVER gone;`;
    expect(await analyzed(foreign)).toEqual([]);
  });
});
