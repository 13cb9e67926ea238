import { withDatabaseSnapshot } from '../checks/database-snapshot.js';
import { describeDumpedStructure } from '../checks/describe-structure.js';
import type { DatabaseFingerprint } from '../checks/fingerprint.js';
import { fingerprintDatabase } from '../checks/fingerprint-database.js';
import type { DatabaseStructure } from '../checks/structure.js';
import { withinDeadline } from '../checks/within-deadline.js';
import type { Dump } from '../core/backups.js';
import type { CallOptions } from '../core/call-options.js';
import { isBackupError } from '../core/errors.js';
import { inParallel } from '../core/in-parallel.js';
import { type ProgressNote, progressReporter } from '../core/progress-reporter.js';
import { randomToken } from '../core/random.js';
import type { DatabaseInstance } from '../ports/database-instance.js';
import type { ObjectStorePort, PutOptions } from '../ports/object-store.js';
import type { ArchiveCompression, PostgresToolsPort, SqlSession } from '../ports/postgres.js';
import { archiveStore } from '../system/archive-store.js';
import { databaseConnector, resolveDatabaseTarget } from '../system/database-target.js';
import type { System } from '../system/define-system.js';
import { describeProtectedInstance } from '../system/protected-instance.js';
import { chooseDumpKeys, type DumpKeys, ownDumpKeys } from './choose-dump-keys.js';
import { dumpOf } from './describe-backups.js';
import { discardDump } from './discard-dump.js';
import { type DumpPart, divideDump, wholeDump } from './divide-dump.js';
import { chooseCompression } from './dump-compression.js';
import type { DumpArchive, DumpManifest } from './dump-manifest.js';
import { checkDumpable, checkToolVersion, type DumpFacts, readDumpFacts, withPartitions } from './dump-preflight.js';
import { type CheckedDump, type CreateDumpRequest, checkDumpRequest } from './dump-request.js';
import { partSizeFor } from './part-size.js';
import { runTogether } from './run-together.js';
import { lockAndMeasureTables } from './table-sizes.js';
import { uploadArchive } from './upload-archive.js';
import { writeManifest } from './write-manifest.js';

/** A dump with all that is known of it. */
export interface CreatedDump extends Dump {
  readonly manifest: DumpManifest;
}

/** What of the database is dumped. */
type DumpScope = Pick<CheckedDump, 'schemas' | 'tables'>;

/** What one dump is made with. */
interface DumpRun {
  readonly system: System;
  readonly store: ObjectStorePort;
  readonly tools: PostgresToolsPort;
  readonly dump: CheckedDump;
  readonly keys: DumpKeys;
  readonly instance: DatabaseInstance;
  readonly encryption: PutOptions['encryption'];
  readonly operationId: string;
  readonly startedAt: Date;
  readonly pgDumpVersion: number;
  readonly compression: ArchiveCompression;
  readonly signal: AbortSignal | undefined;
  readonly report: (note: ProgressNote) => void;
}

/** Dumps the system's database into the archive: see `BackupClient.createDump`. */
export async function createDump(
  system: System,
  request: CreateDumpRequest = {},
  options: CallOptions = {},
): Promise<CreatedDump> {
  const dump = checkDumpRequest(request);
  const { store, encryption, kmsKey } = archiveStore(system);
  const limits = { clock: system.clock, deadline: options.deadline, signal: options.signal };
  return withinDeadline(`dumping ${system.database.name}`, limits, async (signal) => {
    const startedAt = system.clock.now();
    const report = progressReporter('create-dump', system.clock, options.onProgress);
    report({ phase: 'checking', subject: system.database.name });
    const { tools } = await system.postgres();
    const pgDumpVersion = await tools.version('pg_dump', { signal });
    const compression = chooseCompression(dump.compression, pgDumpVersion);
    const instance = await describeProtectedInstance(system, { signal });
    const keys = await chooseDumpKeys(system, store, { signal });
    const operationId = randomToken(system.random, 20);
    const run = {
      system,
      store,
      tools,
      dump,
      keys,
      instance,
      encryption,
      operationId,
      startedAt,
      pgDumpVersion,
      compression,
      signal,
      report,
    };
    const manifest = await takeDump(run).catch(async (error: unknown) => {
      // Another that began within the same second was faster.
      if (!isBackupError(error, 'object-exists')) throw error;
      return takeDump({ ...run, keys: ownDumpKeys(system) });
    });
    return { ...dumpOf(manifest, { location: store.location, kmsKey }), manifest };
  });
}

