import { inParallel } from '../../core/in-parallel.js';
import { withArchiveFile } from '../dump/archive-file.js';
import { type IntoTarget, restoreInto } from '../dump/restore-into.js';
import { type RestoredArchive, streamArchive } from '../dump/stream-archive.js';
import type { Execution, StepResult } from '../execution/execution.js';
import type { DumpRestorePlan } from '../plan/restore-plan.js';
import type { RestoreArchiveStep } from '../plan/restore-step.js';

/**
 * Restores the archives of a dump, each proven by its SHA-256. Of a dump in several the definitions come first, then the rows of
 * all archives at once, then the indexes and constraints over them: so no archive has to wait for the rows of another. What did
 * not arrive whole is not left behind.
 *
 * Errors: `dump-corrupt`, `restore-failed`, `precondition-failed`, ...
 */
export async function restoreArchive(
  execution: Execution,
  plan: DumpRestorePlan,
  step: RestoreArchiveStep,
): Promise<StepResult> {
  await restoreInto(execution, plan, step, (into) => restoreAll(into, step));
  const bytes = step.archives.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return { status: 'finished', facts: { archives: step.archives.length, bytes } };
}

async function restoreAll(into: IntoTarget, step: RestoreArchiveStep): Promise<void> {
  const { store, tools, target, signal, onBytes } = into;
  const restoreRows = (archives: readonly RestoredArchive[]): Promise<unknown> =>
    inParallel(step.workers, archives, signal, async (archive, stop) => {
      const restore = { archive, target: await target(stop), onBytes: onBytes(archive) };
      await streamArchive(store, tools, restore, { signal: stop });
    });
  const schema = step.archives.find(({ content }) => content === 'schema');
  if (schema === undefined) {
    await restoreRows(step.archives);
    return;
  }
  // pg_restore reads the definitions twice, and builds in parallel only from a file (facts H11); it is a small one, without rows.
  await withArchiveFile(store, schema, { signal }, async (path) => {
    const source = { kind: 'file', path } as const;
    onBytes(schema)(schema.sizeBytes);
    await tools.restore(await target(signal), { source, jobs: 1, sections: ['pre-data'] }, { signal });
    await restoreRows(step.archives.filter((archive) => archive !== schema));
    const rest = { source, jobs: step.workers, sections: ['post-data'] } as const;
    await tools.restore(await target(signal), rest, { signal });
  });
}
