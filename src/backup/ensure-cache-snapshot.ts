import type { CacheSnapshot } from '../core/backups.js';
import type { CallOptions } from '../core/call-options.js';
import { checkObject } from '../core/check-shape.js';
import type { Duration } from '../core/duration.js';
import { BackupError, isBackupError } from '../core/errors.js';
import { type ProgressNote, progressReporter } from '../core/progress-reporter.js';
import { randomToken } from '../core/random.js';
import { cacheSnapshotStatus } from '../core/snapshot-status.js';
import type { CacheSnapshotDescription } from '../ports/elasticache.js';
import { cacheOf } from '../system/cache-of.js';
import type { System } from '../system/define-system.js';
import { judgeCache } from './await-cache.js';
import { awaitCacheSnapshot } from './await-cache-snapshot.js';
import { deadlineOf } from './await-status.js';
import { resolveCacheSource } from './cache-source.js';
import { beginCacheSnapshot, type CacheSnapshotRequest } from './create-cache-snapshot.js';
import { type Ensured, intervalAt } from './ensure-interval.js';
import { describeCacheSnapshots } from './list-cache-snapshots.js';
import { checkLabels } from './snapshot-tags.js';

/** How often there is to be a snapshot of the cache, and what one is labelled with if it has to be taken. */
export interface EnsureCacheSnapshotRequest
  extends Partial<Pick<CacheSnapshotRequest, 'reason' | 'deploymentVersion' | 'purpose' | 'tags'>> {
  /** The interval, in UTC: `'6h'` from 0, 6, 12 and 18 o'clock. ElastiCache by itself takes one a day at most (facts F7). */
  readonly every: Duration;
}

/** Sees to a snapshot of the cache in the present interval: see `BackupClient.ensureCacheSnapshot`. */
export async function ensureCacheSnapshot(
  system: System,
  request: EnsureCacheSnapshotRequest,
  options: CallOptions = {},
): Promise<Ensured<CacheSnapshot>> {
  checkObject(request, 'request');
  const { start } = intervalAt(system.clock.now(), request.every);
  const { reason = `every ${request.every}`, purpose = 'scheduled' } = request;
  const labels = { ...request, reason, purpose, operationId: randomToken(system.random, 20) };
  checkLabels(labels);
  cacheOf(system);
  const { signal } = options;
  signal?.throwIfAborted();
  const report = progressReporter('ensure-cache-snapshot', system.clock, options.onProgress);
  const deadline = deadlineOf(system, options, '1h');
  const wait = { deadline: deadlineOf(system, options, '4h'), signal, report };
  for (;;) {
    const young = await findYoung(system, start, signal);
    if (young !== undefined) {
      const backup = await awaitCacheSnapshot(system, young.identifier, wait).catch(unlessGone);
      if (backup !== undefined) return { backup, created: false };
      // It failed or was deleted: then there is none, and one is to be taken.
      continue;
    }
    const begun = await beginUnlessBusy(system, labels, { deadline, signal, report });
    if (begun !== undefined) return { backup: await awaitCacheSnapshot(system, begun, wait), created: true };
    // Whatever keeps the cache busy may be a snapshot that somebody else has just begun: look again before taking another.
    await system.clock.sleep(system.polling.shortestMilliseconds, { signal });
  }
}

/** The newest snapshot made since an instant; one that is being made counts, because it will be. */
async function findYoung(
  system: System,
  since: Date,
  signal: AbortSignal | undefined,
): Promise<CacheSnapshotDescription | undefined> {
  let best: CacheSnapshotDescription | undefined;
  for await (const snapshot of describeCacheSnapshots(system, undefined, { signal })) {
    const status = cacheSnapshotStatus(snapshot.status);
    if (status === 'failed') continue;
    const time = snapshot.createdAt?.getTime();
    if (status === 'available' && (time === undefined || time < since.getTime())) continue;
    // What is there goes before what may yet fail, and the newer one before the older.
    const isBetter =
      best === undefined ||
      (time ?? Number.NEGATIVE_INFINITY) > (best.createdAt?.getTime() ?? Number.NEGATIVE_INFINITY);
    if (isBetter) best = snapshot;
  }
  return best;
}

/** Begins one; `undefined` if the cache allows none at the moment. */
async function beginUnlessBusy(
  system: System,
  request: CacheSnapshotRequest,
  run: {
    readonly deadline: Date;
    readonly signal: AbortSignal | undefined;
    readonly report: (note: ProgressNote) => void;
  },
): Promise<string | undefined> {
  const source = await resolveCacheSource(system, { signal: run.signal });
  const judgement = judgeCache(source);
  if (judgement.state === 'failed') throw judgement.error;
  if (judgement.state === 'ready') {
    try {
      return await beginCacheSnapshot(system, source, request, { ...run, settle: undefined });
    } catch (error) {
      if (!isBackupError(error, 'invalid-state')) throw error;
    }
  }
  run.report({ phase: 'waiting-for-cache', subject: source.name, status: source.status });
  if (system.clock.now() < run.deadline) return undefined;
  throw new BackupError({
    code: 'deadline-exceeded',
    message: `gave up waiting for cache ${source.name} to allow a snapshot; last seen: ${source.status}`,
    hint: 'Look at the cache in AWS: the wait changed nothing, and the same call can be made again.',
    details: { cache: source.name, status: source.status },
  });
}

function unlessGone(error: unknown): undefined {
  if (isBackupError(error, 'resource-failed') || isBackupError(error, 'snapshot-not-found')) return undefined;
  throw error;
}
