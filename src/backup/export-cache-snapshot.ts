import type { CallOptions } from '../core/call-options.js';
import { checkObject } from '../core/check-shape.js';
import { BackupError, invalidInput, isBackupError } from '../core/errors.js';
import { checkCacheSnapshotName } from '../core/names.js';
import type { Judgement } from '../core/poll.js';
import { progressReporter } from '../core/progress-reporter.js';
import { cacheSnapshotStatus } from '../core/snapshot-status.js';
import type { ObjectStorePort } from '../ports/object-store.js';
import { cacheOf } from '../system/cache-of.js';
import type { System } from '../system/define-system.js';
import { awaitStatus, type BackupWait, deadlineOf } from './await-status.js';
import { checkRdbFile, findRdbFiles, type RdbFile } from './exported-files.js';
import { findCacheSnapshot } from './list-cache-snapshots.js';

/** A snapshot of the cache to write to S3. */
export interface CacheExportRequest {
  /** Identifier of a snapshot of the system's cache. */
  readonly snapshot: string;
  /** A bucket of the same region that ElastiCache may write to (facts F16). */
  readonly bucket: string;
  /** What the names of the files begin with, at most 40 characters. Default: the snapshot's own, without `automatic.`. */
  readonly name?: string | undefined;
  /** 12-digit account that must own the bucket. Default: that of the system's archive, if it names one. */
  readonly expectedOwner?: string | undefined;
}

/** A snapshot of the cache as RDB files in S3. */
export interface CacheExport {
  readonly snapshot: string;
  readonly bucket: string;
  /** One a node group, in their order. */
  readonly files: readonly RdbFile[];
  /** Whether this call wrote them; otherwise they were there already. */
  readonly created: boolean;
}

/** Looks at a snapshot that is not being exported and has no files, before the export counts as failed (facts 0.7). */
const idleLooks = 12;

/** Writes a snapshot of the cache to S3 and waits for its files: see `BackupClient.exportCacheSnapshot`. */
export async function exportCacheSnapshot(
  system: System,
  request: CacheExportRequest,
  options: CallOptions = {},
): Promise<CacheExport> {
  const { snapshot, bucket, name, expectedOwner } = checkRequest(system, request);
  const { signal } = options;
  signal?.throwIfAborted();
  const call = { signal };
  const found = await findCacheSnapshot(system, snapshot, call);
  if (found === undefined) throw notFound(system, snapshot);
  const store = system.aws.objectStore({ bucket, expectedOwner });
  const report = progressReporter('export-cache-snapshot', system.clock, options.onProgress);
  const job: ExportJob = { snapshot, bucket, name, store, nodeGroups: found.nodeGroups };
  const wait: BackupWait = { deadline: deadlineOf(system, options, '4h'), signal, report };
  const done = async (files: readonly RdbFile[], created: boolean): Promise<CacheExport> => {
    for (const file of files) await checkRdbFile(store, file, call);
    return { snapshot, bucket, files, created };
  };
  do {
    await awaitIdle(system, snapshot, wait);
    const before = await findRdbFiles(store, job, call);
    if (before.length > 0) {
      requireOwnFiles(job, before, found.createdAt);
      return done(before, false);
    }
  } while (!(await begin(system, job, wait)));
  report({ phase: 'requested', subject: snapshot });
  return done(await awaitFiles(system, job, wait), true);
}

interface ExportJob {
  readonly snapshot: string;
  readonly bucket: string;
  readonly name: string;
  readonly store: ObjectStorePort;
  readonly nodeGroups: number;
}

/** Until nothing reads the snapshot: ElastiCache exports only one that is available. */
async function awaitIdle(system: System, snapshot: string, wait: BackupWait): Promise<void> {
  const { port } = cacheOf(system);
  const call = { signal: wait.signal };
  await awaitStatus(system, {
    what: `cache snapshot ${snapshot} to allow an export`,
    observe: async () => ({ status: (await port.describeSnapshot(snapshot, call))?.status ?? 'deleted' }),
    judge: ({ status }): Judgement => {
      if (status === 'available') return { state: 'ready' };
      const isLost = cacheSnapshotStatus(status) === 'failed';
      return isLost ? { state: 'failed', error: isUnusable(snapshot, status) } : { state: 'pending', status };
    },
    onPending: ({ status }) => wait.report({ phase: 'waiting-for-snapshot', subject: snapshot, status }),
    deadline: wait.deadline,
    signal: wait.signal,
  });
}

/**
 * Asks for the export; `false` if something else has got hold of the snapshot. Of a lost answer nothing is known: it is looked
 * whether the export was begun, and a second one would be refused.
 */
