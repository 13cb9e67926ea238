import type { CallOptions } from '../../core/call-options.js';
import { clearingUpSignal } from '../../core/clock.js';
import { isBackupError } from '../../core/errors.js';
import type { Journal } from '../../ports/journal.js';
import type { ExecuteOptions } from '../../restore/execution/execute-plan.js';
import { readProgress } from '../../restore/execution/execution-progress.js';
import type { RestoreOutcome } from '../../restore/execution/restore-outcome.js';
import type { System } from '../../system/define-system.js';
import { requireAbsent } from '../scratch-database.js';
import { checkRestored } from './check-restored.js';
import type { DrillDecision } from './drill-decision.js';
import type { DrillPhase } from './drill-evidence.js';
import type { DrillFindings } from './drill-findings.js';
import { createPhaseClock, drillPhase, phasesOfSteps } from './drill-phases.js';
import { executeWhenFree } from './execute-when-free.js';
import { checkPhase } from './judge-drill.js';

/** How long the journal may take to be read after an abort, in milliseconds. */
const journalMilliseconds = 20_000;

/** What a drill found, and what to reject with once everything is cleared up. */
export interface FoundOut {
  readonly findings: DrillFindings;
  /** Not a finding: the caller's abort, a lost lease, or an error that no service has answered with. */
  readonly rethrow?: unknown;
}

/**
 * Restores by the very steps of a recovery, and looks into what was restored. What goes wrong is what the drill found.
 *
 * Errors: `journal-busy` where another process is making it: nothing else.
 */
export async function findOut(
  system: System,
  decision: DrillDecision,
  journal: Journal,
  caches: Pick<ExecuteOptions, 'connectCache' | 'cacheAuthToken'>,
  options: CallOptions,
): Promise<FoundOut> {
  const { plan } = decision;
  const phases = createPhaseClock(system.clock);
  const chosen = drillPhase('choose', decision.startedAt, decision.decidedAt);
  let outcome: RestoreOutcome | undefined;
  let failure: { readonly error: unknown } | undefined;
  try {
    if (plan.kind === 'dump') await requireOwnScratch(system, decision, journal, options);
    const check = checkRestored(system, phases, { engineVersion: decision.engineVersion });
    outcome = await executeWhenFree(system, plan, { ...options, ...caches, approve: plan.hash, journal }, check);
  } catch (error) {
    // What is being made is then another's to clear up.
    if (isBackupError(error, 'journal-busy')) throw error;
    failure = { error };
  }
  const endedAt = system.clock.now().toISOString();
  const steps = await stepPhases(decision, journal, endedAt);
  const findings: DrillFindings = {
    phases: [chosen, ...steps.map(asCheck), ...phases.phases],
    checks: outcome?.checks?.checks ?? [],
    ...(outcome === undefined ? {} : { restoredTo: outcome.restoredTo }),
    ...(outcome?.candidate === undefined ? {} : { resourceId: outcome.candidate.resourceId }),
    ...(outcome?.candidate?.instanceClass === undefined ? {} : { instanceClass: outcome.candidate.instanceClass }),
    ...(failure === undefined ? {} : { error: errorOf(failure.error, options.signal) }),
  };
  const unforeseen = failure !== undefined && (options.signal?.aborted === true || !isBackupError(failure.error));
  return unforeseen ? { findings, rethrow: failure?.error } : { findings };
}

/** A cache is looked into by a step of its plan. A check that stopped the restore was made all the same. */
function asCheck(phase: DrillPhase): DrillPhase {
  return phase.phase === 'check-cache' ? { ...phase, phase: checkPhase, outcome: 'done' } : phase;
}

/** A database of this name that was there before is not ours to drop; one of an interrupted run of this plan is. */
async function requireOwnScratch(
  system: System,
  { plan }: DrillDecision,
  journal: Journal,
  options: CallOptions,
): Promise<void> {
  const begun = (await journal.read(plan.hash, options)).length > 0;
  if (plan.kind === 'dump' && !begun) await requireAbsent(system, plan, options);
}

/** The parts of the check are measured on their own. */
async function stepPhases({ plan }: DrillDecision, journal: Journal, endedAt: string): Promise<readonly DrillPhase[]> {
  try {
    const steps = plan.steps.map(({ id }) => id).filter((id) => id !== 'check-candidate');
    const call = { signal: clearingUpSignal(journalMilliseconds) };
    return phasesOfSteps(steps, readProgress(await journal.read(plan.hash, call)), endedAt);
  } catch (error) {
    if (!isBackupError(error)) throw error;
    // A journal that cannot be read hides how long it took, and nothing else.
    return [];
  }
}

function errorOf(error: unknown, signal: AbortSignal | undefined): DrillFindings['error'] {
  if (signal?.aborted === true) return { code: 'aborted', message: 'the caller gave up' };
  if (isBackupError(error)) return { code: error.code, message: error.message, hint: error.hint };
  return { code: 'unforeseen', message: error instanceof Error ? error.message : String(error) };
}
