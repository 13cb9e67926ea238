import type { CallOptions } from '../core/call-options.js';
import { checkObject } from '../core/check-shape.js';
import { type Duration, parseDuration } from '../core/duration.js';
import { sweepTemporaryDirectories } from '../core/temporary-directory.js';
import type { System } from '../system/define-system.js';
import { type DumpSweep, sweepUnfinishedDumps } from './sweep-unfinished-dumps.js';

/** What a sweep removed. */
export interface Sweep extends DumpSweep {
  /** Directories on this machine, with passwords or archives, of processes that are gone. */
  readonly deletedDirectories: readonly string[];
}

/** Finds and ends what killed runs have left: see `BackupClient.sweep`. */
export async function sweep(
  system: System,
  request: { readonly olderThan?: Duration | undefined } = {},
  options: CallOptions = {},
): Promise<Sweep> {
  checkObject(request, 'request');
  const { olderThan = '24h' } = request;
  const before = new Date(system.clock.now().getTime() - parseDuration(olderThan, 'olderThan'));
  options.signal?.throwIfAborted();
  // Before the archive, which may not be within reach: a password on a disk waits for nothing.
  const deletedDirectories = await sweepTemporaryDirectories(before, options.signal);
  const dumps =
    system.archive === undefined
      ? { abortedUploads: [], deletedArchives: [] }
      : await sweepUnfinishedDumps(system, { olderThan }, options);
  return { ...dumps, deletedDirectories };
}
