import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { withDatabaseSnapshot } from '../../src/checks/database-snapshot.js';
import { fingerprintDatabase } from '../../src/checks/fingerprint-database.js';
import { startTemporaryPostgres } from '../checks/temporary-postgres.js';

/**
 * How much a fingerprint costs, against counting the rows and against reading them all out through a hash; interleaved, warm,
 * on one session each and on two, which is the default of checks. Goal: at most 8 (64 bits) and 10 (128 bits) times COUNT(*), at least 3 times faster
 * than COPY.
 */
const rows = Number(process.argv[2] ?? 1_000_000);
const rounds = Number(process.argv[3] ?? 5);

const filled = `
SET client_min_messages = warning;
CREATE TABLE polls (id bigserial PRIMARY KEY, room_code text UNIQUE, question text, options jsonb, created_at timestamptz);
CREATE TABLE participants (id bigserial PRIMARY KEY, nickname text, joined_from inet, created_at timestamptz);
CREATE TABLE votes (id bigserial PRIMARY KEY, poll_id bigint, participant_id bigint, choice int, weight numeric, created_at timestamptz);
CREATE TABLE audit_logs (id bigserial PRIMARY KEY, actor text, action text, details jsonb, created_at timestamptz);
INSERT INTO polls (room_code, question, options, created_at)
  SELECT 'R' || g, 'Question ' || g, '["yes","no"]', now() - g * interval '1 s' FROM generate_series(1, ${Math.round(rows * 0.02)}) g;
INSERT INTO participants (nickname, joined_from, created_at)
  SELECT md5(g::text), '10.0.0.1', now() - g * interval '1 s' FROM generate_series(1, ${Math.round(rows * 0.06)}) g;
INSERT INTO votes (poll_id, participant_id, choice, weight, created_at)
  SELECT g % 1000, g % 9999, g % 4, 1.5, now() - g * interval '1 s' FROM generate_series(1, ${Math.round(rows * 0.57)}) g;
INSERT INTO audit_logs (actor, action, details, created_at)
  SELECT 'user ' || g, 'voted', jsonb_build_object('vote', g, 'from', '10.0.0.1'), now() - g * interval '1 s' FROM generate_series(1, ${Math.round(rows * 0.35)}) g;
`;
const tables = ['polls', 'participants', 'votes', 'audit_logs'];

const server = await startTemporaryPostgres();
try {
  const database = await server.createDatabase();
  await server.sql(database, filled);
  await server.sql(database, 'VACUUM ANALYZE');
  const ways: Record<string, () => Promise<string>> = {
    count: async () => {
      const session = await server.connect(database);
      for (const table of tables) await session.query(`SELECT count(*) FROM ${table}`);
      await session.close();
      return '';
    },
    'fingerprint 64': () => fingerprint({}),
    'fingerprint 128': () => fingerprint({ bits: 128 }),
    'fingerprint 64, two sessions': () => fingerprint({}, 2),
    'fingerprint 128, two sessions': () => fingerprint({ bits: 128 }, 2),
    'copy and md5': async () => {
      const hashes: string[] = [];
      for (const table of tables)
        hashes.push(await copyAndHash(`COPY (SELECT * FROM ${table} ORDER BY id) TO STDOUT`, database));
      return hashes.join();
    },
  };
  const seconds = new Map(Object.keys(ways).map((name): [string, number[]] => [name, []]));
  const results = new Map<string, string>();
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, way] of Object.entries(ways)) {
      const started = process.hrtime.bigint();
      const result = await way();
      const took = Number(process.hrtime.bigint() - started) / 1e9;
      if (results.has(name) && results.get(name) !== result) throw new Error(`${name} is not the same in every round`);
      results.set(name, result);
      // The first round warms up.
      if (round > 0) seconds.get(name)?.push(took);
    }
  }
  if (results.get('fingerprint 64') !== results.get('fingerprint 64, two sessions'))
    throw new Error('sessions change the result');
  const median = (name: string): number =>
    (seconds.get(name) ?? []).sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN;
  const table = Object.keys(ways).map((name) => ({
    way: name,
    seconds: Number(median(name).toFixed(3)),
    'times count': Number((median(name) / median('count')).toFixed(2)),
    'of copy': Number((median(name) / median('copy and md5')).toFixed(3)),
  }));
  console.table(table);
  console.log(JSON.stringify({ rows, rounds, table }));

  async function fingerprint(options: { bits?: 64 | 128 }, sessions = 1): Promise<string> {
    return withDatabaseSnapshot(
      () => server.connect(database),
      { sessions },
      async (taken) => JSON.stringify((await fingerprintDatabase(taken.sessions, options)).tables),
    );
  }

  async function copyAndHash(statement: string, from: string): Promise<string> {
    const psql = spawn(
      'psql',
      ['-h', '127.0.0.1', '-p', String(server.port), '-U', 'postgres', '-qAtc', statement, from],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const hash = createHash('md5');
    const closed = once(psql, 'close');
    for await (const chunk of psql.stdout) hash.update(chunk as Buffer);
    const [code] = await closed;
    if (code !== 0) throw new Error(`psql ended with ${code}`);
    return hash.digest('hex');
  }
} finally {
  await server.stop();
}
