import { afterAll, beforeAll, expect, it } from 'vitest';
import { BackupClient } from '../../src/backup/backup-client.js';
import { BackupError, isBackupError } from '../../src/core/errors.js';
import { listEvidence } from '../../src/evidence/list-evidence.js';
import { readEvidence } from '../../src/evidence/read-evidence.js';
import type { Fault } from '../../src/local/index.js';
import type { SqlSession } from '../../src/ports/postgres.js';
import { carryOutPurge } from '../../src/purge/carry-out-purge.js';
import { decidePurge } from '../../src/purge/decide-purge.js';
import type { PurgeDecision, PurgeOutcome } from '../../src/purge/purge-decision.js';
import type { System } from '../../src/system/define-system.js';
import { startZephyr, type ZephyrRegion } from '../backup/zephyr-region.js';
import { spread } from './cover-requests.js';
import { createServerSpoiler, type ServerSpoiler, type ServerStrike, serverTroublesOf } from './server-trouble.js';
import { abortReason, ProcessGone } from './spoiler.js';

const patience = 300_000;
const day = 86_400_000;
const daysAgo = (days: number): string => new Date(Math.floor(Date.now() / day - days) * day).toISOString();

/** Rows of the partition that goes as a whole: of 39 days. */
const wholePartition = 390;

let zephyr: ZephyrRegion;
let decision: PurgeDecision;
/** Ids of the rows that are to stay. */
let young: readonly number[];

beforeAll(async () => {
  zephyr = await startZephyr(10);
  await givenLog();
  const { id } = await new BackupClient(zephyr.system).createDump({ tables: ['public.log'], reason: 'before' });
  const request = { table: 'public.log', column: 'created_at', olderThan: '30d', archivedBy: id } as const;
  decision = await decidePurge(zephyr.system, request);
  const all = await ids();
  young = all.slice(decision.rows);
}, 180_000);
afterAll(async () => {
  await zephyr?.close();
});

/** Ten rows a day for a hundred days: one partition that goes as a whole, one of three leaves that goes in part, one that stays. */
async function givenLog(): Promise<void> {
  await zephyr.sql(`
DROP TABLE IF EXISTS log CASCADE;
CREATE TABLE log (id bigint, created_at timestamptz NOT NULL) PARTITION BY RANGE (created_at);
CREATE TABLE log_old PARTITION OF log FOR VALUES FROM (MINVALUE) TO ('${daysAgo(60)}');
CREATE TABLE log_mixed PARTITION OF log FOR VALUES FROM ('${daysAgo(60)}') TO ('${daysAgo(20)}') PARTITION BY HASH (id);
CREATE TABLE log_a PARTITION OF log_mixed FOR VALUES WITH (MODULUS 3, REMAINDER 0);
CREATE TABLE log_b PARTITION OF log_mixed FOR VALUES WITH (MODULUS 3, REMAINDER 1);
CREATE TABLE log_c PARTITION OF log_mixed FOR VALUES WITH (MODULUS 3, REMAINDER 2);
CREATE TABLE log_new PARTITION OF log FOR VALUES FROM ('${daysAgo(20)}') TO (MAXVALUE);
INSERT INTO log SELECT n, timestamptz '${daysAgo(99)}' + n * interval '1 day' / 10 FROM generate_series(0, 999) n`);
}

/** Ids of the rows that are there, the oldest first. */
async function ids(): Promise<readonly number[]> {
  const session = await zephyr.connect();
  try {
    return (await session.query<{ readonly id: string }>('SELECT id FROM log ORDER BY id')).map(({ id }) => Number(id));
  } finally {
    await session.close();
  }
}

/** What a purge says that it did. */
type Told = Pick<PurgeOutcome, 'deletedRows' | 'droppedPartitions' | 'transactions'> & {
  readonly stage?: string;
  readonly unanswered?: string;
};

/** Keys of all evidence of purges. */
async function evidence(): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of listEvidence(zephyr.system, { kind: 'retention' })) keys.push(key);
  return keys;
}

/** A purge that something befalls, and what is seen of it. */
interface Struck {
  readonly outcome: PurgeOutcome | undefined;
  readonly error: unknown;
  /** What it wrote down. */
  readonly told: readonly Told[];
  /** Rows that are gone. */
  readonly gone: number;
}