async function begin(
  system: System,
  { snapshot, name, bucket, ...job }: ExportJob,
  wait: BackupWait,
): Promise<boolean> {
  const { port } = cacheOf(system);
  const call = { signal: wait.signal };
  try {
    await port.exportSnapshot({ snapshot, name, bucket }, call);
    return true;
  } catch (error) {
    wait.signal?.throwIfAborted();
    if (!isBackupError(error)) throw error;
    const isBusy = error.code === 'invalid-state' && system.clock.now() < wait.deadline;
    if (!isBusy && !error.retryable && error.code !== 'object-exists') throw error;
    const isExporting = (await port.describeSnapshot(snapshot, call))?.status === 'exporting';
    const isBegun = isExporting || (await findRdbFiles(job.store, { ...job, name }, call)).length > 0;
    if (!isBusy && !isBegun) throw error;
    // It may be ours or another's: once it is over its files tell.
    await system.clock.sleep(system.polling.shortestMilliseconds, call);
    return isBegun && !isBusy;
  }
}

async function awaitFiles(system: System, job: ExportJob, wait: BackupWait): Promise<readonly RdbFile[]> {
  const { port } = cacheOf(system);
  const call = { signal: wait.signal };
  let idle = 0;
  const { files } = await awaitStatus(system, {
    what: `the export of cache snapshot ${job.snapshot}`,
    observe: async () => {
      const status = (await port.describeSnapshot(job.snapshot, call))?.status ?? 'gone';
      return { status, files: status === 'exporting' ? [] : await findRdbFiles(job.store, job, call) };
    },
    judge: ({ status, files: there }): Judgement => {
      if (status !== 'exporting' && there.length === job.nodeGroups) return { state: 'ready' };
      idle = status === 'exporting' ? 0 : idle + 1;
      return idle < idleLooks
        ? { state: 'pending', status }
        : { state: 'failed', error: exportFailed(job, there.length) };
    },
    onPending: ({ status }) => wait.report({ phase: 'exporting', subject: job.snapshot, status }),
    deadline: wait.deadline,
    signal: wait.signal,
  });
  return files;
}

function checkRequest(system: System, request: CacheExportRequest): CacheExportRequest & { readonly name: string } {
  checkObject(request, 'request');
  const { bucket, expectedOwner = system.archive?.expectedOwner } = request;
  cacheOf(system);
  const automatic = /^automatic\./i.exec(String(request.snapshot))?.[0];
  const stem = String(request.snapshot).slice(automatic?.length ?? 0);
  const snapshot =
    automatic === undefined ? checkCacheSnapshotName(stem, 'snapshot') : `automatic.${stem.toLowerCase()}`;
  if (typeof bucket !== 'string' || !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
    throw invalidInput(
      'bucket',
      `is not a bucket name: ${JSON.stringify(bucket)}`,
      'Give its name, without s3:// and path.',
    );
  }
  if (expectedOwner !== undefined && !/^\d{12}$/.test(expectedOwner)) {
    throw invalidInput('expectedOwner', 'is not an account id', 'Write the 12 digits of the AWS account.');
  }
  // The time at its end tells them apart, so a long name is cut at its beginning.
  const own = stem
    .toLowerCase()
    .slice(-40)
    .replace(/^[^a-z]+/, '');
  return { snapshot, bucket, expectedOwner, name: checkCacheSnapshotName(request.name ?? own, 'name') };
}

/** What is there must be whole and cannot be older than the snapshot; else it is of something else that had its name. */
function requireOwnFiles(
  { name, bucket, nodeGroups }: ExportJob,
  files: readonly RdbFile[],
  madeAt: Date | undefined,
): void {
  const older = files.some(({ writtenAt }) => madeAt !== undefined && writtenAt < madeAt);
  if (files.length === nodeGroups && !older) return;
  throw new BackupError({
    code: 'object-exists',
    message: `s3://${bucket} has files of the name ${name} already, ${older ? 'older than the snapshot' : `${files.length} of ${nodeGroups}`}`,
    hint: 'Give the export another name, or wait where another one is under way: ElastiCache writes over nothing.',
    details: { bucket, name, files: files.map(({ key }) => key), nodeGroups },
  });
}

function exportFailed({ snapshot, bucket, name, nodeGroups }: ExportJob, found: number): BackupError {
  return new BackupError({
    code: 'resource-failed',
    message: `the export of cache snapshot ${snapshot} to s3://${bucket} ended with ${found} of ${nodeGroups} files`,
    hint: 'Read the events of the cache for the reason, remove what was written, and call again.',
    details: { snapshot, bucket, name, found, nodeGroups },
  });
}

function isUnusable(snapshot: string, status: string): BackupError {
  return new BackupError({
    code: 'resource-failed',
    message: `cache snapshot ${snapshot} is ${status} and cannot be exported`,
    hint: 'Export another one.',
    details: { snapshot, status },
  });
}

function notFound(system: System, snapshot: string): BackupError {
  const { name } = cacheOf(system);
  return new BackupError({
    code: 'snapshot-not-found',
    message: `there is no snapshot ${snapshot} of cache ${name} in ${system.aws.region}`,
    hint: "Take the id from list({ kinds: ['cache-snapshot'] }).",
    details: { snapshot, cache: name, region: system.aws.region },
  });
}
