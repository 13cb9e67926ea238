import type { Dump } from '../core/backups.js';
import { isBackupError } from '../core/errors.js';
import type { PortCall } from '../ports/port-call.js';
import { archiveStore } from '../system/archive-store.js';
import type { System } from '../system/define-system.js';
import { dumpOf, unreadableDump } from './describe-backups.js';
import { readManifest } from './find-dump.js';
import { mapAhead } from './map-ahead.js';

/** Manifests read at a time. */
const manifestsAhead = 8;

/** Dumps of the archive by the time of their making, oldest first; those before the day of `from` are not even listed. */
export async function* listDumps(
  system: System,
  from: Date | undefined,
  call: PortCall,
): AsyncGenerator<Dump, void, undefined> {
  const { store, kmsKey } = archiveStore(system);
  const { location } = store;
  const place = { location, kmsKey };
  // Keys carry their UTC day: what lies before it need not be listed (facts G16).
  const day = from?.toISOString().slice(0, 10).replaceAll('-', '/');
  const objects = store.list(
    { prefix: 'manual/', ...(day === undefined ? {} : { startAfter: `manual/${day}/` }) },
    call,
  );
  const manifests = keepOnly(objects, ({ key }) => key.endsWith('.manifest.json'));
  yield* mapAhead(manifests, manifestsAhead, async (object): Promise<Dump> => {
    try {
      return dumpOf(await readManifest(store, object.key, call), place);
    } catch (error) {
      // One torn manifest must not hide every other backup: it is listed as what it is.
      if (!isBackupError(error, 'dump-corrupt') && !isBackupError(error, 'version-mismatch')) throw error;
      return unreadableDump(object, { ...place, region: system.aws.region, database: system.database }, error);
    }
  });
}

async function* keepOnly<Item>(
  items: AsyncIterable<Item>,
  keep: (item: Item) => boolean,
): AsyncGenerator<Item, void, undefined> {
  for await (const item of items) if (keep(item)) yield item;
}
