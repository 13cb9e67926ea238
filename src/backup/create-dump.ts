import { withDatabaseSnapshot } from '../checks/database-snapshot.js';
import type { DatabaseFingerprint } from '../checks/fingerprint.js';
import { fingerprintDatabase } from '../checks/fingerprint-database.js';
import { withinDeadline } from '../checks/within-deadline.js';
import type { Dump } from '../core/backups.js';
import type { CallOptions } from '../core/call-options.js';
import { randomToken } from '../core/random.js';
import type { ObjectStorePort, PutOptions } from '../ports/object-store.js';
import type { DatabaseTarget, PostgresToolsPort } from '../ports/postgres.js';
import type { DatabaseInstance } from '../ports/rds.js';
import { databaseConnector, resolveDatabaseTarget } from '../system/database-target.js';
import type { System } from '../system/define-system.js';
import { archiveStore } from './archive-store.js';
import { chooseDumpKeys } from './choose-dump-keys.js';
import { dumpOf } from './describe-backups.js';
import { discardDump } from './discard-dump.js';
import type { DumpArchive, DumpManifest } from './dump-manifest.js';
import { checkDumpable, checkToolVersion, readDumpFacts, withPartitions } from './dump-preflight.js';
import { type CheckedDump, type CreateDumpRequest, checkDumpRequest } from './dump-request.js';
import { partSizeFor } from './part-size.js';
import { type ProgressNote, progressReporter } from './progress-reporter.js';
import { describeProtectedInstance } from './protected-instance.js';
import { runTogether } from './run-together.js';
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
  readonly keys: { readonly dump: string; readonly manifest: string };
  readonly instance: DatabaseInstance;
  readonly encryption: PutOptions['encryption'];
  readonly operationId: string;
  readonly startedAt: Date;
  readonly pgDumpVersion: number;
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
      signal,
      report,
    };
    const manifest = await takeDump(run);
    return { ...dumpOf(manifest, { location: store.location, kmsKey }), manifest };
  });
}

/** Reads everything in one snapshot, stores it, and makes it exist; or leaves nothing. */
async function takeDump(run: DumpRun): Promise<DumpManifest> {
  const { system, keys, operationId, signal } = run;
  const place = { endpoint: run.instance.endpoint };
  const target = await resolveDatabaseTarget(system, place, { signal });
  const connect = await databaseConnector(system, place, { signal });
  let stored = false;
  try {
    const read = await withDatabaseSnapshot(connect, { signal }, async ({ sessions, snapshot, takenAt }) => {
      const [session] = sessions;
      if (session === undefined) throw new RangeError('a snapshot without a session');
      checkToolVersion(run.pgDumpVersion, session.serverVersion);
      const facts = await readDumpFacts(session, { signal });
      checkDumpable(facts, run.dump);
      const scope = { schemas: run.dump.schemas, tables: withPartitions(run.dump.tables, facts.relations) };
      stored = true;
      const [archive, fingerprint] = await runTogether<[DumpArchive, DatabaseFingerprint | undefined]>(
        [
          (stop) =>
            storeArchive(run, target, { ...scope, snapshot, partSizeBytes: partSizeFor(facts.databaseBytes) }, stop),
          async (stop) =>
            run.dump.fingerprint
              ? fingerprintDatabase([session], { ...scope, clock: system.clock, signal: stop })
              : undefined,
        ],
        signal,
      );
      return { archive, fingerprint, scope, takenAt, serverVersion: session.serverVersion };
    });
    run.report({ phase: 'writing-manifest', subject: keys.manifest, bytes: read.archive.sizeBytes });
    const manifest = manifestOf(run, read);
    await writeManifest(run.store, manifest, run.encryption, { signal });
    return manifest;
  } catch (error) {
    if (stored) await discardDump(run.store, { keys: [keys.manifest, keys.dump], operationId }, error);
    throw error;
  }
}

function storeArchive(
  run: DumpRun,
  target: DatabaseTarget,
  read: DumpScope & { readonly snapshot: string; readonly partSizeBytes: number },
  signal: AbortSignal,
): Promise<DumpArchive> {
  const { compression, lockTimeoutMilliseconds } = run.dump;
  const { snapshot, schemas, tables, partSizeBytes } = read;
  const archive = run.tools.dump(
    target,
    { snapshot, schemas, tables, compression, lockTimeoutMilliseconds },
    { signal },
  );
  const report = (bytes: number): void => run.report({ phase: 'dumping', subject: run.keys.dump, bytes });
  report(0);
  return uploadArchive(run.store, {
    key: run.keys.dump,
    archive,
    operationId: run.operationId,
    partSizeBytes,
    encryption: run.encryption,
    signal,
    onBytes: report,
  });
}

function manifestOf(
  run: DumpRun,
  read: {
    readonly archive: DumpArchive;
    readonly fingerprint: DatabaseFingerprint | undefined;
    readonly scope: DumpScope;
    readonly takenAt: Date;
    readonly serverVersion: number;
  },
): DumpManifest {
  const { dump, system, instance } = run;
  const { fingerprint, scope } = read;
  return {
    version: 1,
    key: run.keys.dump,
    database: system.database.name,
    createdAt: run.startedAt.toISOString(),
    dataTime: read.takenAt.toISOString(),
    sizeBytes: read.archive.sizeBytes,
    pgDumpVersion: run.pgDumpVersion,
    serverVersion: read.serverVersion,
    compression: { method: dump.compression === 0 ? 'none' : 'gzip', level: dump.compression },
    ...(scope.schemas === undefined ? {} : { schemas: scope.schemas }),
    ...(scope.tables === undefined ? {} : { tables: scope.tables }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    archives: [read.archive],
    operationId: run.operationId,
    ...(dump.reason === undefined ? {} : { reason: dump.reason }),
    ...(dump.deploymentVersion === undefined ? {} : { deploymentVersion: dump.deploymentVersion }),
    source: { instance: instance.identifier, resourceId: instance.resourceId, region: system.aws.region },
  };
}
