import type { Dump } from '../core/backups.js';
import type { CallOptions } from '../core/call-options.js';
import { checkObject } from '../core/check-shape.js';
import type { Duration } from '../core/duration.js';
import { archiveStore } from '../system/archive-store.js';
import type { System } from '../system/define-system.js';
import { createDump } from './create-dump.js';
import { dumpOf } from './describe-backups.js';
import { type CreateDumpRequest, checkDumpRequest } from './dump-request.js';
import { type Ensured, intervalAt } from './ensure-interval.js';
import { wholeDumps } from './find-backup.js';

/** How often there is to be a dump of the whole database, and how one is made if it has to be. */
export interface EnsureDumpRequest extends Omit<CreateDumpRequest, 'schemas' | 'tables'> {
  /** The interval, in UTC: `'1d'` from midnight to midnight, `'6h'` from 0, 6, 12 and 18 o'clock. */
  readonly every: Duration;
}

/** Sees to a dump in the present interval: see `BackupClient.ensureDump`. */
export async function ensureDump(
  system: System,
  request: EnsureDumpRequest,
  options: CallOptions = {},
): Promise<Ensured<Dump>> {
  checkObject(request, 'request');
  const { every, reason = `every ${every}`, ...more } = request;
  checkDumpRequest({ ...more, reason });
  const { start } = intervalAt(system.clock.now(), every);
  const { store, kmsKey } = archiveStore(system);
  const call = { signal: options.signal };
  call.signal?.throwIfAborted();
  // What cannot be read is no backup: then one is made.
  for await (const manifest of wholeDumps(system, start, () => undefined, call)) {
    if (new Date(manifest.createdAt) < start) break;
    return { created: false, backup: dumpOf(manifest, { location: store.location, kmsKey }) };
  }
  return { created: true, backup: await createDump(system, { ...more, reason }, options) };
}
