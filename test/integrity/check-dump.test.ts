import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BackupError } from '../../src/core/errors.js';
import type { ProgressEvent } from '../../src/core/progress.js';
import type { DumpCheckReport } from '../../src/integrity/dump-check-report.js';
import type { CheckDumpRequest, DumpCheckLevel } from '../../src/integrity/dump-check-request.js';
import { IntegrityChecker } from '../../src/integrity/integrity-checker.js';
import type { PostgresPorts, PostgresToolsPort } from '../../src/ports/postgres.js';
import type { System } from '../../src/system/define-system.js';
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
  dump = await storeDump(server, database, { compression: 'gzip' });
});
afterEach(() => dump.restore());
afterAll(() => server?.stop());

const scratch = (): CheckDumpRequest['scratch'] => ({
  database: 'scratch',
  endpoint: { address: '127.0.0.1', port: server.port },
});
const check = (level: DumpCheckLevel, more: Partial<CheckDumpRequest> = {}): Promise<DumpCheckReport> =>
  dump.checker.checkDump({ dump: dump.key, level, ...(level > 2 ? { scratch: scratch() } : {}), ...more });
const systemOf = ({ system }: StoredDump, postgres: () => Promise<PostgresPorts>): System => ({ ...system, postgres });
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

describe('a check that cannot be made', () => {
  const withTools = (tools: Partial<PostgresToolsPort>): IntegrityChecker =>
    new IntegrityChecker(
      systemOf(dump, async () => {
        const { sql, tools: real } = await dump.system.postgres();
        return { sql, tools: { ...real, ...tools } };
      }),
    );

  it.each([
    ['no key', { dump: '' }, 'dump'],
    ['a path', { dump: '/manual/x.dump' }, 'dump'],
    ['a level that is none', { dump: 'latest', level: 5 as 4 }, 'level'],
    ['no scratch database', { dump: 'latest', level: 3 }, 'scratch'],
    [
      'a scratch database of the server itself',
      { dump: 'latest', level: 3, scratch: { database: 'postgres' } },
      'into.database',
    ],
  ] as const)('is refused: %s', async (_name, request, field) => {
    await expect(dump.checker.checkDump(request)).rejects.toMatchObject({ code: 'invalid-input', field });
  });

  it('rejects where there is no such dump, and no latest one', async () => {
    await expect(check(0, { dump: 'manual/2020/01/01/x.dump' })).rejects.toMatchObject({ code: 'dump-not-found' });
    dump.store.objects.clear();
    await expect(check(0, { dump: 'latest' })).rejects.toMatchObject({ code: 'dump-not-found' });
  });

  it('is inconclusive where pg_restore is too old for the archive', async () => {
    const error = new BackupError({ code: 'version-mismatch', message: 'unsupported version', hint: 'newer' });
    const tooOld = (): Promise<never> => Promise.reject(error);
    const report = await withTools({ contents: tooOld, decode: tooOld }).checkDump({ dump: dump.key, level: 2 });
    expect(report).toMatchObject({ verdict: 'inconclusive', proven: 0 });
    expect(bad(report).map((one) => one.split(':')[0])).toEqual([
      'dump-decode inconclusive',
      'dump-contents inconclusive',
    ]);
  });

  it('rejects where pg_restore is missing, or is ended from outside: the archive is not to blame', async () => {
    for (const code of ['postgres-tool-missing', 'restore-failed'] as const) {
      const error = new BackupError({ code, message: code, hint: 'x' });
      const decode = (archive: Readable): Promise<never> => {
        archive.destroy();
        return Promise.reject(error);
      };
      await expect(withTools({ decode }).checkDump({ dump: dump.key, level: 2 })).rejects.toBe(error);
    }
  });

  it('rejects with the store’s error where the archive breaks off on the way', async () => {
    const broken = new BackupError({ code: 'service-unreachable', message: 'cut', hint: 'x' });
    const { get } = dump.store;
    dump.store.get = async (key, options, call) => {
      const found = await get(key, options, call);
      if (key !== dump.key) return found;
      found.body.destroy();
      const half = dump.archive.subarray(0, dump.archive.length / 2);
      const body = Readable.from(
        (async function* () {
          yield half;
          throw broken;
        })(),
      );
      return { ...found, body };
    };
    await expect(check(2)).rejects.toBe(broken);
    dump.store.get = get;
  });

  it('stops when aborted while reading, and at its deadline', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    const onProgress = ({ phase }: ProgressEvent): void => {
      if (phase === 'reading') stop.abort(reason);
    };
    await expect(dump.checker.checkDump({ dump: dump.key }, { signal: stop.signal, onProgress })).rejects.toBe(reason);
    await expect(dump.checker.checkDump({ dump: dump.key }, { deadline: new Date(0) })).rejects.toMatchObject({
      code: 'deadline-exceeded',
    });
  });
});

describe('the scratch database', () => {
  it('is left alone where it is there already, even empty', async () => {
    await server.sql('postgres', 'CREATE DATABASE scratch');
    await expect(check(3)).rejects.toMatchObject({ code: 'precondition-failed', field: 'scratch.database' });
    expect(await databases()).toHaveLength(1);
    await server.sql('postgres', 'DROP DATABASE scratch');
  });

  it.each(['create-database', 'restore-archive', 'analyze', 'check-candidate'])(
    'is dropped when aborted during %s',
    async (step) => {
      const stop = new AbortController();
      const reason = new Error('enough');
      const onProgress = ({ phase }: ProgressEvent): void => {
        if (phase === step) stop.abort(reason);
      };
      const running = dump.checker.checkDump(
        { dump: dump.key, level: 4, scratch: scratch() },
        { signal: stop.signal, onProgress },
      );
      await expect(running).rejects.toBe(reason);
      expect(await databases()).toEqual([]);
    },
  );

  it('that cannot be dropped fails the check, named', async () => {
    const { sql } = await dump.system.postgres();
    const connect: typeof sql.connect = async (target, call) => {
      const session = await sql.connect(target, call);
      const query: typeof session.query = async (text, parameters, inner) => {
        if (text.startsWith('DROP DATABASE')) {
          throw new BackupError({ code: 'permission-denied', message: 'must be owner', hint: 'x' });
        }
        return session.query(text, parameters, inner);
      };
      return { ...session, query };
    };
    const checker = new IntegrityChecker(
      systemOf(dump, async () => ({ ...(await dump.system.postgres()), sql: { connect } })),
    );
    const report = await checker.checkDump({ dump: dump.key, level: 3, scratch: scratch() });
    expect(report.verdict).toBe('failed');
    expect(bad(report)).toEqual([
      expect.stringMatching(
        /^scratch-database failed: the scratch database scratch on 127\.0\.0\.1 could not be dropped/,
      ),
    ]);
    await server.sql('postgres', 'DROP DATABASE scratch');
  });
});
