import type { DatabaseSnapshot } from '../core/backups.js';
import type { CallOptions } from '../core/call-options.js';
import { parseDuration } from '../core/duration.js';
import { checkSnapshotIdentifier, manualSnapshotName } from '../core/names.js';
import { randomToken } from '../core/random.js';
import { tagKeys } from '../core/tags.js';
import type { DatabaseInstance } from '../ports/rds.js';
import type { System } from '../system/define-system.js';
import { awaitMutableInstance } from './await-mutable-instance.js';
import { awaitSnapshot } from './await-snapshot.js';
import { snapshotOf } from './describe-backups.js';
import { checkOperationId } from './operation-id.js';
import { type ProgressNote, progressReporter } from './progress-reporter.js';
import { requestSnapshot } from './request-snapshot.js';
import { quotaExceeded, readSnapshotQuota } from './snapshot-quota.js';
import { checkLabels, type SnapshotLabels, snapshotTags } from './snapshot-tags.js';

/** A snapshot to take. Texts become tags: letters, digits, spaces and `_ . / = + - @ :` (facts A13). */
export interface DatabaseSnapshotRequest extends SnapshotLabels {
  /** Why, for the `Reason` tag, such as `pre-deployment`. */
  readonly reason: string;
  /** For the `DeploymentVersion` tag. */
  readonly deploymentVersion?: string | undefined;
  /** For the `zephyr:purpose` tag. Default `backup`. */
  readonly purpose?: string | undefined;
  /** More tags of your own. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** Default: `<instance>-manual-YYYYMMDD-HHMMSS` in UTC. */
  readonly name?: string | undefined;
  /**
   * Names the request, so that it can be repeated when its outcome is unknown: a snapshot that already carries it is waited for
   * and returned instead of a second one being taken. Default: a new one for every call.
   */
  readonly operationId?: string | undefined;
}

/**
 * Takes a snapshot of the system's instance and waits until it is available: see `BackupClient.createDatabaseSnapshot`.
 */
export async function createDatabaseSnapshot(
  system: System,
  request: DatabaseSnapshotRequest,
  options: CallOptions = {},
): Promise<DatabaseSnapshot> {
  const name = checkRequest(request);
  options.signal?.throwIfAborted();
  const operationId = request.operationId ?? randomToken(system.random, 20);
  const report = progressReporter('create-database-snapshot', system.clock, options.onProgress);
  const begun =
    (await findOperation(system, request, options)) ??
    (await begin(system, request, { name, operationId, report }, options));
  const snapshot = await awaitSnapshot(system, begun, {
    deadline: options.deadline ?? fromNow(system, '4h'),
    signal: options.signal,
    report,
  });
  return snapshotOf(snapshot, system.aws.region);
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
): Promise<string> {
  const { signal } = options;
  const deadline = options.deadline ?? fromNow(system, '1h');
  const settle = (): Promise<DatabaseInstance> =>
    awaitMutableInstance(system, {
      deadline,
      signal,
      onPending: (status) => run.report({ phase: 'waiting-for-instance', subject: system.database.instance, status }),
    });
  const quota = await readSnapshotQuota(system.aws.rds, { signal });
  if (quota !== undefined && quota.used >= quota.max) throw quotaExceeded(quota, system.aws.region);
  const instance = await settle();
  const tags = snapshotTags(request, run.operationId, instance);
  const { rds, region } = system.aws;
  const identifier = await requestSnapshot(system, {
    identifier: run.name ?? manualSnapshotName(instance.identifier, system.clock.now()),
    anotherName:
      run.name === undefined
        ? () => manualSnapshotName(instance.identifier, system.clock.now(), randomToken(system.random, 4))
        : undefined,
    operationId: run.operationId,
    create: (snapshot) => rds.createSnapshot({ snapshot, instance: instance.identifier, tags }, { signal }),
    tagsOf: async (snapshot) => (await rds.describeSnapshot(snapshot, { signal }))?.tags,
    quotaExceeded: async (cause) => quotaExceeded(await readSnapshotQuota(rds, { signal }), region, cause),
    settle,
    deadline,
    signal,
  });
  run.report({ phase: 'requested', subject: identifier });
  return identifier;
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

function fromNow(system: System, duration: '1h' | '4h'): Date {
  return new Date(system.clock.now().getTime() + parseDuration(duration, 'deadline'));
}
