import type { CallOptions } from '../../core/call-options.js';
import { isBackupError } from '../../core/errors.js';
import { randomToken } from '../../core/random.js';
import type { Journal } from '../../ports/journal.js';
import type { System } from '../../system/define-system.js';
import type { RestorePlan } from '../plan/restore-plan.js';
import type { RestoreStep } from '../plan/restore-step.js';
import { checkPlan } from '../plan/seal-plan.js';
import { checkTypical, type TypicalDurations, typicalFor } from '../plan/typical-durations.js';
import { exchangeMayHaveBegun } from '../steps/promote-by-rename.js';
import { backupReadBy } from './backup-read-by.js';
import type { CheckDatabase, ConnectCache, Execution, StepResult, SwitchEndpoint, Writers } from './execution.js';
import { readProgress, type StepFacts } from './execution-progress.js';
import { type Lease, takeLease } from './lease.js';
import { operationIdOf } from './operation-id.js';
import { candidateRegion, checkCacheAccess, checkSwitch, checkSystem, checkWriters } from './require-for-plan.js';
import { outcomeOf, type RestoreOutcome } from './restore-outcome.js';
import { runStep } from './run-step.js';

/** How a plan is executed. */
export interface ExecuteOptions extends CallOptions {
  /** The hash of the plan that was read and found right. */
  readonly approve: string;
  /** Where the execution is recorded. With the same journal an interrupted execution goes on where it was. */
  readonly journal: Journal;
  /** Stop and resume the application's writing. Required unless the plan's request acknowledged that nothing writes. */
  readonly writers?: Writers | undefined;
  /** What earlier drills took, as `drillHistory` tells it: the wait for the instance then looks rarely at first and often about its end. */
  readonly typical?: TypicalDurations | undefined;
  /** Points the application at the restored instance. Required where the plan promotes by endpoint. */
  readonly switchEndpoint?: SwitchEndpoint | undefined;
  /** The token that clients of the restored cache have to send. Required where the plan's profile has `auth: 'token'`. */
  readonly cacheAuthToken?: (() => string | Promise<string>) | undefined;
  /** How the restored cache is connected to. Required where the plan looks into it. */
  readonly connectCache?: ConnectCache | undefined;
}

/** Executes a plan as {@link RestorePlanner} documents it. */
export async function executePlan(
  system: System,
  given: RestorePlan,
  options: ExecuteOptions,
  checkDatabase: CheckDatabase,
): Promise<RestoreOutcome> {
  const plan = checkPlan(given, options.approve);
  checkSystem(system, plan);
  candidateRegion(system, plan);
  checkWriters(plan, options.writers);
  checkSwitch(plan, options.switchEndpoint);
  checkCacheAccess(plan, options);
  checkTypical(options.typical);
  options.signal?.throwIfAborted();
  const run = { planHash: plan.hash, holder: randomToken(system.random, 12) };
  const lease = await takeLease(system, options.journal, run, options);
  const outcome = await openRecord(system, plan, options.journal, run.holder, lease)
    .then((recorder) => runSteps(createExecution(system, plan, options, lease, recorder, checkDatabase), recorder))
    .catch(async (error: unknown) => {
      // A lease that cannot be given back ends by itself; what went wrong before it is what matters.
      await lease.release().catch(() => undefined);
      throw error;
    });
  await lease.release();
  return outcome;
}

interface Recorder {
  readonly progress: Execution['progress'];
  record(kind: string, step?: string, details?: StepFacts): Promise<string>;
}

async function openRecord(
  system: System,
  plan: RestorePlan,
  journal: Journal,
  runId: string,
  lease: Lease,
): Promise<Recorder> {
  const call = { signal: lease.signal };
  const entries = [...(await journal.read(plan.hash, call))];
  const record: Recorder['record'] = async (kind, step, details) => {
    await lease.keep();
    const at = system.clock.now().toISOString();
    const entry = { at, planHash: plan.hash, runId, kind, step, details };
    await journal.append(entry, call);
    entries.push(entry);
    return at;
  };
  await record('run-begun', undefined, { backup: backupReadBy(plan) });
  return { record, progress: () => readProgress(entries) };
}

