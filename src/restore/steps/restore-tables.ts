import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { isBackupError } from '../../core/errors.js';
import { inParallel } from '../../core/in-parallel.js';
import type { ArchiveRestoreRequest, ArchiveSection } from '../../ports/postgres.js';
import { withArchiveFile } from '../dump/archive-file.js';
import { noSuchTable } from '../dump/choose-tables.js';
import { type IntoTarget, restoreInto } from '../dump/restore-into.js';
import { type SelectedEntries, selectEntries } from '../dump/select-entries.js';
import { type RestoredArchive, streamArchive } from '../dump/stream-archive.js';
import type { Execution, StepResult } from '../execution/execution.js';
import type { LeftOut } from '../execution/restore-outcome.js';
import type { DumpRestorePlan } from '../plan/restore-plan.js';
import type { RestoreArchiveStep } from '../plan/restore-step.js';

/** Opens an archive from its beginning: its table of contents and its definitions are there, its rows behind them. */
type Open = (signal: AbortSignal | undefined) => Promise<ArchiveRestoreRequest['source']>;

/**
 * Restores some tables of a dump whole: rows, keys, indexes, triggers, the position of their sequences (facts H12, H13), all else as
 * empty definitions. Foreign keys come last, one by one: one that the restored rows do not fulfil, because the rows that it refers
 * to were not asked for, is left out and named.
 *
 * Errors: `invalid-input` for a table that the dump has no rows of, `dump-corrupt`, `restore-failed`, `precondition-failed`, ...
 */
export async function restoreTables(
  execution: Execution,
  plan: DumpRestorePlan,
  step: RestoreArchiveStep,
  tables: readonly string[],
): Promise<StepResult> {
  const facts = await restoreInto(execution, plan, step, async (into) => {
    const schema = step.archives.find(({ content }) => content === 'schema');
    return schema === undefined
      ? restoreFromOne(into, plan, step, tables)
      : restoreFromSeveral(into, plan, { schema, step, tables });
  });
  return { status: 'finished', facts: { tables, ...facts } };
}

/** One archive holds everything: one pass through it, and one more to its definitions for each foreign key. */
async function restoreFromOne(
  into: IntoTarget,
  plan: DumpRestorePlan,
  step: RestoreArchiveStep,
  tables: readonly string[],
): Promise<{ readonly leftOut: readonly LeftOut[] }> {
  const { store, tools, target, signal, onBytes } = into;
  const leftOut: LeftOut[] = [];
  for (const archive of step.archives) {
    const open = fromStore(into, archive);
    const selected = await select(into, open, tables);
    requireFound(plan, selected.found, tables);
    const restore = { archive, target: await target(signal), entries: selected.wanted, onBytes: onBytes(archive) };
    await streamArchive(store, tools, restore, { signal });
    leftOut.push(...(await restoreForeignKeys(into, open, selected)));
  }
  return { leftOut };
}

/** Definitions, rows and what is built over them lie apart: only the archives that hold the rows were planned with. */
async function restoreFromSeveral(
  into: IntoTarget,
  plan: DumpRestorePlan,
  from: { readonly schema: RestoredArchive; readonly step: RestoreArchiveStep; readonly tables: readonly string[] },
): Promise<{ readonly leftOut: readonly LeftOut[] }> {
  const { store, tools, target, signal, onBytes } = into;
  const { schema, step, tables } = from;
  return withArchiveFile(store, schema, { signal }, async (path) => {
    const open: Open = async () => ({ kind: 'file', path });
    onBytes(schema)(schema.sizeBytes);
    const selected = await select(into, open, tables);
    const section = async (name: ArchiveSection, jobs: number): Promise<void> => {
      const request = { source: await open(signal), jobs, sections: [name], entries: selected.wanted };
      await tools.restore(await target(signal), request, { signal });
    };
    await section('pre-data', 1);
    const found = new Set<string>();
    const data = step.archives.filter((archive) => archive !== schema);
    await inParallel(step.workers, data, signal, async (archive, stop) => {
      const rows = await select({ ...into, signal: stop }, fromStore(into, archive), tables);
      for (const table of rows.found) found.add(table);
      const restore = { archive, target: await target(stop), entries: rows.wanted, onBytes: onBytes(archive) };
      await streamArchive(store, tools, restore, { signal: stop });
    });
    requireFound(plan, [...found], tables);
    await section('post-data', step.workers);
    return { leftOut: await restoreForeignKeys(into, open, selected) };
  });
}

function fromStore({ store }: IntoTarget, { key }: RestoredArchive): Open {
  return async (signal) => ({ kind: 'stream', stream: (await store.get(key, undefined, { signal })).body });
}

async function select({ tools, signal }: IntoTarget, open: Open, tables: readonly string[]): Promise<SelectedEntries> {
  const source = await open(signal);
  const archive: Readable = source.kind === 'file' ? createReadStream(source.path) : source.stream;
  const { listing } = await tools.contents(archive, { signal });
  return selectEntries(listing, tables);
}

async function restoreForeignKeys(
  { tools, target, signal }: IntoTarget,
  open: Open,
  { foreignKeys }: SelectedEntries,
): Promise<readonly LeftOut[]> {
  const leftOut: LeftOut[] = [];
  for (const { id, name } of foreignKeys) {
    const request = { source: await open(signal), jobs: 1, entries: [id] };
    try {
      await tools.restore(await target(signal), request, { signal });
    } catch (error) {
      if (!isBackupError(error, 'restore-failed')) throw error;
      leftOut.push({ constraint: name, reason: error.message });
    }
  }
  return leftOut;
}

function requireFound(plan: DumpRestorePlan, found: readonly string[], tables: readonly string[]): void {
  const missing = tables.filter((table) => !found.includes(table));
  if (missing.length > 0) throw noSuchTable(plan.facts.dump, missing, found);
}
