import type { DumpManifest } from '../backup/dump-manifest.js';
import type { DatabaseExpectation } from '../checks/expectation.js';
import type { CallOptions } from '../core/call-options.js';
import type { CheckResult } from '../core/check-result.js';
import { isBackupError } from '../core/errors.js';
import { createMemoryJournal } from '../restore/execution/memory-journal.js';
import type { RestoreOutcome } from '../restore/execution/restore-outcome.js';
import { RestorePlanner } from '../restore/restore-planner.js';
import type { System } from '../system/define-system.js';
import type { LeveledCheck } from './dump-check-report.js';
import type { ScratchDatabase } from './dump-check-request.js';
import type { DumpCoverage } from './dump-subset.js';
import { dropScratch, requireAbsent } from './scratch-database.js';

const check = 'dump-restore';

/**
 * Restores a dump, or the rows of a part of it, into a scratch database by the very steps of a recovery, checks it, at level 4 against
 * the manifest's fingerprint, and drops it whatever happened. That it could not be dropped fails the check, naming it.
 *
 * Errors: `precondition-failed` where the scratch database exists, and those of `RestorePlanner`.
 */
export async function checkDumpRestore(
  system: System,
  manifest: DumpManifest,
  request: { readonly level: 3 | 4; readonly scratch: ScratchDatabase; readonly coverage?: DumpCoverage | undefined },
  options: CallOptions,
): Promise<readonly LeveledCheck[]> {
  const { level, scratch, coverage } = request;
  const tables = tablesOf(manifest, coverage);
  if (tables?.length === 0) return [{ level: 3, result: nothingToRestore(manifest) }];
  const planner = new RestorePlanner(system);
  const plan = await planner.planDumpRestore(
    {
      dump: manifest.key,
      into: scratch,
      tables,
      ...(level === 3 ? { proveEqual: false, expectation: soundness(manifest, tables) } : {}),
    },
    options,
  );
  await requireAbsent(system, plan, options);
  const journal = createMemoryJournal();
  let made: readonly LeveledCheck[];
  try {
    made = await planner
      .execute(plan, { ...options, approve: plan.hash, journal })
      .then((outcome) => checksOf(outcome, manifest, level), notRestored);
  } catch (error) {
    await dropScratch(system, plan, journal, error);
    throw error;
  }
  const left = await dropScratch(system, plan, journal);
  return left === undefined ? made : [...made, { level: 3, result: left }];
}

/** Of a part of a dump: the tables whose rows it has. `undefined`: all. */
function tablesOf({ archives }: DumpManifest, coverage: DumpCoverage | undefined): readonly string[] | undefined {
  if (coverage === undefined || coverage.notRead.length === 0) return undefined;
  return archives.filter(({ key }) => coverage.read.includes(key)).flatMap(({ tables = [] }) => tables);
}

function nothingToRestore({ key }: DumpManifest): CheckResult {
  const summary = `the archives of this part of ${key} have the rows of no table`;
  return { check, verdict: 'inconclusive', summary, evidence: {} };
}

/** What a restored database has to be like, but for its rows. Of some tables, foreign keys to rows of others are left out. */
function soundness({ structure }: DumpManifest, tables: readonly string[] | undefined): DatabaseExpectation {
  return {
    ...(structure === undefined || tables !== undefined ? {} : { structure }),
    consistency: ['foreign-keys', 'sequences', 'indexes'],
  };
}

function checksOf(outcome: RestoreOutcome, manifest: DumpManifest, level: 3 | 4): readonly LeveledCheck[] {
  const { phases, recoveryTimeMilliseconds, checks } = outcome;
  const took = Object.fromEntries(phases.map(({ step, milliseconds }) => [step, milliseconds]));
  const restored: CheckResult = {
    check,
    verdict: 'passed',
    summary: `${manifest.key} was restored in ${Math.round(recoveryTimeMilliseconds / 1_000)} s`,
    evidence: { milliseconds: recoveryTimeMilliseconds, phases: took },
  };
  const found = (checks?.checks ?? []).map(
    (result): LeveledCheck => ({ level: result.check === 'fingerprint' ? 4 : 3, result }),
  );
  const unproven: CheckResult = {
    check: 'fingerprint',
    verdict: 'inconclusive',
    summary: 'the manifest has no fingerprint, so what was restored cannot be proven equal',
    evidence: {},
  };
  const missing: readonly LeveledCheck[] =
    level === 4 && manifest.fingerprint === undefined ? [{ level: 4, result: unproven }] : [];
  return [{ level: 3, result: restored }, ...found, ...missing];
}

/** What pg_restore does not take is a verdict on the dump; everything else is not. */
function notRestored(error: unknown): readonly LeveledCheck[] {
  if (!isBackupError(error, 'dump-corrupt') && !isBackupError(error, 'restore-failed')) throw error;
  const { code, message, hint, details } = error;
  return [{ level: 3, result: { check, verdict: 'failed', summary: message, evidence: { code, hint, ...details } } }];
}
