import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DumpCheckReport } from '../../src/integrity/dump-check-report.js';
import type { CheckDumpRequest, DumpCheckLevel } from '../../src/integrity/dump-check-request.js';
import { oddDatabase } from '../checks/odd-database.sql.js';
import { startTemporaryPostgres, type TemporaryPostgres } from '../checks/temporary-postgres.js';
import { zephyrDatabase } from '../checks/zephyr-database.sql.js';
import { type StoredDump, storeDump } from './stored-dump.js';

let server: TemporaryPostgres;
let dump: StoredDump;

beforeAll(async () => {
  server = await startTemporaryPostgres();
  const database = await server.createDatabase();
  await server.sql(database, zephyrDatabase);
  dump = await storeDump(server, database, { compression: 1 });
});
afterEach(() => dump.restore());
afterAll(() => server?.stop());

const scratch = (): CheckDumpRequest['scratch'] => ({
  database: 'scratch',
  endpoint: { address: '127.0.0.1', port: server.port },
});
const check = (level: DumpCheckLevel, more: Partial<CheckDumpRequest> = {}): Promise<DumpCheckReport> =>
  dump.checker.checkDump({ dump: dump.key, level, ...(level > 2 ? { scratch: scratch() } : {}), ...more });
const databases = async (): Promise<readonly unknown[]> =>
  server.sql('postgres', `SELECT datname FROM pg_database WHERE datname = 'scratch'`);
const bad = ({ checks }: DumpCheckReport): readonly string[] =>
  checks.filter(({ verdict }) => verdict !== 'passed').map((one) => `${one.check} ${one.verdict}: ${one.summary}`);

describe('a sound dump', () => {
  it.each([0, 1, 2, 3, 4] as const)('is proven up to level %i', async (level) => {
    const report = await check(level);
    expect(bad(report)).toEqual([]);
    expect(report).toMatchObject({ verdict: 'passed', proven: level, dump: dump.key });
    expect(report.levels.map((one) => [one.level, one.verdict])).toEqual(
      [0, 1, 2, 3, 4].slice(0, level + 1).map((one) => [one, 'passed']),
    );
    expect(JSON.parse(JSON.stringify(report))).toMatchObject({ verdict: 'passed' });
    expect(await databases()).toEqual([]);
  });

  it('is read once below level 3, beside its contents', async () => {
    const read: string[] = [];
    const { get } = dump.store;
    dump.store.get = (key, options, call) => {
      read.push(`${key === dump.key ? 'archive' : 'manifest'}${options?.range === undefined ? '' : ' to its end'}`);
      return get(key, options, call);
    };
    await check(2);
    dump.store.get = get;
    expect(read).toEqual(['manifest', 'archive to its end', 'archive']);
  });

  it('is the latest where none is named, and is checked to level 2', async () => {
    const report = await dump.checker.checkDump({ dump: 'latest' });
    expect(report).toMatchObject({ dump: dump.key, proven: 2, verdict: 'passed' });
  });

  it('may have odd types and names, at every level', async () => {
    const odd = await server.createDatabase();
    await server.sql(odd, oddDatabase);
    const stored = await storeDump(server, odd);
    const report = await stored.checker.checkDump({ dump: stored.key, level: 4, scratch: scratch() });
    expect(bad(report)).toEqual([]);
    expect(report.proven).toBe(4);
  });

  it('without a fingerprint is not proven equal', async () => {
    const { fingerprint: _, ...rest } = dump.manifest;
    await dump.rewriteManifest(JSON.stringify(rest));
    const report = await check(4);
    expect(report).toMatchObject({ verdict: 'inconclusive', proven: 3 });
    expect(bad(report)).toEqual([expect.stringMatching(/^fingerprint inconclusive: the manifest has no fingerprint/)]);
  });
});
