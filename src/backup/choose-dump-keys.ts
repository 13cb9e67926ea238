import { dumpKeys } from '../core/names.js';
import { randomToken } from '../core/random.js';
import type { ObjectStorePort } from '../ports/object-store.js';
import type { PortCall } from '../ports/port-call.js';
import type { System } from '../system/define-system.js';

/** Where a dump and its manifest go. */
export interface DumpKeys {
  readonly dump: string;
  readonly manifest: string;
}

/** Keys that nobody else chooses, with a suffix. */
export function ownDumpKeys(system: System): DumpKeys {
  return dumpKeys(system.database.name, system.clock.now(), randomToken(system.random, 6));
}

/**
 * The keys of a new dump, free at this moment; whoever comes first gets them in the end, because both are written only where
 * nothing is. Lists rather than asks for the one object, because only a listing tells a missing bucket from a missing key
 * (facts G20).
 *
 * Errors: `bucket-not-found`, `access-denied`.
 */
export async function chooseDumpKeys(system: System, store: ObjectStorePort, call: PortCall): Promise<DumpKeys> {
  const keys = dumpKeys(system.database.name, system.clock.now());
  for await (const _taken of store.list({ prefix: keys.dump.slice(0, -'dump'.length) }, call)) {
    return ownDumpKeys(system);
  }
  return keys;
}
