import { createHash } from 'node:crypto';
import { serializeManifest } from '../../src/backup/dump-manifest.js';
import type { Verdict } from '../../src/core/check-result.js';
import { BackupError } from '../../src/core/errors.js';
import { createVirtualClock, type VirtualClock } from '../../src/local/virtual-clock.js';
import type { DatabaseTarget, PostgresToolsPort, SqlPort, SqlSession } from '../../src/ports/postgres.js';
import { decideDumpRestorePlan } from '../../src/restore/dump/decide-dump-restore-plan.js';
import { gatherDumpRestoreFacts } from '../../src/restore/dump/dump-restore-facts.js';
import { checkDumpRestoreRequest, type DumpRestoreRequest } from '../../src/restore/dump/dump-restore-request.js';
import { type ExecuteOptions, executePlan } from '../../src/restore/execution/execute-plan.js';
import { createMemoryJournal } from '../../src/restore/execution/memory-journal.js';
import type { RestoreOutcome } from '../../src/restore/execution/restore-outcome.js';
import type { DumpRestorePlan } from '../../src/restore/plan/restore-plan.js';
import { defineSystem, type System } from '../../src/system/define-system.js';
import { crc32Of, type FakeStore, fakeStore } from '../backup/fakes/fake-store.js';
import { manifestFor } from '../backup/manifest-for.js';
import { createFakeRds, type FakeRds } from './fake-rds.js';
import type { FaultySwitch } from './faulty.js';

export interface FakeDatabase {
  content: string;
  comment: string | null;
  analyzed: boolean;
}

/** A dump in a store in memory, and a server in memory to restore it to. */
export interface DumpRehearsal {
  readonly clock: VirtualClock;
  readonly store: FakeStore;
  readonly fake: FakeRds;
  readonly databases: Map<string, FakeDatabase>;
  readonly key: string;
  verdict: Verdict;
  serverVersion: number;
  /** What pg_restore does with the archive. */
  restore: PostgresToolsPort['restore'];
  plan(request?: Partial<DumpRestoreRequest>): Promise<DumpRestorePlan>;
  execute(
    plan: DumpRestorePlan,
    options?: Partial<ExecuteOptions> & { readonly through?: FaultySwitch },
  ): Promise<RestoreOutcome>;
}

const archive = 'PGDMP: all the rows of zephyr';

