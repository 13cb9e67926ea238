import type { CacheSnapshot } from '../core/backups.js';
import type { CallOptions } from '../core/call-options.js';
import { BackupError } from '../core/errors.js';
import { cacheSnapshotName, checkCacheSnapshotName } from '../core/names.js';
import { type ProgressNote, progressReporter } from '../core/progress-reporter.js';
import { randomToken } from '../core/random.js';
import { tagKeys } from '../core/tags.js';
import { cacheOf } from '../system/cache-of.js';
import type { System } from '../system/define-system.js';
import { awaitCache } from './await-cache.js';
import { awaitCacheSnapshot } from './await-cache-snapshot.js';
import { deadlineOf } from './await-status.js';
import type { CacheSource } from './cache-source.js';
import { describeCacheSnapshots, readTags } from './list-cache-snapshots.js';
import { checkOperationId } from './operation-id.js';
import { requestSnapshot } from './request-snapshot.js';
import { checkLabels, labelTags, type SnapshotLabels } from './snapshot-tags.js';

/** A snapshot of the system's cache to take. Texts become tags: letters, digits, spaces and `_ . / = + - @ :`. */
export interface CacheSnapshotRequest extends SnapshotLabels {
  /** At most 40 characters (facts F2). Default: `<cache>-manual-YYYYMMDD-HHMMSS` in UTC, the cache's name cut to fit. */
  readonly name?: string | undefined;
}

/** Takes a snapshot of the system's cache and waits until it is available: see `BackupClient.createCacheSnapshot`. */
export async function createCacheSnapshot(
  system: System,
  request: CacheSnapshotRequest,
  options: CallOptions = {},
): Promise<CacheSnapshot> {
  checkLabels(request);
  checkOperationId(request.operationId);
  const name = request.name === undefined ? undefined : checkCacheSnapshotName(request.name, 'name');
  cacheOf(system);
  options.signal?.throwIfAborted();
  const { signal } = options;
  const report = progressReporter('create-cache-snapshot', system.clock, options.onProgress);
  const begun = (await findOperation(system, request.operationId, signal)) ?? (await begin());
  return awaitCacheSnapshot(system, begun, { deadline: deadlineOf(system, options, '4h'), signal, report });

  async function begin(): Promise<string> {
    const deadline = deadlineOf(system, options, '1h');
    const settle = (): Promise<CacheSource> =>
      awaitCache(system, {
        deadline,
        signal,
        onPending: (status) => report({ phase: 'waiting-for-cache', subject: cacheOf(system).name, status }),
      });
    return beginCacheSnapshot(system, await settle(), { ...request, name }, { settle, deadline, signal, report });
  }
}

/**
 * Begins a snapshot of a source that allows one, exactly once. Returns its name.
 *
 * Errors: those of `requestSnapshot`.
 */
export async function beginCacheSnapshot(
  system: System,
  source: CacheSource,
  request: CacheSnapshotRequest,
  run: {
    readonly settle: (() => Promise<unknown>) | undefined;
    readonly deadline: Date;
    readonly signal?: AbortSignal | undefined;
    readonly report: (note: ProgressNote) => void;
  },
): Promise<string> {
  const { port } = cacheOf(system);
  const call = { signal: run.signal };
  const operationId = request.operationId ?? randomToken(system.random, 20);
  const tags = labelTags(request, operationId);
  const named = (suffix?: string): string => cacheSnapshotName(source.name, system.clock.now(), suffix);
  const { identifier } = await requestSnapshot(system, {
    identifier: request.name ?? named(),
    anotherName: request.name === undefined ? () => named(randomToken(system.random, 4)) : undefined,
    operationId,
    create: (snapshot) => port.createSnapshot({ snapshot, source: source.target, tags }, call),
    tagsOf: async (snapshot) => {
      const found = await port.describeSnapshot(snapshot, call);
      return found && readTags(port, found, call);
    },
    quotaExceeded: async (cause) => cacheQuotaExceeded(source, system.aws.region, cause),
    settle: run.settle,
    deadline: run.deadline,
    signal: run.signal,
  });
  run.report({ phase: 'requested', subject: identifier });
  return identifier;
}

/** A snapshot that an earlier call of the same operation began. */
async function findOperation(
  system: System,
  operationId: string | undefined,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  if (operationId === undefined) return undefined;
  const { port } = cacheOf(system);
  for await (const snapshot of describeCacheSnapshots(system, 'manual', { signal })) {
    const tags = await readTags(port, snapshot, { signal });
    if (tags?.[tagKeys.operationId] === operationId) return snapshot.identifier;
  }
  return undefined;
}

/** The error for a used-up quota, which counts by node and day (facts F6). */
function cacheQuotaExceeded(source: CacheSource, region: string, cause: BackupError): BackupError {
  return new BackupError({
    code: 'quota-exceeded',
    message: `the quota of manual snapshots of cache ${source.name} in ${region} is used up`,
    hint: 'A node allows about 20 manual snapshots in 24 hours: wait until the first of them are a day old, or take fewer. Deleting some does not help.',
    details: { cache: source.name, region },
    cause,
  });
}
