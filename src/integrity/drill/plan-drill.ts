import { checkExpectation } from '../../checks/check-expectation.js';
import type { DatabaseExpectation } from '../../checks/expectation.js';
import type { CallOptions } from '../../core/call-options.js';
import { BackupError, isBackupError } from '../../core/errors.js';
import { RestorePlanner } from '../../restore/restore-planner.js';
import type { System } from '../../system/define-system.js';
import type { CheckedDrillCommon } from './check-drill-request.js';
import { checkRoom } from './check-room.js';
import { chooseBackup, chooseDump } from './choose-backup.js';
import { type DrillDecision, drillDatabase, drillName } from './drill-decision.js';
import type { DrilledBackup } from './drill-evidence.js';
import {
  type CacheDrillRequest,
  type CopyDrillRequest,
  type DatabaseDrillRequest,
  type DrillRequest,
  type DumpDrillRequest,
  isCache,
  isDump,
} from './drill-request.js';
import { drillPurpose, drillTags } from './drill-tags.js';

/** What is known before a drill decides. */
export interface DrillStart {
  readonly common: CheckedDrillCommon;
  readonly runId: string;
  readonly attempt: number;
  readonly startedAt: string;
}

/**
 * Reads what there is, chooses the backup, and plans its restore `there`, which may be another region: nothing is made.
 *
 * Errors: those of `RestorePlanner`, `snapshot-not-found`, `quota-exceeded`.
 */
export async function planDrill(
  system: System,
  there: System,
  request: DrillRequest,
  start: DrillStart,
  options: CallOptions,
): Promise<DrillDecision> {
  if (isDump(request)) return planDumpDrill(there, request, start, options);
  if (isCache(request)) return planCacheDrill(there, request, start, options);
  const { runId, attempt, common, startedAt } = start;
  const { rds, region } = there.aws;
  const { drilled, restoreTime, latest, source, kind, storageGiB, engineVersion } = await chooseBackup(
    system,
    region,
    request.source,
    options,
  );
  const expiresAt = expiryOf(start);
  const candidate = {
    target: drillName(common.prefix, runId, attempt),
    expectation: expectationFor(request, drilled),
    temporary: { ...request.quarantine, expiresAt, purpose: drillPurpose, tags: drillTags(runId, common.owner) },
    source,
    promote: 'none',
  } as const;
  const planner = new RestorePlanner(there);
  const planning =
    restoreTime === undefined
      ? planner.planSnapshotRestore({ ...candidate, snapshot: drilled.id }, options)
      : planner.planPointInTime({ ...candidate, restoreTime }, options);
  const plan = await planning.catch((error: unknown) => {
    throw inWordsOfDrill(error);
  });
  const { passedOver } = plan.facts;
  const storage = storageGiB ?? plan.facts.source.allocatedStorageGiB;
  checkRoom(await rds.accountQuotas({ signal: options.signal }), { storageGiB: storage }, region);
  return {
    runId,
    startedAt,
    decidedAt: there.clock.now().toISOString(),
    expiresAt: expiresAt.toISOString(),
    backup: drilled,
    ...(latest === true ? { latest } : {}),
    marks: { kind },
    target: {
      kind: 'instance',
      region,
      identifier: plan.candidate,
      size: plan.facts.profile.instanceClass,
      ...(passedOver === undefined ? {} : { passedOver }),
    },
    storageGiB: storage,
    engineVersion: engineVersion ?? plan.facts.source.engineVersion,
    plan,
  };
}

/** What a plan calls temporary a drill calls its quarantine. */
function inWordsOfDrill(error: unknown): unknown {
  if (!isBackupError(error, 'invalid-input') || error.field?.startsWith('temporary.') !== true) return error;
  const { code, hint, retryable, details, field: called } = error;
  const field = called.replace('temporary.', 'quarantine.');
  const message = error.message.replace(called, field);
  return new BackupError({ code, message, hint, field, retryable, details, cause: error });
}

/** From then on a sweep may remove what is made. */
function expiryOf({ startedAt, common }: DrillStart): Date {
  return new Date(new Date(startedAt).getTime() + common.timeToLiveMilliseconds);
}

function expectationFor(
  request: DatabaseDrillRequest | CopyDrillRequest | DumpDrillRequest,
  backup: DrilledBackup,
): DatabaseExpectation {
  const { expectation = { consistency: ['foreign-keys', 'sequences', 'indexes'] } } = request;
  const asked = typeof expectation === 'function' ? expectation(backup) : expectation;
  checkExpectation(asked);
  return asked;
}

async function planDumpDrill(
  system: System,
  request: DumpDrillRequest,
  start: DrillStart,
  options: CallOptions,
): Promise<DrillDecision> {
  const { runId, attempt, common, startedAt } = start;
  const { drilled } = await chooseDump(system, request.source.dump, options);
  const database = drillDatabase(common.prefix, runId, attempt);
  const into = { ...request.on, database };
  const expectation = expectationFor(request, drilled);
  const expiresAt = expiryOf(start);
  const temporary = { expiresAt, purpose: drillPurpose, tags: drillTags(runId, common.owner) };
  const asked = { dump: drilled.id, into, expectation, temporary };
  const plan = await new RestorePlanner(system).planDumpRestore(asked, options);
  return {
    runId,
    startedAt,
    decidedAt: system.clock.now().toISOString(),
    expiresAt: expiresAt.toISOString(),
    backup: drilled,
    marks: { kind: 'dump' },
    target: { kind: 'database', region: system.aws.region, identifier: database },
    engineVersion: String(Math.floor(plan.facts.serverVersion / 10_000)),
    plan,
  };
}

async function planCacheDrill(
  system: System,
  request: CacheDrillRequest,
  start: DrillStart,
  options: CallOptions,
): Promise<DrillDecision> {
  const { runId, attempt, common, startedAt } = start;
  const { source, quarantine, expectation = {} } = request;
  const { region } = system.aws;
  const expiresAt = expiryOf(start);
  const plan = await new RestorePlanner(system).planCacheRestore(
    {
      snapshot: source.snapshot,
      target: drillName(common.prefix, runId, attempt),
      expectation,
      temporary: { ...quarantine, expiresAt, purpose: drillPurpose, tags: drillTags(runId, common.owner) },
    },
    options,
  );
  const { identifier, createdAt } = plan.facts.snapshot;
  const asked = source.snapshot.startsWith('latest') ? `${source.snapshot} cache snapshot` : 'cache snapshot';
  return {
    runId,
    startedAt,
    decidedAt: system.clock.now().toISOString(),
    expiresAt: expiresAt.toISOString(),
    backup: { kind: 'cache-snapshot', asked, id: identifier, region, createdAt, dataTime: createdAt },
    marks: { kind: 'cache-snapshot' },
    target: { kind: 'cache', region, identifier: plan.candidate, size: plan.facts.profile.nodeType },
    plan,
  };
}