async function purgeAmid(system: System, signal?: AbortSignal, killed?: Promise<never>): Promise<Struck> {
  const before = await evidence();
  const purge = carryOutPurge(system, decision, { signal });
  const [ending] = await Promise.allSettled([killed === undefined ? purge : Promise.race([purge, killed])]);
  const told: Told[] = [];
  for (const key of await evidence()) {
    if (!before.includes(key)) told.push((await readEvidence(zephyr.system, key))?.body as unknown as Told);
  }
  const left = await ids();
  expect(left).toEqual(expect.arrayContaining([...young]));
  return {
    outcome: ending.status === 'fulfilled' ? ending.value : undefined,
    error: ending.status === 'rejected' ? ending.reason : undefined,
    told,
    gone: decision.rows + young.length - left.length,
  };
}

/** Whoever counts what was told comes to what is gone, but for the one transaction of which nobody knows. */
function expectCounted({ told, gone }: Struck, when: string): void {
  const [record] = told;
  const rows =
    (record?.deletedRows ?? 0) + (record?.droppedPartitions.includes('public.log_old') === true ? wholePartition : 0);
  if (record?.unanswered === undefined) expect(gone, when).toBe(rows);
  else expect(gone, when).toBeGreaterThanOrEqual(rows);
}

/** The same decision once more, nothing befalling it, comes to what it would have come to. */
async function expectResumed(when: string): Promise<void> {
  const again = await purgeAmid(zephyr.system);
  expect(again.error, when).toBeUndefined();
  expect(await ids(), when).toEqual(young);
  const rest = again.gone;
  expect(rest, when).toBe(decision.rows);
  expect(again.told, when).toMatchObject([{ stage: 'finished', deletedRows: again.outcome?.deletedRows }]);
  const more = await carryOutPurge(zephyr.system, decision);
  expect(more, when).toMatchObject({ deletedRows: 0, droppedPartitions: [] });
}

/** The system with a spoiler before its server; `sessions` are those that are open. */
function behind(spoiler: ServerSpoiler): { readonly system: System; readonly sessions: Set<SqlSession> } {
  const sessions = new Set<SqlSession>();
  const { sql, tools } = zephyr.ports;
  const connect: typeof sql.connect = (target, call) =>
    spoiler.take('connect', 'to zephyr', call?.signal, async () => {
      const session = await sql.connect(target, call);
      sessions.add(session);
      let lost: unknown;
      const query = async (
        text: string,
        parameters?: readonly unknown[],
        about?: { readonly signal?: AbortSignal },
      ) => {
        if (lost !== undefined) throw lost;
        const name = /DELETE|DROP|\w+/.exec(text.replace('WITH gone AS', ''))?.[0] ?? '';
        try {
          return await spoiler.take('statement', name, about?.signal, () => session.query(text, parameters, about));
        } catch (error) {
          if (isBackupError(error, 'database-unreachable')) lost = error;
          throw error;
        }
      };
      const close = async (): Promise<void> => {
        sessions.delete(session);
        await session.close();
      };
      return { ...session, query: query as SqlSession['query'], close };
    });
  return { system: zephyr.systemWith({ postgres: { sql: { connect }, tools } }), sessions };
}

async function strike(hit: ServerStrike): Promise<string> {
  const when = `${hit.trouble} at ${hit.nth} of ${hit.kind}`;
  await givenLog();
  const abort = new AbortController();
  let kill = (): void => {};
  const killed = new Promise<never>((_resolve, reject) => {
    kill = () => reject(new ProcessGone());
  });
  const spoiler = createServerSpoiler({ phase: () => 'purge', kill: () => kill() });
  const { system, sessions } = behind(spoiler);
  spoiler.arm(hit, abort);
  const struck = await purgeAmid(system, abort.signal, killed);
  expect(spoiler.struck(), when).toBe(true);
  if (hit.trouble === 'crash') {
    expect(struck.told, when).toEqual([]);
    // Its operating system closes what it had open.
    for (const session of sessions) await session.close();
  } else {
    expectCounted(struck, when);
    expect(sessions.size, when).toBe(0);
    if (struck.error !== undefined && struck.error !== abortReason) {
      expect(struck.error, when).toBeInstanceOf(BackupError);
      expect(struck.told.every(({ stage }) => stage === 'stopped')).toBe(true);
    }
    if (struck.gone > 0) expect(struck.told, when).toHaveLength(1);
  }
  await expectResumed(when);
  return `${hit.trouble}: ${isBackupError(struck.error) ? struck.error.code : struck.error === undefined ? 'done' : 'ended'}`;
}

