import { BackupError, isBackupError } from '../../src/core/errors.js';
import type { DatabaseInstance } from '../../src/ports/database-instance.js';
import type { PortCall } from '../../src/ports/port-call.js';
import type { PostgresPorts, PostgresToolsPort, Row, SqlSession } from '../../src/ports/postgres.js';
import type { RdsPort } from '../../src/ports/rds.js';
import { type FakePostgres, fakePostgres } from '../backup/fakes/fake-postgres.js';
import { createServerSpoiler, type ServerSpoiler } from './server-trouble.js';
import type { Spoiler } from './spoiler.js';

/** The PostgreSQL behind the instances, as far as the workflows ask it. */
export interface Servers {
  readonly ports: PostgresPorts;
  readonly postgres: FakePostgres;
  readonly spoiler: ServerSpoiler;
  /** What every connection is refused with. */
  refusal: BackupError | undefined;
  /** Databases that a restore has made, with what is in them. */
  readonly databases: Map<string, { content: string; comment: string | null; analyzed: boolean }>;
}

/** Which server answers at an address is asked of RDS in every region, past the spoiler: names move from one instance to another. */
export function createServers(regions: readonly RdsPort[], spoiler: Spoiler): Servers {
  const postgres = fakePostgres();
  const databases: Servers['databases'] = new Map();
  const trouble = createServerSpoiler(spoiler);
  const databaseOf = (name: string) => {
    const found = databases.get(name);
    if (found === undefined) throw new BackupError({ code: 'database-missing', message: name, hint: 'None.' });
    return found;
  };
  const answer = (connected: string, text: string, parameters: readonly unknown[]): readonly Row[] | undefined => {
    const named = /DATABASE (?:IF EXISTS )?"([^"]+)"/.exec(text)?.[1] ?? '';
    if (text.includes('datistemplate')) {
      return [...databases].map(([name, { comment }]) => ({ name, comment }));
    }
    if (text.includes('shobj_description')) {
      const found = databases.get(String(parameters[0]));
      return found === undefined ? [] : [{ comment: found.comment }];
    }
    if (text.startsWith('CREATE DATABASE')) databases.set(named, { content: '', comment: null, analyzed: false });
    else if (text.startsWith('COMMENT')) databaseOf(named).comment = /IS '(.*)'$/.exec(text)?.[1] ?? null;
    else if (text.startsWith('DROP DATABASE')) databases.delete(named);
    else if (text.startsWith('SELECT EXISTS')) return [{ taken: databaseOf(connected).content !== '' }];
    else if (text.includes('foreign_parts')) return [];
    else if (text === 'ANALYZE') databaseOf(connected).analyzed = true;
    else return undefined;
    return [];
  };
  const sql: PostgresPorts['sql'] = {
    connect: (target, call) =>
      trouble.take('connect', `to ${roleOf(target.database)}`, call?.signal, async () => {
        spoiler.requireAlive();
        if (servers.refusal !== undefined) throw servers.refusal;
        const instance = await instanceAt(regions, target.host);
        if (!standing.includes(target.database)) databaseOf(target.database);
        const session = await postgres.sql.connect(target, call);
        let lost: unknown;
        const carryOut = async (text: string, parameters: readonly unknown[]): Promise<readonly Row[]> => {
          spoiler.requireAlive();
          const recovering = instance.replicaSource !== undefined;
          if (text.includes('pg_postmaster_start_time')) {
            const started = `${instance.resourceId}${await restartsOf(regions, instance.resourceId)}`;
            return [{ started_at: started, address: '10.0.0.1', port: 5432, recovering }];
          }
          // Nobody writes, and what was written has arrived.
          const [written, at] = ['0/3000148', '1762698300.123'];
          if (text.includes('pg_current_wal_lsn')) return [{ written }];
          if (text.includes('txid_current()')) return [{ writes: !recovering }];
          if (text.includes('pg_last_wal_receive_lsn')) {
            return [{ recovering, receiving: recovering, received: written, replayed: written, replayed_until: at }];
          }
          if (text.includes('pg_logical_emit_message')) {
            // A restart ends every session.
            await instanceAt(regions, target.host);
            return [];
          }
          return answer(target.database, text, parameters) ?? session.query(text, parameters);
        };
        const query = async (text: string, parameters: readonly unknown[] = [], about?: PortCall) => {
          if (lost !== undefined) throw lost;
          const name = `${firstWord(text)} in ${roleOf(target.database)}`;
          try {
            return await trouble.take('statement', name, about?.signal, () => carryOut(text, parameters));
          } catch (error) {
            if (isBackupError(error, 'database-unreachable')) lost = error;
            throw error;
          }
        };
        return { ...session, query: query as SqlSession['query'], close: session.close };
      }),
  };
  const restore: PostgresToolsPort['restore'] = async (target, { source }, call) => {
    if (source.kind !== 'stream') throw new Error('not from a file');
    source.stream.on('error', () => undefined);
    const database = databaseOf(target.database);
    const half = (): void => {
      if (database.content !== '') throw new Error('restored twice into one database');
      database.content = 'a part';
    };
    const whole = async (): Promise<void> => {
      half();
      let bytes = 0;
      for await (const chunk of source.stream) bytes += Buffer.byteLength(chunk as Buffer);
      spoiler.requireAlive();
      database.content = `${bytes} bytes`;
    };
    try {
      await trouble.take('program', 'pg_restore', call?.signal, whole, half);
    } finally {
      source.stream.destroy();
    }
  };
  const ports = { sql, tools: { ...postgres.tools, restore } };
  const servers: Servers = { ports, postgres, spoiler: trouble, databases, refusal: undefined };
  return servers;
}

/** Databases that every server has. */
const standing: readonly string[] = ['postgres', 'zephyr'];

/** Databases whose names differ from run to run are of one role. */
function roleOf(database: string): string {
  return standing.includes(database) ? database : 'scratch';
}

/** What kind of statement it is. */
function firstWord(text: string): string {
  const word = /\w+/.exec(text)?.[0] ?? '';
  return ['BEGIN', 'SET', 'SAVEPOINT', 'ROLLBACK', 'RELEASE'].includes(word) ? 'of its transaction' : word;
}

async function instanceAt(regions: readonly RdsPort[], host: string): Promise<DatabaseInstance> {
  for (const rds of regions) {
    for await (const instance of rds.listInstances()) {
      if (instance.endpoint?.address === host && instance.status !== 'rebooting') return instance;
    }
  }
  throw new BackupError({ code: 'database-unreachable', message: `nobody at ${host}`, hint: 'None.', retryable: true });
}

/** What of the identity of a server changes with every restart, by the events of RDS. */
async function restartsOf(regions: readonly RdsPort[], resourceId: string): Promise<string> {
  for (const rds of regions) {
    const instance = await rds.describeInstanceByResourceId(resourceId);
    if (instance === undefined) continue;
    let restarts = 0;
    const filter = { sourceType: 'db-instance', source: instance.identifier, since: new Date(0) } as const;
    for await (const { message } of rds.listEvents(filter)) restarts += /restarted/.test(message) ? 1 : 0;
    return restarts === 0 ? '' : `/${restarts}`;
  }
  return '';
}
