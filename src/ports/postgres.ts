import type { Readable } from 'node:stream';
import type { PortCall } from './port-call.js';

/** Who connects. Kept out of argv, logs, errors, plans and evidence (facts H16). */
export interface DatabaseCredentials {
  readonly user: string;
  readonly password: string;
}

/** How the server's identity is proven. Default: verify-full against the RDS CA bundle (facts H17). */
export type DatabaseTls = { readonly mode: 'verify-full'; readonly ca?: string | undefined } | { readonly mode: 'off' };

/** A database to connect to. */
export interface DatabaseTarget {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly credentials: DatabaseCredentials;
  readonly tls: DatabaseTls;
  /** Found in `pg_stat_activity`, so that what a lost client left can be ended (facts H20). */
  readonly applicationName: string;
}

/** One row; values as the driver gives them: `bigint` and `numeric` as strings. */
export type Row = Readonly<Record<string, unknown>>;

/** One connection. */
export interface SqlSession {
  /** `server_version_num`, such as 150018. */
  readonly serverVersion: number;
  /** One statement with parameters `$1` ... Errors: `query-failed`, `statement-timeout`, `permission-denied`, `database-unreachable`. */
  query<R extends Row = Row>(text: string, parameters?: readonly unknown[], call?: PortCall): Promise<readonly R[]>;
  /** Ends the connection; safe to call twice, never rejects. */
  close(): Promise<void>;
}

/** What we need of a PostgreSQL client. */
export interface SqlPort {
  /** Errors: `database-unreachable`, `authentication-failed`, `database-missing`, `tls-failed`. Retries only what never got through (facts I3). */
  connect(target: DatabaseTarget, call?: PortCall): Promise<SqlSession>;
}

/** The three parts of an archive: what tables are, their rows, and what is built over the rows: indexes, constraints, triggers. */
export type ArchiveSection = 'pre-data' | 'data' | 'post-data';

/** How the rows in an archive are compressed, inside of it: the archive stays one that pg_restore reads in parallel and in part. */
export interface ArchiveCompression {
  readonly method: 'none' | 'gzip' | 'zstd';
  /** 0 of `none`, 1 to 9 of `gzip`, 1 to 22 of `zstd`. */
  readonly level: number;
}

/** What to dump. */
export interface DumpRequest {
  /** Snapshot exported by an open transaction, so that the dump and what that transaction reads agree. */
  readonly snapshot?: string | undefined;
  readonly schemas?: readonly string[] | undefined;
  /** `schema.table`, exact. */
  readonly tables?: readonly string[] | undefined;
  /** Not these, `schema.table`, exact. Wins over the two above. */
  readonly excludedTables?: readonly string[] | undefined;
  /** Default: all three. */
  readonly sections?: readonly ArchiveSection[] | undefined;
  readonly compression: ArchiveCompression;
  /** Gives up rather than queue behind DDL (facts H3). */
  readonly lockTimeoutMilliseconds: number;
}

/** What to restore from an archive. */
export interface ArchiveRestoreRequest {
  /** A file can be restored in parallel, a stream cannot (facts H11). */
  readonly source:
    | { readonly kind: 'stream'; readonly stream: Readable }
    | { readonly kind: 'file'; readonly path: string };
  readonly jobs: number;
  /** Default: whatever the archive holds. */
  readonly sections?: readonly ArchiveSection[] | undefined;
  /** Only these of the archive's contents, by their ids, and of these those of the sections. Default: all. */
  readonly entries?: readonly number[] | undefined;
}

/** The header of an archive and its table of contents (facts H10). */
export interface ArchiveContents {
  readonly databaseVersion: string;
  readonly dumpVersion: string;
  /** `schema.table`, never quoted, of every TABLE DATA entry. A name with spaces cannot be told from an owner's with certainty. */
  readonly tables: readonly string[];
  /** The same of every TABLE entry. Of an extension's table the archive holds data at most. */
  readonly definitions: readonly string[];
  readonly entries: number;
  /** Every entry: its id in this archive, and what it is as pg_restore lists it: `FK CONSTRAINT public votes votes_poll_id_fkey app`. */
  readonly listing: readonly { readonly id: number; readonly text: string }[];
}

/** What we need of pg_dump and pg_restore. Errors: `postgres-tool-missing`. */
export interface PostgresToolsPort {
  /** Version as `server_version_num` writes it: 150018. */
  version(tool: 'pg_dump' | 'pg_restore', call?: PortCall): Promise<number>;
  /**
   * Runs pg_dump and gives its output. The stream ends only after pg_dump has exited with 0; otherwise it is destroyed with
   * `dump-failed`, so that nobody takes a torn dump for a whole one (facts G3). Destroying the stream ends pg_dump.
   */
  dump(target: DatabaseTarget, request: DumpRequest, call?: PortCall): Readable;
  /** Runs pg_restore into a database, stopping at the first error. Errors: `restore-failed`. */
  restore(target: DatabaseTarget, request: ArchiveRestoreRequest, call?: PortCall): Promise<void>;
  /** Reads the table of contents. It proves nothing about the data behind it (facts H9). Errors: `dump-corrupt`. */
  contents(archive: Readable, call?: PortCall): Promise<ArchiveContents>;
  /**
   * Decodes an archive to its end, without a server and keeping nothing of it: a cut or a damage in compressed data is found, a
   * flipped bit in uncompressed data is not (facts H9). The stream is destroyed. Errors: `dump-corrupt`; the stream's own as it is.
   */
  decode(archive: Readable, call?: PortCall): Promise<void>;
}

/** The PostgreSQL side: a client, and pg_dump with pg_restore. Made by `connectPostgres` of `@zephyr/backup/postgres`. */
export interface PostgresPorts {
  readonly sql: SqlPort;
  readonly tools: PostgresToolsPort;
}
