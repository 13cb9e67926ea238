import type { DumpArchive, DumpManifest } from '../../backup/dump-manifest.js';
import { findLatestDump, readManifest } from '../../backup/find-dump.js';
import { BackupError } from '../../core/errors.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';
import type { ObjectDescription, ObjectStorePort } from '../../ports/object-store.js';
import type { PortCall } from '../../ports/port-call.js';
import { archiveStore } from '../../system/archive-store.js';
import type { System } from '../../system/define-system.js';
import { instanceNotFound } from '../../system/instance-not-found.js';
import { archivesFor } from './choose-tables.js';
import type { CheckedDumpRestoreRequest } from './dump-restore-request.js';

/** How far back the latest dump is looked for. */
const lookBackMilliseconds = 400 * 86_400_000;

/** All that a plan to restore a dump rests on. */
export interface DumpRestoreFacts {
  readonly manifest: DumpManifest;
  /** Those archives of it that are needed for what was asked for. */
  readonly archives: readonly DumpArchive[];
  /** The same as they lie there; `undefined` where one is missing. */
  readonly objects: readonly (ObjectDescription | undefined)[];
  /** Of the instance to restore into, where it is one. */
  readonly instance: DatabaseInstance | undefined;
  /** As `server_version_num` writes it. */
  readonly pgRestoreVersion: number;
  /** Where the archives are, for messages. */
  readonly location: string;
}

/** Reads what a plan needs to know; changes nothing. Errors: `dump-not-found`, `instance-not-found`, `postgres-tool-missing`, ... */
export async function gatherDumpRestoreFacts(
  system: System,
  request: CheckedDumpRestoreRequest,
  now: Date,
  call: PortCall,
): Promise<DumpRestoreFacts> {
  const { store } = archiveStore(system);
  const manifest = await findManifest(system, store, request, now, call);
  const objects: (ObjectDescription | undefined)[] = [];
  const archives = archivesFor(manifest, request.tables);
  for (const { key } of archives) objects.push(await store.head(key, call));
  const instance =
    request.place.kind === 'instance'
      ? await system.aws.rds.describeInstance(request.place.identifier, call)
      : undefined;
  if (request.place.kind === 'instance' && instance === undefined)
    throw instanceNotFound(request.place.identifier, system.aws.region, { field: 'into.instance' });
  const { tools } = await system.postgres();
  return {
    manifest,
    archives,
    objects,
    instance,
    pgRestoreVersion: await tools.version('pg_restore', call),
    location: store.location,
  };
}

async function findManifest(
  system: System,
  store: ObjectStorePort,
  request: CheckedDumpRestoreRequest,
  now: Date,
  call: PortCall,
): Promise<DumpManifest> {
  if (request.dump !== undefined) return readManifest(store, request.dump, call);
  const notBefore = new Date(now.getTime() - lookBackMilliseconds);
  const latest = await findLatestDump(store, { database: system.database.name, now, notBefore }, call);
  if (latest !== undefined) return latest;
  throw new BackupError({
    code: 'dump-not-found',
    message: `there is no dump of ${system.database.name} in ${store.location} since ${notBefore.toISOString()}`,
    hint: 'A dump without a manifest does not exist. Name an older one by its key, or restore a snapshot.',
    details: { database: system.database.name, location: store.location },
  });
}
