import { listManifestKeys, readManifest } from '../backup/find-dump.js';
import { isBackupError } from '../core/errors.js';
import type { PortCall } from '../ports/port-call.js';
import { archiveStore } from '../system/archive-store.js';
import type { System } from '../system/define-system.js';
import type { DumpGlance, DumpsGlance } from './readiness-facts.js';

const day = 86_400_000;

/** Dumps are kept for 90 days; what is older is no news. */
const lookBackMilliseconds = 92 * day;

/** Manifests read at most: enough for two whole dumps among partial ones, and an end to the reading. */
const mostManifests = 12;

/** The two newest whole dumps of the system's database. Errors: those of the store. */
export async function glanceAtDumps(system: System, now: Date, call: PortCall): Promise<DumpsGlance> {
  const { store } = archiveStore(system);
  const database = system.database.name;
  const since = new Date(now.getTime() - lookBackMilliseconds);
  const found: DumpGlance[] = [];
  const unreadable: string[] = [];
  let read = 0;
  for await (const key of listManifestKeys(store, { database, now, notBefore: since }, call)) {
    if (found.length === 2 || read === mostManifests) break;
    read += 1;
    try {
      const manifest = await readManifest(store, key, call);
      const whole = manifest.schemas === undefined && manifest.tables === undefined;
      if (!whole || manifest.database !== database) continue;
      found.push({ key: manifest.key, createdAt: new Date(manifest.createdAt), sizeBytes: manifest.sizeBytes });
    } catch (error) {
      // A torn manifest is something to report, not a reason to know nothing of the others.
      if (!isBackupError(error, 'dump-corrupt') && !isBackupError(error, 'version-mismatch')) throw error;
      unreadable.push(key);
    }
  }
  return { newest: found[0], before: found[1], unreadable, location: store.location, since };
}
