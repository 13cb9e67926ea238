import { isBackupError } from '../../core/errors.js';
import { inParallel } from '../../core/in-parallel.js';
import type { Journal } from '../../ports/journal.js';
import type { PortCall } from '../../ports/port-call.js';
import { tagsOfMark } from '../../restore/dump/database-mark.js';
import { dropDatabase, findDatabase, withServer } from '../../restore/dump/server-databases.js';
import { createArchiveJournal } from '../../restore/execution/archive-journal.js';
import { archiveStore } from '../../system/archive-store.js';
import type { System } from '../../system/define-system.js';
import type { DrillDecision } from './drill-decision.js';
import { drillJournalKey, readDrillAttempts } from './drill-log.js';
import type { DumpDrillRequest } from './drill-request.js';
import { madeByDrill, markedBy } from './drill-tags.js';
import type { LeftThing } from './left-thing.js';
import { tearDown } from './tear-down.js';
import { readMaking } from './what-was-made.js';

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
    const left: DrillDecision[] = [];
    for (const { decision, evidence, swept } of readDrillAttempts(await journal.read(key, { signal }))) {
      if (decision?.plan.kind !== 'dump' || swept === true || evidence?.teardown.leftovers.length === 0) continue;
      if ((await readMaking(decision.plan, journal, { signal })).begun) left.push(decision);
    }
    return left;
  });
  return found.flat().map((decision) => ({
    kind: 'database',
    identifier: decision.target.identifier,
    region: system.aws.region,
    runId: decision.runId,
    expiresAt: decision.expiresAt,
    remove: () => removeAndNote(system, decision, journal),
  }));
}

/** Removes it, and writes so down for the next sweep. That it cannot be written leaves nothing behind: it is told of once more then. */
async function removeAndNote(system: System, decision: DrillDecision, journal: Journal): Promise<string | undefined> {
  const how = { patient: true, begun: true, resourceId: undefined };
  const { teardown, unforeseen } = await tearDown(system, decision, journal, how);
  if (unforeseen !== undefined) throw unforeseen.error;
  const [left] = teardown.leftovers;
  if (left !== undefined) return left.reason;
  const at = system.clock.now().toISOString();
  const { runId, target } = decision;
  const details = { identifier: target.identifier };
  const entry = { at, planHash: drillJournalKey(runId), runId: 'sweep', kind: 'drill-swept', details };
  await journal.append(entry).catch((error: unknown) => {
    if (!isBackupError(error)) throw error;
  });
  return undefined;
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
      await withServer(system, server, {}, async (session) => {
        const now = await findDatabase(session, name, {});
        if (now?.comment === comment) await dropDatabase(session, name, {});
      });
      return undefined;
    };
    return [{ kind: 'database', identifier: name, region: system.aws.region, ...markedBy(tags), remove }];
  });
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
