import type { BackupStatus, DatabaseSnapshot } from '../core/backups.js';
import type { CallOptions } from '../core/call-options.js';
import { BackupError } from '../core/errors.js';
import { progressReporter } from '../core/progress-reporter.js';
import { randomToken } from '../core/random.js';
import { snapshotStatus } from '../core/snapshot-status.js';
import { tagKeys } from '../core/tags.js';
import type { AwsPorts } from '../ports/aws.js';
import type { SnapshotDescription } from '../ports/database-backups.js';
import type { PortCall } from '../ports/port-call.js';
import type { System } from '../system/define-system.js';
import { awaitSnapshot } from './await-snapshot.js';
import { type BackupWait, deadlineOf } from './await-status.js';
import {
  type CheckedCopy,
  type CopySnapshotRequest,
  checkCopyRequest,
  checkCopySource,
  copyName,
  copyOperation,
} from './copy-request.js';
import { snapshotOf } from './describe-backups.js';
import { quotaExceeded } from './quota-exceeded.js';
import { requestSnapshot } from './request-snapshot.js';
import { readSnapshotQuota } from './snapshot-quota.js';
import { copyTags } from './snapshot-tags.js';

/** Copies a snapshot, to another region or within one, and waits for it: see `BackupClient.copyDatabaseSnapshot`. */
export async function copyDatabaseSnapshot(
  system: System,
  request: CopySnapshotRequest,
  options: CallOptions = {},
): Promise<DatabaseSnapshot> {
  const copy = checkCopyRequest(system, request);
  const { signal } = options;
  signal?.throwIfAborted();
  const report = progressReporter('copy-database-snapshot', system.clock, options.onProgress);
  // Copies of one instance queue up and may take hours (facts A17).
  const wait: BackupWait = { deadline: deadlineOf(system, options, '24h'), signal, report };
  const source = await describeSource(copy, { signal });
  checkCopySource(copy, source);
  const { operationId, begun } = await findOperation(copy, source, { signal });
  const identifier = begun ?? (await begin(system, copy, { source, operationId }, wait));
  const made = await awaitSnapshot(system, { rds: copy.to.rds, identifier, phase: 'copying' }, wait);
  return snapshotOf(made, copy.to.region);
}

async function begin(
  system: System,
  copy: CheckedCopy,
  { source, operationId }: { readonly source: SnapshotDescription; readonly operationId: string },
  wait: BackupWait,
): Promise<string> {
  const { request, from, to, snapshot } = copy;
  const call = { signal: wait.signal };
  // What is still being made cannot be copied yet.
  const settle = (): Promise<SnapshotDescription> =>
    awaitSnapshot(system, { rds: from.rds, identifier: snapshot, phase: 'waiting-for-source' }, wait);
  const quota = await readSnapshotQuota(to.rds, call);
  if (quota !== undefined && quota.used >= quota.max) {
    throw await quotaExceeded(to, quota, system.clock.now(), call);
  }
  await settle();
  const tags = copyTags(source.tags, request.tags ?? {}, operationId);
  // By its ARN where it is another region's (facts A17).
  const name = from.region === to.region ? snapshot : source.arn;
  const { identifier } = await requestSnapshot(system, {
    identifier: request.name?.toLowerCase() ?? copyName(copy),
    anotherName: request.name === undefined ? () => copyName(copy, randomToken(system.random, 4)) : undefined,
    operationId,
    create: (target) => to.rds.copySnapshot({ source: name, snapshot: target, kmsKey: request.kmsKey, tags }, call),
    tagsOf: async (target) => (await to.rds.describeSnapshot(target, call))?.tags,
    quotaExceeded: (cause) => copyQuotaExceeded(to, system.clock.now(), call, cause),
    settle,
    deadline: wait.deadline,
    signal: wait.signal,
  });
  wait.report({ phase: 'requested', subject: identifier });
  return identifier;
}

async function describeSource({ from, snapshot }: CheckedCopy, call: PortCall): Promise<SnapshotDescription> {
  const source = await from.rds.describeSnapshot(snapshot, call);
  if (source !== undefined) return source;
  throw new BackupError({
    code: 'snapshot-not-found',
    message: `there is no snapshot ${snapshot} in ${from.region}`,
    hint: 'Take the id from list(): names of automated snapshots end in the minute of their making.',
    details: { snapshot, region: from.region },
  });
}

/** The operation that copies a source, and the copy that it has begun already. One that failed does not count: the next one does. */
async function findOperation(
  copy: CheckedCopy,
  source: SnapshotDescription,
  call: PortCall,
): Promise<{ readonly operationId: string; readonly begun: string | undefined }> {
  const seen = new Map<string, { readonly identifier: string; readonly status: BackupStatus }>();
  for await (const found of copy.to.rds.listSnapshots({ instance: source.instance, type: 'manual' }, call)) {
    const { identifier } = found;
    const operationId = found.tags[tagKeys.operationId];
    if (operationId !== undefined) seen.set(operationId, { identifier, status: snapshotStatus(found.status) });
  }
  const { operationId: given } = copy.request;
  if (given !== undefined) return { operationId: given, begun: seen.get(given)?.identifier };
  let attempt = 0;
  while (seen.get(copyOperation(copy, source, attempt))?.status === 'failed') attempt += 1;
  const operationId = copyOperation(copy, source, attempt);
  return { operationId, begun: seen.get(operationId)?.identifier };
}

/** The same error says that too many are being copied at a time: 20 to a region (facts A17). */
async function copyQuotaExceeded(to: AwsPorts, now: Date, call: PortCall, cause: BackupError): Promise<BackupError> {
  const quota = await readSnapshotQuota(to.rds, call);
  if (quota === undefined || quota.used >= quota.max) return quotaExceeded(to, quota, now, call, cause);
  const { region } = to;
  return new BackupError({
    code: 'quota-exceeded',
    message: `${region} takes no more copies at the moment, although only ${quota.used} of ${quota.max} manual snapshots are there`,
    hint: 'A region takes 20 copies at a time: call again when some of them are finished.',
    retryable: true,
    details: { region, ...quota },
    cause,
  });
}
