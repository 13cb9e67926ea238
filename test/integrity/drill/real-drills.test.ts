import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BackupClient } from '../../../src/backup/backup-client.js';
import type { DrillReport } from '../../../src/integrity/drill/drill-evidence.js';
import { drillHistory } from '../../../src/integrity/drill/drill-history.js';
import { drillTags } from '../../../src/integrity/drill/drill-tags.js';
import { sweepDrills } from '../../../src/integrity/drill/sweep-drills.js';
import { IntegrityChecker } from '../../../src/integrity/integrity-checker.js';
import type { SqlSession } from '../../../src/ports/postgres.js';
import { databaseMark } from '../../../src/restore/dump/database-mark.js';
import { startZephyr, type ZephyrRegion } from '../../backup/zephyr-region.js';

const quarantine = { vpcSecurityGroups: ['sg-0123456789abcdef0'] } as const;
const verdicts = ({ checks }: DrillReport): readonly string[] =>
  checks.map(({ check, verdict }) => `${check} ${verdict}`);

let zephyr: ZephyrRegion;
let checker: IntegrityChecker;

beforeAll(async () => {
  zephyr = await startZephyr(2_000);
  checker = new IntegrityChecker(zephyr.system);
}, 180_000);
afterAll(async () => {
  await zephyr?.close();
});

async function instances(): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { identifier } of zephyr.system.aws.rds.listInstances()) names.push(identifier);
  return names;
}

async function openOn(database: string): Promise<SqlSession & AsyncDisposable> {
  const session = await zephyr.connect(database);
  return { ...session, [Symbol.asyncDispose]: () => session.close() };
}

describe('a drill on real servers', () => {
  it('proves a snapshot by its rows, its structure and what Zephyr always has to be', async () => {
    const fingerprint = await checker.fingerprint();
    const structure = await checker.structure();
    await new BackupClient(zephyr.system).createDatabaseSnapshot({ reason: 'weekly' });
    await zephyr.sql('DELETE FROM votes WHERE id % 2 = 0');
    const report = await checker.drill({
      source: 'newest-unverified',
      quarantine,
      expectation: { fingerprint, structure, consistency: ['foreign-keys', 'sequences', 'indexes'] },
    });
    expect(report.reasons).toEqual([]);
    expect(report).toMatchObject({ verdict: 'passed', teardown: { outcome: 'removed' } });
    expect(verdicts(report)).toContain('fingerprint passed');
    expect(verdicts(report)).toContain('structure passed');
    expect(await instances()).toEqual(['zephyr-production-db']);
  }, 180_000);

  it('measures the newest row of a point in time, and fails where rows are missing', async () => {
    await zephyr.sql("INSERT INTO audit_logs SELECT 1, 'vote', '2025-12-24T12:00:00Z'");
    await zephyr.system.clock.sleep(1_100);
    await zephyr.region.shipLogs();
    const report = await checker.drill({
      source: { kind: 'point-in-time', time: 'latest' },
      quarantine,
      expectation: ({ dataTime = '' }) => ({
        atLeastRows: { 'public.votes': 1_500 },
        consistency: ['foreign-keys', 'indexes'],
        boundaries: [
          {
            table: 'public.audit_logs',
            column: 'created_at',
            notAfter: dataTime,
            notBefore: '2025-12-01T00:00:00Z',
          },
        ],
      }),
    });
    expect(report.verdict).toBe('failed');
    expect(report.reasons.join()).toContain('public.votes');
    expect(verdicts(report)).toContain('foreign-keys passed');
    expect(report.recoveryPoint.newestRow).toBe('2025-12-24T12:00:00.000Z');
    expect(await instances()).toEqual(['zephyr-production-db']);
  }, 180_000);

  it('restores a dump beside and proves every row', async () => {
    const dump = await new BackupClient(zephyr.system).createDump({ reason: 'weekly' });
    const report = await checker.drill({
      source: { kind: 'dump', dump: dump.id },
      on: { instance: 'zephyr-production-db' },
      runId: 'dump',
    });
    expect(report.reasons).toEqual([]);
    expect(report.verdict).toBe('passed');
    expect(verdicts(report)).toContain('fingerprint passed');
    const session = await zephyr.connect('postgres');
    const left = await session.query("SELECT datname FROM pg_database WHERE datname LIKE 'zephyr_drill%'");
    await session.close();
    expect(left).toEqual([]);
  }, 180_000);

  it('finds the database of a lost drill by its comment alone, on the servers that it is told of', async () => {
    const on = { instance: 'zephyr-production-db' };
    const tags = { ...drillTags('lost', 'sre'), 'zephyr:managed-by': 'zephyr-backup', 'zephyr:purpose': 'drill' };
    const mark = databaseMark('a.dump', 'restore-1', { ...tags, 'zephyr:expires-at': '2025-01-01T00:00:00.000Z' });
    await using session = await openOn('postgres');
    for (const name of ['lost', 'of_mine']) await session.query(`CREATE DATABASE zephyr_drill_${name}`);
    await session.query(`COMMENT ON DATABASE zephyr_drill_lost IS '${mark}'`);
    expect((await sweepDrills(zephyr.system)).removed).toEqual([]);
    const swept = await sweepDrills(zephyr.system, { servers: [on] });
    expect(swept).toMatchObject({ removed: [{ identifier: 'zephyr_drill_lost', runId: 'lost' }], leftovers: [] });
    const left = await session.query("SELECT datname FROM pg_database WHERE datname LIKE 'zephyr_drill%'");
    expect(left).toEqual([{ datname: 'zephyr_drill_of_mine' }]);
    await session.query('DROP DATABASE zephyr_drill_of_mine');
  }, 180_000);

  it('finds out that the backup has another password than today', async () => {
    const report = await checker.drill({
      source: 'latest-automated-snapshot',
      quarantine,
      credentials: () => ({ user: 'zephyr_admin', password: 'rotated since' }),
    });
    expect(report.verdict).toBe('failed');
    expect(verdicts(report)).toEqual(['password failed']);
    expect(await instances()).toEqual(['zephyr-production-db']);
    const { drills, byKind } = await drillHistory(zephyr.system);
    expect(drills).toHaveLength(4);
    expect(byKind['database-snapshot']?.verdicts).toEqual({ passed: 1, partial: 0, failed: 1 });
    expect(byKind['point-in-time']?.verdicts).toEqual({ passed: 0, partial: 0, failed: 1 });
    expect(byKind.dump?.verdicts).toEqual({ passed: 1, partial: 0, failed: 0 });
  }, 180_000);

  it('that is killed leaves an instance, which a sweep removes', async () => {
    const { endpoint, credentials } = zephyr.region;
    const { tls } = zephyr.system.database;
    const ca = Buffer.from(tls.mode === 'verify-full' ? (tls.ca ?? '') : '').toString('base64');
    const script = new URL('killed-drill.ts', import.meta.url).pathname;
    const given = [endpoint, credentials.accessKeyId, credentials.secretAccessKey, ca];
    const child = spawn(process.execPath, ['--import', 'tsx', script, ...given], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const text of child.stdout) if (String(text).includes('wait-for-instance')) break;
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    expect(child.signalCode).toBe('SIGKILL');
    expect(await instances()).toContain('zephyr-drill-killed');
    await zephyr.system.clock.sleep(1_100);
    const swept = await sweepDrills(zephyr.system);
    expect(swept).toMatchObject({ removed: [{ identifier: 'zephyr-drill-killed' }], leftovers: [] });
    expect(await instances()).toEqual(['zephyr-production-db']);
  }, 180_000);
});
