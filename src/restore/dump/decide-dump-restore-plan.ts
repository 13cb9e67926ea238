import { formatMilliseconds } from '../../core/duration.js';
import { BackupError } from '../../core/errors.js';
import { objectiveWarningsFor } from '../instance/candidate-warnings.js';
import type { PlanningContext } from '../plan/planning-context.js';
import type { DumpRestorePlan, PlanEstimate, PlanWarning } from '../plan/restore-plan.js';
import { sealPlan } from '../plan/seal-plan.js';
import type { DumpRestoreFacts } from './dump-restore-facts.js';
import type { CheckedDumpRestoreRequest } from './dump-restore-request.js';
import { dumpRestoreSteps } from './dump-restore-steps.js';

/** What one pg_restore reads in a second from a stream: an assumption until a drill has measured it. */
const assumedBytesPerSecond = 4_000_000;

/**
 * Decides how to restore a dump, from what was seen and asked and nothing else.
 *
 * Errors: `dump-corrupt` where an archive is missing or has another size, `version-mismatch`, `precondition-failed`,
 * `invalid-state` while the instance has no endpoint.
 */
export function decideDumpRestorePlan(
  facts: DumpRestoreFacts,
  request: CheckedDumpRestoreRequest,
  context: PlanningContext,
  now: Date,
): DumpRestorePlan {
  const { manifest, instance } = facts;
  checkVersions(facts);
  if (request.proveEqual === true && manifest.fingerprint === undefined) throw noFingerprint(manifest.key);
  const into = placeOf(facts, request);
  const estimate = estimateDumpRestore(facts, now);
  return sealPlan<DumpRestorePlan>({
    version: 1,
    kind: 'dump',
    createdAt: now.toISOString(),
    system: {
      region: context.region,
      instance: context.instance,
      resourceId: instance?.resourceId,
      database: context.database,
    },
    into,
    temporary: request.temporary,
    facts: {
      dump: manifest.key,
      database: manifest.database,
      dataTime: manifest.dataTime,
      sizeBytes: bytesOf(facts),
      tables: request.tables?.length ?? manifest.fingerprint?.tables.length ?? 0,
      only: request.tables,
      serverVersion: manifest.serverVersion,
      pgDumpVersion: manifest.pgDumpVersion,
      pgRestoreVersion: facts.pgRestoreVersion,
    },
    steps: dumpRestoreSteps(facts, request, into),
    warnings: [...dumpWarnings(facts, request), ...objectiveWarningsFor(estimate, context.objectives)],
    estimate,
  });
}

/** pg_restore must be at least the pg_dump that wrote the archive, the server at least the one it came from (facts H4). */
function checkVersions({ manifest, pgRestoreVersion, instance }: DumpRestoreFacts): void {
  if (major(pgRestoreVersion) < major(manifest.pgDumpVersion)) {
    throw new BackupError({
      code: 'version-mismatch',
      message: `pg_restore ${major(pgRestoreVersion)} cannot read what pg_dump ${major(manifest.pgDumpVersion)} wrote`,
      hint: `Install the client tools of PostgreSQL ${major(manifest.pgDumpVersion)} or later.`,
      details: { pgRestore: pgRestoreVersion, pgDump: manifest.pgDumpVersion },
    });
  }
  const target = Number.parseInt(instance?.engineVersion ?? '', 10);
  if (target < major(manifest.serverVersion)) {
    throw new BackupError({
      code: 'version-mismatch',
      message: `the dump comes from PostgreSQL ${major(manifest.serverVersion)}, ${instance?.identifier} runs ${target}`,
      hint: 'Restore into a server of the same or a later major version.',
      details: { dump: manifest.serverVersion, instance: instance?.engineVersion },
    });
  }
}

function placeOf({ instance }: DumpRestoreFacts, request: CheckedDumpRestoreRequest): DumpRestorePlan['into'] {
  const { place, database } = request;
  if (place.kind === 'endpoint') return { host: place.address, port: place.port, database };
  if (instance?.endpoint === undefined) {
    throw new BackupError({
      code: 'invalid-state',
      message: `instance ${place.identifier} has no endpoint: it is ${instance?.status ?? 'not to be seen'}`,
      hint: 'Wait until it is available.',
      retryable: true,
      details: { instance: place.identifier, status: instance?.status },
    });
  }
  const { address, port } = instance.endpoint;
  return { host: address, port, database, instance: instance.identifier, resourceId: instance.resourceId };
}

function bytesOf({ archives }: DumpRestoreFacts): number {
  return archives.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

function estimateDumpRestore(facts: DumpRestoreFacts, now: Date): PlanEstimate {
  const { manifest } = facts;
  const sizeBytes = bytesOf(facts);
  const restore = Math.round((sizeBytes / assumedBytesPerSecond) * 1_000) + 10_000;
  const lost = Math.max(0, now.getTime() - new Date(manifest.dataTime).getTime());
  return {
    recoveryTimeMilliseconds: 2 * restore,
    recoveryPointMilliseconds: lost,
    basis: [
      `restore and checks of ${sizeBytes} bytes: ${formatMilliseconds(2 * restore)}, an assumption until a drill has measured it`,
      `data of ${formatMilliseconds(lost)}: from the dump's instant, ${manifest.dataTime}, to the making of this plan`,
    ],
  };
}

function dumpWarnings({ manifest }: DumpRestoreFacts, request: CheckedDumpRestoreRequest): readonly PlanWarning[] {
  const warnings: PlanWarning[] = [];
  if (request.tables !== undefined) {
    const message =
      'all other tables are there without rows; foreign keys to rows that were not restored are left out and named in the outcome';
    warnings.push({ code: 'only-some-tables', message });
  }
  const parts = manifest.schemas ?? manifest.tables;
  if (parts !== undefined) {
    const message = `the dump holds only ${parts.join(', ')}: extensions, types, functions and other tables that they refer to have to be in the database before, such as by CREATE EXTENSION in an empty one; with tables, foreign keys to what is not there are left out`;
    warnings.push({ code: 'dump-is-partial', message });
  }
  if (request.proveEqual === false) {
    warnings.push({
      code: 'not-proven-equal',
      message: 'the restored tables will not be compared with the dumped ones',
    });
  } else if (manifest.fingerprint === undefined) {
    const message = 'the manifest has no fingerprint: that the restored tables equal the dumped ones cannot be proven';
    warnings.push({ code: 'dump-without-fingerprint', message });
  }
  return warnings;
}

function noFingerprint(key: string): BackupError {
  return new BackupError({
    code: 'precondition-failed',
    message: `the manifest of ${key} has no fingerprint to prove equality by`,
    hint: 'Name a dump that has one, or leave proveEqual out.',
    details: { key },
  });
}

function major(version: number): number {
  return Math.floor(version / 10_000);
}
