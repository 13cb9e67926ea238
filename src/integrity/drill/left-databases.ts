import { quoteIdentifier } from '../../checks/quote-sql.js';
import { inParallel } from '../../core/in-parallel.js';
import type { PortCall } from '../../ports/port-call.js';
import type { SqlSession } from '../../ports/postgres.js';
import { createArchiveJournal } from '../../restore/archive-journal.js';
import { tagsOfMark } from '../../restore/database-mark.js';
import { maintenanceDatabase } from '../../restore/target-database.js';
import { archiveStore } from '../../system/archive-store.js';
import { connectToDatabase } from '../../system/database-target.js';
import type { System } from '../../system/define-system.js';
import { type DrillAttempt, readDrillLog } from './drill-log.js';
import type { DumpDrillRequest } from './drill-request.js';
import { madeByDrill, markedBy } from './drill-tags.js';
import type { LeftThing } from './left-thing.js';
import { tearDown } from './tear-down.js';

/** Journals read at a time. */
const readers = 4;

/**
 * The scratch databases of drills that have begun and not cleared up, however long ago, as the archive's journals tell: on whichever server,
 * also those that their drill was killed before it could mark.
 */
export async function databasesOfJournals(system: System, call: PortCall): Promise<readonly LeftThing[]> {
  if (system.archive === undefined) return [];
  const journal = createArchiveJournal(system);
  const found = await inParallel(readers, await runsOf(system, call), call.signal, async (key, signal) => {
    const attempt = readDrillLog(await journal.read(key, { signal }));
    const { decision } = attempt ?? {};
    if (attempt === undefined || decision?.plan.kind !== 'dump' || isCleared(attempt)) return [];
    return (await journal.read(decision.plan.hash, { signal })).length === 0 ? [] : [decision];
  });
  return found.flat().map((decision) => ({
    kind: 'database',
    identifier: decision.target.identifier,
    region: system.aws.region,
    runId: decision.runId,
    expiresAt: decision.expiresAt,
    remove: async () => {
      const how = { patient: true, begun: true, resourceId: undefined };
      const { teardown, unforeseen } = await tearDown(system, decision, journal, how);
      if (unforeseen !== undefined) throw unforeseen.error;
      return teardown.leftovers[0]?.reason;
    },
  }));
}

/** The databases on one server that bear the mark of a drill: for where no journal tells of them any more. */
export async function databasesOn(
  system: System,
  server: DumpDrillRequest['on'],
  call: PortCall,
): Promise<readonly LeftThing[]> {
  const found = await withServer(system, server, call, (session) =>
    session.query<{ readonly name: string; readonly comment: string | null }>(
      `SELECT datname AS name, pg_catalog.shobj_description(oid, 'pg_database') AS comment FROM pg_catalog.pg_database
        WHERE NOT datistemplate AND datname <> $1 ORDER BY datname`,
      [system.database.name],
      call,
    ),
  );
  return found.flatMap(({ name, comment }): readonly LeftThing[] => {
    const tags = tagsOfMark(comment);
    if (!madeByDrill(tags)) return [];
    const remove = async (): Promise<undefined> => {
      await withServer(system, server, {}, (session) => dropMarked(session, name, comment));
      return undefined;
    };
    return [{ kind: 'database', identifier: name, region: system.aws.region, ...markedBy(tags), remove }];
  });
}

/** Drops it if it still bears the mark that it was found by. */
async function dropMarked(session: SqlSession, name: string, comment: string | null): Promise<void> {
  const [found] = await session.query<{ readonly comment: string | null }>(
    `SELECT pg_catalog.shobj_description(oid, 'pg_database') AS comment FROM pg_catalog.pg_database WHERE datname = $1`,
    [name],
  );
  if (found?.comment !== comment) return;
  const force = session.serverVersion >= 130_000 ? ' WITH (FORCE)' : '';
  await session.query(`DROP DATABASE IF EXISTS ${quoteIdentifier(name)}${force}`);
}

async function withServer<Result>(
  system: System,
  server: DumpDrillRequest['on'],
  call: PortCall,
  work: (session: SqlSession) => Promise<Result>,
): Promise<Result> {
  const session = await connectToDatabase(system, { ...server, database: maintenanceDatabase }, call);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** Torn down, and nothing was left. */
function isCleared({ evidence }: DrillAttempt): boolean {
  return evidence !== undefined && evidence.teardown.leftovers.length === 0;
}

/** Keys of the journals of all drills that there were. */
async function runsOf(system: System, call: PortCall): Promise<readonly string[]> {
  const { store } = archiveStore(system);
  const runs = new Set<string>();
  for await (const { key } of store.list({ prefix: 'journals/drill-' }, call)) {
    const run = /^journals\/([^/]+)\/entries\//.exec(key)?.[1];
    if (run !== undefined) runs.add(decodeURIComponent(run));
  }
  return [...runs].sort();
}