export function rehearseDump(): DumpRehearsal {
  const clock = createVirtualClock(new Date('2025-11-09T14:30:00Z'));
  const fake = createFakeRds(clock);
  fake.add({ identifier: 'prod', resourceId: 'db-PRODUCTION' });
  const store = fakeStore(clock);
  const databases = new Map<string, FakeDatabase>();
  const journal = createMemoryJournal();
  const sizeBytes = Buffer.byteLength(archive);
  const sha256 = createHash('sha256').update(archive).digest('hex');
  const bare = manifestFor(new Date('2025-11-09T14:29:00Z'));
  const fingerprint = { algorithm: 'a', serverVersion: 150_018, tables: [] };
  const archives = [
    { key: bare.key, sizeBytes, sha256, crc32: crc32Of(Buffer.from(archive)), content: 'everything' as const },
  ];
  const manifest = { ...bare, sizeBytes, archives, fingerprint };

  const databaseOf = (name: string): FakeDatabase => {
    const found = databases.get(name);
    if (found === undefined) throw new BackupError({ code: 'database-missing', message: name, hint: 'x' });
    return found;
  };
  const answer = (connected: string, text: string, parameters: readonly unknown[]): readonly object[] => {
    const named = /DATABASE (?:IF EXISTS )?"([^"]+)"/.exec(text)?.[1] ?? '';
    if (text.includes('shobj_description')) {
      const found = databases.get(String(parameters[0]));
      return found === undefined ? [] : [{ comment: found.comment }];
    }
    if (text.startsWith('CREATE DATABASE')) databases.set(named, { content: '', comment: null, analyzed: false });
    else if (text.startsWith('COMMENT')) databaseOf(named).comment = /IS '(.*)'$/.exec(text)?.[1] ?? null;
    else if (text.startsWith('DROP DATABASE')) databases.delete(named);
    else if (text.startsWith('SELECT EXISTS')) return [{ taken: databaseOf(connected).content !== '' }];
    else if (text.includes('foreign_parts')) return [{ foreign_parts: 0, others: null }];
    else if (text === 'ANALYZE') databaseOf(connected).analyzed = true;
    else throw new Error(`unexpected: ${text}`);
    return [];
  };
  const sql: SqlPort = {
    connect: async ({ database }): Promise<SqlSession> => {
      if (database !== 'postgres') databaseOf(database);
      return {
        serverVersion: rehearsal.serverVersion,
        query: (async (text: string, parameters: readonly unknown[] = []) =>
          answer(database, text, parameters)) as SqlSession['query'],
        close: async () => {},
      };
    },
  };
  const tools = {
    version: async () => 150_018,
    restore: (...given: Parameters<PostgresToolsPort['restore']>) => rehearsal.restore(...given),
  } as unknown as PostgresToolsPort;

  const systemOn = (wrap: <T extends object>(target: T) => T): System =>
    defineSystem({
      aws: { region: 'us-east-1', rds: wrap(fake.port), objectStore: () => wrap<typeof store>(store) },
      database: { instance: 'prod', name: 'zephyr', credentials: { user: 'u', password: 'p' } },
      archive: { bucket: 'zephyr-backups' },
      postgres: { sql: wrap(sql), tools: wrap(tools) },
      clock,
      random: () => (clock.now().getTime() % 1_000_000) / 1_000_000,
    });
  const system = systemOn((target) => target);
  const rehearsal: DumpRehearsal = {
    clock,
    store,
    fake,
    databases,
    key: manifest.key,
    verdict: 'passed',
    serverVersion: 150_018,
    restore: async (target: DatabaseTarget, { source }) => {
      if (source.kind !== 'stream') throw new Error('not from a file');
      const database = databaseOf(target.database);
      if (database.content !== '') throw new Error('restored twice into one database');
      database.content = 'a part';
      let content = '';
      for await (const chunk of source.stream) content += String(chunk);
      database.content = content;
    },
    plan: async (request = {}) => {
      const checked = checkDumpRestoreRequest({ dump: 'latest', into: { database: 'proof' }, ...request }, 'prod');
      const now = clock.now();
      const facts = await gatherDumpRestoreFacts(system, checked, now, {});
      const { objectives } = system;
      return decideDumpRestorePlan(
        facts,
        checked,
        { region: 'us-east-1', instance: 'prod', database: 'zephyr', objectives },
        now,
      );
    },
    execute: (plan, { through, ...options } = {}) => {
      const wrap = <T extends object>(target: T): T => through?.wrap(target) ?? target;
      const at = clock.now().toISOString();
      const checks = [{ check: 'fingerprint', verdict: rehearsal.verdict, summary: 'told', evidence: {} }];
      return executePlan(
        through === undefined ? system : systemOn(wrap),
        plan,
        { approve: plan.hash, journal: wrap(journal), ...options },
        async (connect) => {
          await (await connect()).close();
          return { verdict: rehearsal.verdict, checks, startedAt: at, finishedAt: at };
        },
      );
    },
  };
  put(store, manifest.key, archive);
  put(store, manifest.key.replace('.dump', '.manifest.json'), serializeManifest(manifest));
  return rehearsal;
}

/** Puts an object as it is, without the store's own rules. */
export function put(store: FakeStore, key: string, body: string): void {
  const bytes = Buffer.from(body);
  const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
  store.objects.set(key, {
    key,
    body: bytes,
    options: {},
    etag,
    sizeBytes: bytes.length,
    lastModified: new Date('2025-11-09T14:29:00Z'),
    metadata: {},
    crc32: crc32Of(bytes),
  });
}
