import type { DatabaseSnapshot } from '../core/backups.js';
import type { CallOptions } from '../core/call-options.js';
import type { BackupError } from '../core/errors.js';
import { checkSnapshotIdentifier, manualSnapshotName } from '../core/names.js';
import { type ProgressNote, progressReporter } from '../core/progress-reporter.js';
import { randomToken } from '../core/random.js';
import { tagKeys } from '../core/tags.js';
import type { DatabaseInstance } from '../ports/database-instance.js';
import type { System } from '../system/define-system.js';
import { awaitMutableInstance } from './await-mutable-instance.js';
import { awaitSnapshot } from './await-snapshot.js';
import { deadlineOf } from './await-status.js';
import { snapshotOf } from './describe-backups.js';
import type { Ensured } from './ensure-interval.js';
import { checkOperationId } from './operation-id.js';
import { quotaExceeded } from './quota-exceeded.js';
import { type BegunSnapshot, requestSnapshot } from './request-snapshot.js';
import { readSnapshotQuota, type SnapshotQuota } from './snapshot-quota.js';
import { checkLabels, type SnapshotLabels, snapshotTags } from './snapshot-tags.js';

/** A snapshot to take. Texts become tags: letters, digits, spaces and `_ . / = + - @ :` (facts A13). */
export interface DatabaseSnapshotRequest extends SnapshotLabels {
  /** Default: `<instance>-manual-YYYYMMDD-HHMMSS` in UTC. */
  readonly name?: string | undefined;
}

/**
 * Takes a snapshot of the system's instance and waits until it is available: see `BackupClient.createDatabaseSnapshot`.
 */
export async function createDatabaseSnapshot(
  system: System,
  request: DatabaseSnapshotRequest,
  options: CallOptions = {},
): Promise<DatabaseSnapshot> {
  return (await takeDatabaseSnapshot(system, request, options)).backup;
}

/** The same, and whether this call began it: another of the same operation may have been first. */
export async function takeDatabaseSnapshot(
  system: System,
  request: DatabaseSnapshotRequest,
  options: CallOptions,
): Promise<Ensured<DatabaseSnapshot>> {
  const name = checkRequest(request);
  options.signal?.throwIfAborted();
  const operationId = request.operationId ?? randomToken(system.random, 20);
  const report = progressReporter('create-database-snapshot', system.clock, options.onProgress);
  const found = await findOperation(system, request, options);
  const { identifier, byUs } =
    found === undefined
      ? await begin(system, request, { name, operationId, report }, options)
      : { identifier: found, byUs: false };
  const { rds } = system.aws;
  const snapshot = await awaitSnapshot(
    system,
    { rds, identifier, phase: 'creating' },
    { deadline: deadlineOf(system, options, '4h'), signal: options.signal, report },
  );
  return { created: byUs, backup: snapshotOf(snapshot, system.aws.region) };
}

async function begin(
  system: System,
  request: DatabaseSnapshotRequest,
  run: {
    readonly name: string | undefined;
    readonly operationId: string;
    readonly report: (note: ProgressNote) => void;
  },
  options: CallOptions,
): Promise<BegunSnapshot> {
  const { signal } = options;
  const deadline = deadlineOf(system, options, '1h');
  const settle = (): Promise<DatabaseInstance> =>
    awaitMutableInstance(system, {
      deadline,
      signal,
      onPending: (status) => run.report({ phase: 'waiting-for-instance', subject: system.database.instance, status }),
    });
  const { rds } = system.aws;
  const isExceeded = (quota: SnapshotQuota | undefined, cause?: BackupError): Promise<BackupError> =>
    quotaExceeded(system.aws, quota, system.clock.now(), { signal }, cause);
  const quota = await readSnapshotQuota(rds, { signal });
  if (quota !== undefined && quota.used >= quota.max) throw await isExceeded(quota);
  const instance = await settle();
  const tags = snapshotTags(request, run.operationId, instance);
  const begun = await requestSnapshot(system, {
    identifier: run.name ?? manualSnapshotName(instance.identifier, system.clock.now()),
    anotherName:
      run.name === undefined
        ? () => manualSnapshotName(instance.identifier, system.clock.now(), randomToken(system.random, 4))
        : undefined,
    operationId: run.operationId,
    create: (snapshot) => rds.createSnapshot({ snapshot, instance: instance.identifier, tags }, { signal }),
    tagsOf: async (snapshot) => (await rds.describeSnapshot(snapshot, { signal }))?.tags,
    quotaExceeded: async (cause) => isExceeded(await readSnapshotQuota(rds, { signal }), cause),
    settle,
    deadline,
    signal,
  });
  run.report({ phase: 'requested', subject: begun.identifier });
  return begun;
}

/** A snapshot that an earlier call of the same operation began. */
async function findOperation(
  system: System,
  request: DatabaseSnapshotRequest,
  options: CallOptions,
): Promise<string | undefined> {
  const { operationId } = request;
  if (operationId === undefined) return undefined;
  const filter = { instance: system.database.instance, type: 'manual' } as const;
  for await (const snapshot of system.aws.rds.listSnapshots(filter, { signal: options.signal })) {
    if (snapshot.tags[tagKeys.operationId] === operationId) return snapshot.identifier;
  }
  return undefined;
}

function checkRequest(request: DatabaseSnapshotRequest): string | undefined {
  checkLabels(request);
  const { operationId, name } = request;
  checkOperationId(operationId);
  return name === undefined ? undefined : checkSnapshotIdentifier(name, 'name');
}
