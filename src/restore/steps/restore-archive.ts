import { pipeline } from 'node:stream/promises';
import { archiveStore } from '../../backup/archive-store.js';
import { withinDeadline } from '../../checks/within-deadline.js';
import { BackupError, isBackupError } from '../../core/errors.js';
import type { PortCall } from '../../ports/port-call.js';
import type { DatabaseTarget, PostgresToolsPort } from '../../ports/postgres.js';
import { resolveDatabaseTarget } from '../../system/database-target.js';
import type { Execution, StepResult } from '../execution.js';
import { type HashStream, hashStream } from '../hash-stream.js';
import type { DumpRestorePlan, RestoreArchiveStep } from '../restore-plan.js';
import { dropOwnTarget, lookAtTarget, makeTarget, targetNotEmpty } from '../target-database.js';

type Found = ReturnType<HashStream['total']>;
type Archive = RestoreArchiveStep['archives'][number];

/** After a failed restore an archive up to this size is read once more, to tell whether it is the archive that is broken. */
const rereadAtMostBytes = 1_073_741_824;

/**
 * Streams the archives through pg_restore and hashes every byte on the way: pg_restore itself does not notice a flipped bit
 * in uncompressed data (facts H9). What did not arrive whole is not left behind.
 *
 * Errors: `dump-corrupt`, `restore-failed`, `precondition-failed`, ...
 */
export async function restoreArchive(
  execution: Execution,
  plan: DumpRestorePlan,
  step: RestoreArchiveStep,
): Promise<StepResult> {
  await emptyTarget(execution, plan);
  const { system, until } = execution;
  const { tools } = await system.postgres();
  const endpoint = { address: plan.into.host, port: plan.into.port };
  const limits = { clock: system.clock, deadline: until, signal: execution.call.signal };
  try {
    await withinDeadline(`restoring ${plan.facts.dump}`, limits, async (signal) => {
      for (const archive of step.archives) {
        const target = await resolveDatabaseTarget(system, { endpoint, database: step.database }, { signal });
        await restoreOne(execution, step, archive, target, tools, { signal });
      }
    });
  } catch (error) {
    throw await cleanUp(execution, plan, error);
  }
  const bytes = step.archives.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return { status: 'finished', facts: { archives: step.archives.length, bytes } };
}

/** What an earlier attempt of this plan left is made anew; everything else that is not empty is left alone. */
async function emptyTarget(execution: Execution, plan: DumpRestorePlan): Promise<void> {
  const state = await lookAtTarget(execution, plan);
  if (state === 'not-empty') throw targetNotEmpty(plan);
  if (state === 'ours-not-empty') await dropOwnTarget(execution, plan);
  if (state === 'ours-not-empty' || state === 'absent') await makeTarget(execution, plan);
}

async function restoreOne(
  execution: Execution,
  step: RestoreArchiveStep,
  archive: Archive,
  target: DatabaseTarget,
  tools: PostgresToolsPort,
  call: PortCall,
): Promise<void> {
  const { body } = await archiveStore(execution.system).store.get(archive.key, undefined, call);
  const meter = hashStream((bytes) =>
    execution.report(step, { subject: archive.key, bytes, percent: (100 * bytes) / Math.max(1, archive.sizeBytes) }),
  );
  const flow = pipeline(body, meter.stream, { signal: call.signal }).catch((error: unknown) => error);
  try {
    await tools.restore(target, { source: { kind: 'stream', stream: meter.stream }, jobs: 1 }, call);
  } catch (error) {
    meter.stream.destroy();
    const broken = await flow;
    call.signal?.throwIfAborted();
    // A body that broke off is the cause, pg_restore's complaint about it the consequence.
    const cause = isBackupError(broken) ? broken : error;
    const passing = isBackupError(cause) && cause.retryable;
    if (!passing && archive.sizeBytes <= rereadAtMostBytes) await requireIntact(execution, archive, call, cause);
    throw cause;
  }
  // pg_restore ends with the last entry it wants; when all has passed, how the stream was closed does not matter.
  meter.stream.destroy();
  await flow;
  const found = meter.total();
  if (found.sizeBytes < archive.sizeBytes) await requireIntact(execution, archive, call);
  else requireSame(archive, found);
}

/** Reads an archive once more: if it is not what its manifest says, that is why pg_restore failed, or stopped early. */
async function requireIntact(execution: Execution, archive: Archive, call: PortCall, cause?: unknown): Promise<void> {
  // By range, which the store's own checksum does not cover: that one would keep the last bytes back.
  const range = { from: 0, to: Math.max(0, archive.sizeBytes - 1) };
  const { body } = await archiveStore(execution.system).store.get(archive.key, { range }, call);
  const meter = hashStream(() => undefined);
  meter.stream.resume();
  await pipeline(body, meter.stream, { signal: call.signal });
  requireSame(archive, meter.total(), cause);
}

/** Drops what a failed restore left in a database that we made. An interrupted one stays: the next run makes it anew. */
async function cleanUp(execution: Execution, plan: DumpRestorePlan, error: unknown): Promise<unknown> {
  if (!isBackupError(error, 'dump-corrupt') && !isBackupError(error, 'restore-failed')) return error;
  await dropOwnTarget(execution, plan);
  return error;
}

function requireSame(archive: Archive, found: Found, cause?: unknown): void {
  if (found.sizeBytes !== archive.sizeBytes || found.sha256 !== archive.sha256) throw corrupt(archive, found, cause);
}

function corrupt(archive: Archive, found: Found, cause?: unknown): BackupError {
  return new BackupError({
    code: 'dump-corrupt',
    message: `the archive ${archive.key} is not what was dumped: ${
      found.sizeBytes === archive.sizeBytes
        ? 'its SHA-256 differs'
        : `it has ${found.sizeBytes} bytes of ${archive.sizeBytes}`
    }`,
    hint: 'Restore another dump; the database made for this one has been dropped again.',
    details: { key: archive.key, expected: { sizeBytes: archive.sizeBytes, sha256: archive.sha256 }, found },
    cause,
  });
}