it(
  'a purge comes to the same, and tells what it did, whatever befalls its connection and its statements',
  async ({ annotate }) => {
    await givenLog();
    const spoiler = createServerSpoiler({ phase: () => 'purge', kill: () => undefined });
    spoiler.disarm();
    const { outcome } = await purgeAmid(behind(spoiler).system);
    expect(outcome).toMatchObject({
      deletedRows: decision.rows - wholePartition,
      droppedPartitions: ['public.log_old'],
    });
    const steps = [...spoiler.steps];
    expect(steps.filter((step) => step.endsWith('DELETE')).length).toBeGreaterThanOrEqual(4);
    // Each DELETE by itself: the first and the last leave different things behind.
    const once = steps.filter((step) => !step.endsWith('DELETE'));
    const hits = [
      ...(spread(new Map([['purge', once]]), serverTroublesOf).get('purge') ?? []),
      ...[1, 4].flatMap((nth) =>
        serverTroublesOf('purge: statement DELETE').map((trouble) => ({
          kind: 'purge: statement DELETE',
          nth,
          trouble,
        })),
      ),
    ];
    const came: Record<string, number> = {};
    for (const hit of hits) {
      const how = await strike(hit);
      came[how] = (came[how] ?? 0) + 1;
    }
    await annotate(
      `${hits.length} pairs over ${new Set(steps).size} kinds of ${steps.length} steps: ${JSON.stringify(came)}`,
    );
    expect(came['deadlock: query-failed']).toBeGreaterThan(0);
  },
  patience,
);

const faults: readonly Fault[] = [
  { kind: 'error', code: 'InternalError', status: 500 },
  { kind: 'throttle' },
  { kind: 'drop-request' },
  { kind: 'drop-response' },
  { kind: 'error', code: 'AccessDenied', status: 403 },
  { kind: 'error', code: 'ExpiredToken', status: 400 },
];

it.each(faults)('deletes nothing while the archive cannot be asked for the dump: %o', async (fault) => {
  await givenLog();
  const injected = zephyr.region.faults.inject({ operation: 'GetObject', input: { Key: '*.manifest.json' }, fault });
  try {
    const { error, gone } = await purgeAmid(zephyr.system);
    expect(error).toBeInstanceOf(BackupError);
    expect(gone).toBe(0);
  } finally {
    injected.remove();
  }
  await expectResumed(JSON.stringify(fault));
});

it.each(faults)('tells that what it did could not be written down: %o', async (fault) => {
  await givenLog();
  const injected = zephyr.region.faults.inject({ operation: 'PutObject', input: { Key: '*evidence/*' }, fault });
  try {
    const { error, gone } = await purgeAmid(zephyr.system);
    expect(error).toBeInstanceOf(BackupError);
    expect(gone).toBe(decision.rows);
  } finally {
    injected.remove();
  }
  // Then the decision finds nothing more to do, and its evidence says so.
  expect(await carryOutPurge(zephyr.system, decision)).toMatchObject({ deletedRows: 0, droppedPartitions: [] });
});

it('that is stopped and cannot write down what it has done says both', async () => {
  await givenLog();
  const spoiler = createServerSpoiler({ phase: () => 'purge', kill: () => undefined });
  spoiler.arm({ kind: 'purge: statement DELETE', nth: 2, trouble: 'deadlock' }, new AbortController());
  const denied = { kind: 'error', code: 'AccessDenied', status: 403 } as const;
  zephyr.region.faults.inject({ operation: 'PutObject', input: { Key: '*evidence/*' }, fault: denied });
  const { error, told } = await purgeAmid(behind(spoiler).system);
  expect(told).toEqual([]);
  expect(error).toMatchObject({
    code: 'query-failed',
    message: expect.stringContaining('not in the evidence'),
    details: { evidenceLost: { code: 'access-denied' } },
    cause: { code: 'query-failed' },
  });
  const stop = new AbortController();
  const said: string[] = [];
  const onProgress = ({ phase }: { readonly phase: string }): void => {
    said.push(phase);
    stop.abort(abortReason);
  };
  await givenLog();
  await expect(carryOutPurge(zephyr.system, decision, { signal: stop.signal, onProgress })).rejects.toBe(abortReason);
  expect(said).toContain('evidence-lost');
  zephyr.region.faults.clear();
});