/** Reads everything in one snapshot, stores it, and makes it exist; or leaves nothing. */
async function takeDump(run: DumpRun): Promise<DumpManifest> {
  const { system, keys, operationId, signal } = run;
  const connect = await databaseConnector(system, { endpoint: run.instance.endpoint }, { signal });
  let parts: readonly DumpPart[] = [];
  try {
    const read = await withDatabaseSnapshot(connect, { signal }, async ({ sessions, snapshot, takenAt }) => {
      const [session] = sessions;
      checkToolVersion(run.pgDumpVersion, session.serverVersion);
      const facts = await readDumpFacts(session, { signal });
      checkDumpable(facts, run.dump);
      const scope = { schemas: run.dump.schemas, tables: withPartitions(run.dump.tables, facts.relations) };
      parts = await partsOf(run, scope, session);
      const partSizeBytes = partSizeFor(facts.databaseBytes);
      const [archives, read] = await runTogether<[readonly DumpArchive[], DatabaseReading]>(
        [
          (stop) => storeArchives(run, parts, { snapshot, partSizeBytes }, stop),
          (stop) => readDatabase(run, session, scope, facts, stop),
        ],
        signal,
      );
      return { archives, ...read, scope, takenAt, serverVersion: session.serverVersion };
    });
    const manifest = manifestOf(run, read);
    run.report({ phase: 'writing-manifest', subject: keys.manifest, bytes: manifest.sizeBytes });
    await writeManifest(run.store, manifest, run.encryption, { signal });
    return manifest;
  } catch (error) {
    const stored = parts.map(({ key }) => key);
    const dump = { keys: [keys.manifest, ...stored], operationId };
    if (stored.length > 0) await discardDump(run.store, dump, error, signal);
    throw error;
  }
}

/** What the manifest tells of the database itself. */
interface DatabaseReading {
  readonly fingerprint: DatabaseFingerprint | undefined;
  readonly structure: DatabaseStructure | undefined;
}

/** Runs beside pg_dump, whose lock timeout ends it too: definitions wait for whoever changes them. */
async function readDatabase(
  { system, dump }: DumpRun,
  session: SqlSession,
  scope: DumpScope,
  { relations }: DumpFacts,
  signal: AbortSignal,
): Promise<DatabaseReading> {
  // One that holds only functions or views has no rows to be proven by.
  const tabled = scope.schemas?.filter((name) => relations.some(({ schema }) => schema === name));
  const fingerprint = dump.fingerprint
    ? await fingerprintDatabase([session], { ...scope, schemas: tabled, clock: system.clock, signal })
    : undefined;
  // What a dump of parts restores to is not what it was part of.
  const whole = scope.schemas === undefined && scope.tables === undefined;
  return { fingerprint, structure: whole ? await describeDumpedStructure(session, { signal }) : undefined };
}

async function partsOf(run: DumpRun, scope: DumpScope, session: SqlSession): Promise<readonly DumpPart[]> {
  const { workers, lockTimeoutMilliseconds } = run.dump;
  if (workers === 1) return wholeDump(run.keys.dump, scope);
  const sizes = await lockAndMeasureTables(session, { ...scope, lockTimeoutMilliseconds }, { signal: run.signal });
  return divideDump(run.keys.dump, scope, sizes, workers);
}

function storeArchives(
  run: DumpRun,
  parts: readonly DumpPart[],
  read: { readonly snapshot: string; readonly partSizeBytes: number },
  signal: AbortSignal,
): Promise<readonly DumpArchive[]> {
  const { lockTimeoutMilliseconds, workers } = run.dump;
  const sent = new Map<string, number>();
  const report = (key: string, bytes: number): void => {
    sent.set(key, bytes);
    const total = [...sent.values()].reduce((sum, each) => sum + each, 0);
    run.report({ phase: 'dumping', subject: run.keys.dump, bytes: total });
  };
  return inParallel(workers, parts, signal, async ({ key, content, tables, select }, stop) => {
    // Asked for each: a password that is good for a quarter of an hour may be over before the last of them begins.
    const target = await resolveDatabaseTarget(run.system, { endpoint: run.instance.endpoint }, { signal: stop });
    report(key, 0);
    const { snapshot, partSizeBytes } = read;
    const archive = run.tools.dump(
      target,
      { ...select, snapshot, compression: run.compression, lockTimeoutMilliseconds },
      { signal: stop },
    );
    return uploadArchive(run.store, {
      key,
      content,
      tables,
      archive,
      operationId: run.operationId,
      partSizeBytes,
      encryption: run.encryption,
      signal: stop,
      onBytes: (bytes) => report(key, bytes),
    });
  });
}

function manifestOf(
  run: DumpRun,
  read: DatabaseReading & {
    readonly archives: readonly DumpArchive[];
    readonly scope: DumpScope;
    readonly takenAt: Date;
    readonly serverVersion: number;
  },
): DumpManifest {
  const { dump, system, instance } = run;
  const { archives, fingerprint, structure, scope } = read;
  return {
    version: 1,
    key: run.keys.dump,
    database: system.database.name,
    createdAt: run.startedAt.toISOString(),
    dataTime: read.takenAt.toISOString(),
    sizeBytes: archives.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    pgDumpVersion: run.pgDumpVersion,
    serverVersion: read.serverVersion,
    compression: run.compression,
    ...(scope.schemas === undefined ? {} : { schemas: scope.schemas }),
    ...(scope.tables === undefined ? {} : { tables: scope.tables }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(structure === undefined ? {} : { structure }),
    archives,
    operationId: run.operationId,
    ...(dump.reason === undefined ? {} : { reason: dump.reason }),
    ...(dump.deploymentVersion === undefined ? {} : { deploymentVersion: dump.deploymentVersion }),
    source: { instance: instance.identifier, resourceId: instance.resourceId, region: system.aws.region },
  };
}