function createExecution(
  system: System,
  plan: RestorePlan,
  options: ExecuteOptions,
  lease: Lease,
  recorder: Recorder,
  checkDatabase: CheckDatabase,
): Execution {
  const began = system.clock.now().getTime();
  return {
    system,
    rds: candidateRegion(system, plan).rds,
    plan,
    operationId: operationIdOf(plan),
    writers: options.writers,
    switchEndpoint: options.switchEndpoint,
    checkDatabase,
    caches: { authToken: options.cacheAuthToken, connect: options.connectCache },
    typical: typicalFor(options.typical, plan.kind),
    call: { signal: lease.signal },
    progress: recorder.progress,
    note: async (step, facts) => {
      await recorder.record('step-noted', step.id, facts);
    },
    report: (step, event) => {
      lease.touch();
      const at = system.clock.now();
      options.onProgress?.({
        operation: 'execute-plan',
        phase: step.id,
        ...event,
        at,
        elapsedMilliseconds: at.getTime() - began,
      });
    },
    keepLease: lease.keep,
    until: options.deadline,
    deadline: (bound) => {
      const own = new Date(system.clock.now().getTime() + bound);
      return options.deadline !== undefined && options.deadline < own ? options.deadline : own;
    },
  };
}

async function runSteps(execution: Execution, recorder: Recorder): Promise<RestoreOutcome> {
  const { plan, system } = execution;
  for (const step of plan.steps) {
    if (recorder.progress().finished.has(step.id) && !mustRepeat(execution, step)) continue;
    const { result, at } = await runOne(execution, recorder, step);
    if (result.status === 'finished') continue;
    const stopped = { step: step.id, reason: result.reason, at, facts: result.facts };
    return outcomeOf(plan, recorder.progress(), stopped, system.objectives);
  }
  return outcomeOf(plan, recorder.progress(), undefined, system.objectives);
}

async function runOne(
  execution: Execution,
  recorder: Recorder,
  step: RestoreStep,
): Promise<{ readonly result: StepResult; readonly at: string }> {
  await recorder.record('step-begun', step.id);
  execution.report(step, { subject: step.title, status: 'begun' });
  let result: StepResult;
  try {
    result = await runStep(execution, step);
  } catch (error) {
    await letWritersGoOn(execution, step, error);
    throw error;
  }
  const at = await recorder.record(
    result.status === 'finished' ? 'step-finished' : 'step-stopped',
    step.id,
    result.facts,
  );
  execution.report(step, { subject: step.title, status: result.status });
  return { result, at };
}

/**
 * Between a stop of the writers and the end of the promotion nothing may be taken from the journal: whoever started the
 * application again in the meantime must be stopped again, and a replica has to have what was written until then.
 */
function mustRepeat(execution: Execution, step: RestoreStep): boolean {
  const { finished } = execution.progress();
  const last = execution.plan.steps.some(({ kind }) => kind === 'switch-endpoint')
    ? 'switch-endpoint'
    : 'verify-promotion';
  if (finished.has(last)) return false;
  return (step.kind === 'stop-writers' && step.how === 'hooks') || step.kind === 'await-replay';
}

/** Production untouched, and the recovery off: then the application must not stay stopped. */
async function letWritersGoOn(execution: Execution, step: RestoreStep, failure: unknown): Promise<void> {
  const { finished } = execution.progress();
  const stopped = step.kind === 'stop-writers' || finished.has('stop-writers');
  // A run that lost its lease knows nothing of what the other one has done since.
  const unknown = exchangeMayHaveBegun(execution) || isBackupError(failure, 'journal-busy');
  if (!stopped || unknown || finished.has('verify-promotion')) return;
  try {
    await execution.writers?.resume();
  } catch (error) {
    throw new AggregateError([failure, error], `step ${step.id} failed, and then the writers could not be resumed`);
  }
}
