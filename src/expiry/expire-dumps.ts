import { manifestKeyOf } from '../backup/dump-manifest.js';
import type { Dump } from '../core/backups.js';
import { isBackupError } from '../core/errors.js';
import { withGrace } from '../core/with-grace.js';
import type { ObjectDescription, ObjectRemoval, ObjectStorePort } from '../ports/object-store.js';
import { archiveStore } from '../system/archive-store.js';
import type { ExpiryWork } from './expiry-work.js';
import { type Fate, failedBy } from './retention-outcome.js';

/** What S3 deletes with one request (facts G15). */
const mostAtOnce = 1_000;

/** How often an object is tried that S3 could not delete just then, and how long before the first repetition, in milliseconds. */
const attempts = 4;
const firstPause = 500;

/** How long a thousand dumps may go on being deleted after an abort, in milliseconds. */
const graceMilliseconds = 10_000;

/** A dump with its objects as they are in the archive now. */
interface StoredDump {
  readonly dump: Dump;
  manifest?: ObjectDescription;
  readonly archives: ObjectDescription[];
}

/**
 * Deletes dumps: first the manifests, so that there never is one without its archives, then the archives of those whose manifest is
 * gone. The archive is listed once, and each object deleted only as it was listed (facts G15, K27).
 */
export async function expireDumps(work: ExpiryWork, dumps: readonly Dump[]): Promise<void> {
  if (dumps.length === 0) return;
  const { store } = archiveStore(work.system);
  const stored = await findObjects(work, store, dumps);
  for (let start = 0; start < stored.length; start += mostAtOnce) {
    const some = stored.slice(start, start + mostAtOnce);
    // Stopped between a manifest and its archives, it would leave archives behind: what has begun is ended first.
    await withGrace(work.call.signal, graceMilliseconds, (signal) =>
      expireSome({ ...work, call: { signal } }, store, some),
    );
  }
  work.call.signal?.throwIfAborted();
}

async function expireSome(work: ExpiryWork, store: ObjectStorePort, some: readonly StoredDump[]): Promise<void> {
  const whole: StoredDump[] = [];
  for (const each of some) {
    if (each.manifest === undefined) work.settle(each.dump, { kind: 'already-gone' });
    else if (isLater(work, each)) work.settle(each.dump, { kind: 'spared', because: 'changed' });
    else whole.push(each);
  }
  for (const { dump } of whole) work.settle(dump, { kind: 'begun' });
  const manifests = await remove(
    work,
    store,
    whole.flatMap(({ manifest }) => manifest ?? []),
  );
  const begun = whole.filter(({ dump, manifest }) => {
    const removal = manifests.get(manifest?.key);
    if (removal?.outcome === 'deleted') return true;
    work.settle(dump, fateWithManifest(removal));
    return false;
  });
  const archives = await remove(
    work,
    store,
    begun.flatMap((each) => each.archives),
  );
  for (const { dump, manifest, archives: objects } of begun) {
    const removals = objects.map(({ key }) => archives.get(key));
    work.settle(dump, fateWithoutManifest([manifests.get(manifest?.key), ...removals]));
  }
}

/** The objects of the dumps, by one listing over the days that they are of (facts G16). */
async function findObjects(
  { call }: ExpiryWork,
  store: ObjectStorePort,
  dumps: readonly Dump[],
): Promise<readonly StoredDump[]> {
  const stored = new Map(dumps.map((dump): [string, StoredDump] => [manifestKeyOf(dump.id), { dump, archives: [] }]));
  const keys = [...stored.keys()].sort();
  const [first = '', last = ''] = [keys[0], keys.at(-1)];
  const lastStem = last.slice(0, -'manifest.json'.length);
  const startAfter = first.slice(0, first.lastIndexOf('/') + 1);
  for await (const object of store.list({ prefix: 'manual/', startAfter }, call)) {
    // Of a dump's objects some come after its manifest; whatever follows those of the last dump is none of these.
    if (object.key > last && !object.key.startsWith(lastStem)) break;
    const found = stored.get(manifestKeyOf(object.key));
    if (found === undefined) continue;
    if (object.key === manifestKeyOf(object.key)) found.manifest = object;
    else found.archives.push(object);
  }
  return [...stored.values()];
}

/** What was written after the decision is not what was decided upon: keys are written once, unless somebody else writes them. */
function isLater({ decidedFor }: ExpiryWork, { manifest, archives }: StoredDump): boolean {
  return [manifest, ...archives].some((object) => object !== undefined && object.lastModified > decidedFor);
}

/** Deletes objects, a thousand at a time, and those once more that S3 was too busy for; what became of each by its key. */
async function remove(
  { system, call }: ExpiryWork,
  store: ObjectStorePort,
  objects: readonly ObjectDescription[],
): Promise<ReadonlyMap<string | undefined, ObjectRemoval>> {
  const removals = new Map<string | undefined, ObjectRemoval>();
  for (let start = 0; start < objects.length; start += mostAtOnce) {
    let rest = objects.slice(start, start + mostAtOnce);
    for (let attempt = 1; rest.length > 0; attempt += 1) {
      if (attempt > 1) await system.clock.sleep(firstPause * 2 ** (attempt - 2), call);
      for (const removal of await removeOnce(store, rest, call)) removals.set(removal.key, removal);
      rest = attempt === attempts ? [] : rest.filter(({ key }) => isWorthAnother(removals.get(key)));
    }
  }
  return removals;
}

/** A request that was refused as a whole is so for each of its objects, for the outcome to tell. */
async function removeOnce(
  store: ObjectStorePort,
  objects: readonly ObjectDescription[],
  call: ExpiryWork['call'],
): Promise<readonly ObjectRemoval[]> {
  try {
    return await store.deleteListed(objects, call);
  } catch (error) {
    if (!isBackupError(error) || error.code === 'credentials-expired') throw error;
    return objects.map(({ key }) => ({ key, outcome: 'failed', error }));
  }
}

function isWorthAnother(removal: ObjectRemoval | undefined): boolean {
  return removal?.outcome === 'failed' && removal.error.retryable;
}

/** Of a dump whose manifest is still there: nothing of it was touched. */
function fateWithManifest(removal: ObjectRemoval | undefined): Fate {
  if (removal?.outcome !== 'failed') return { kind: 'spared', because: 'changed' };
  return failedBy(removal.error);
}

/** Of a dump whose manifest is gone: what is left of it is no backup, and has to go too. */
function fateWithoutManifest(removals: readonly (ObjectRemoval | undefined)[]): Fate {
  let keptAsVersion = false;
  for (const removal of removals) {
    if (removal?.outcome === 'failed') return failedBy(removal.error);
    if (removal?.outcome === 'changed')
      return {
        kind: 'failed',
        code: 'object-changed',
        message: `${removal.key} was written over by somebody else`,
        retryable: false,
      };
    keptAsVersion ||= removal?.outcome === 'deleted' && removal.keptAsVersion;
  }
  return { kind: 'deleted', ...(keptAsVersion ? { keptAsVersion } : {}) };
}
