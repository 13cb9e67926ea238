import { Readable } from 'node:stream';
import type { BackupError } from '../../../src/core/errors.js';
import type {
  DatabaseTarget,
  DumpRequest,
  PostgresToolsPort,
  Row,
  SqlPort,
  SqlSession,
} from '../../../src/ports/postgres.js';

export interface FakePostgres {
  readonly sql: SqlPort;
  readonly tools: PostgresToolsPort;
  /** Connections that are open. */
  readonly open: Set<SqlSession>;
  readonly dumps: { readonly request: DumpRequest; readonly target: DatabaseTarget; readonly stream: Readable }[];
  pgDumpVersion: number;
  serverVersion: number;
  databaseBytes: number;
  relations: readonly Row[];
  /** Of every table. */
  tableBytes: number;
  /** What pg_dump writes, and what it fails with afterwards. */
  archive: readonly Buffer[];
  dumpFailure: BackupError | undefined;
  /** Wraps each session, to inject faults. */
  wrapSession: (session: SqlSession) => SqlSession;
}

export const relation = (name: string, more?: Row): Row => ({
  schema: 'public',
  name,
  readable: true,
  filtered: false,
  whole_schema: null,
  whole_name: null,
  owner_schema: null,
  owner_name: null,
  ...more,
});

/** A PostgreSQL that knows the answers to the statements a dump asks. */
export function fakePostgres(): FakePostgres {
  const answer = (text: string): readonly Row[] => {
    if (text.includes('pg_export_snapshot')) {
      return [{ snapshot: '00000003-0000001B-1', taken_at: '2025-11-09T14:00:01.250Z', transactions: '1:1:' }];
    }
    if (text.includes('server_encoding')) return [{ encoding: 'UTF8', bytes: 4 }];
    if (text.includes('FROM pg_catalog.pg_extension') && text.includes('AS properties')) {
      return [{ name: '["pgcrypto"]', rest: '', properties: '{"version":"1.3"}' }];
    }
    if (text.includes('AS properties')) return [];
    if (text.includes('pg_database_size')) return [{ bytes: String(fake.databaseBytes) }];
    if (text.includes('has_schema_privilege')) return fake.relations;
    if (text.includes('nspname AS schema FROM pg_catalog.pg_namespace')) {
      return [...new Set(['public', 'only_functions', ...fake.relations.map(({ schema }) => schema)])].map(
        (schema) => ({ schema }),
      );
    }
    if (text.includes('nspname AS schema, relname AS name')) {
      const bytes = String(fake.tableBytes);
      return fake.relations.map(({ schema, name }) =>
        text.includes('bytes') ? { schema, name, bytes } : { schema, name },
      );
    }
    if (text.includes('json_agg')) {
      return fake.relations.map(({ schema, name, whole_schema, whole_name }) => ({
        schema,
        name,
        partitioned: false,
        bytes: '8192',
        key: 'id',
        whole_schema,
        whole_name,
        columns: JSON.stringify([{ name: 'id', baseType: 'int4' }]),
      }));
    }
    if (/count\(\*\)/.test(text)) return [{ rows: '2', hash_0: '12345' }];
    return [];
  };
  const fake: FakePostgres = {
    open: new Set(),
    dumps: [],
    pgDumpVersion: 150_018,
    serverVersion: 150_018,
    databaseBytes: 1_000_000,
    relations: [relation('polls'), relation('votes')],
    tableBytes: 10_000_000,
    archive: [Buffer.from('PGD'), Buffer.from('MP'), Buffer.alloc(100_000, 'x'), Buffer.alloc(100_000, 'y')],
    dumpFailure: undefined,
    wrapSession: (session) => session,
    sql: {
      connect: async () => {
        const session: SqlSession = {
          serverVersion: fake.serverVersion,
          query: async <R extends Row>(text: string) => answer(text) as readonly R[],
          close: async () => {
            fake.open.delete(session);
          },
        };
        fake.open.add(session);
        return fake.wrapSession(session);
      },
    },
    tools: {
      version: async () => fake.pgDumpVersion,
      dump: (target, request, call) => {
        const { archive, dumpFailure } = fake;
        const write = async function* (): AsyncGenerator<Buffer> {
          for (const chunk of archive) {
            await new Promise((resolve) => setImmediate(resolve));
            yield chunk;
          }
          if (dumpFailure !== undefined) throw dumpFailure;
        };
        const stream = Readable.from(write(), { objectMode: false });
        const onAbort = (): void => {
          stream.destroy(call?.signal?.reason as Error);
        };
        if (call?.signal?.aborted) onAbort();
        call?.signal?.addEventListener('abort', onAbort, { once: true });
        stream.once('close', () => call?.signal?.removeEventListener('abort', onAbort));
        fake.dumps.push({ request, target, stream });
        return stream;
      },
      restore: async () => {
        throw new TypeError('not part of this fake');
      },
      contents: async () => {
        throw new TypeError('not part of this fake');
      },
      decode: async () => {
        throw new TypeError('not part of this fake');
      },
    },
  };
  return fake;
}
