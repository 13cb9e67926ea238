import type { CallOptions } from '../../core/call-options.js';
import { clearingUpSignal } from '../../core/clock.js';
import { isBackupError } from '../../core/errors.js';
import { randomToken } from '../../core/random.js';
import type { Journal } from '../../ports/journal.js';
import { createArchiveJournal } from '../../restore/archive-journal.js';
import { type Lease, takeLease } from '../../restore/lease.js';
import type { System } from '../../system/define-system.js';
import { regionOf } from '../../system/region-of.js';
import { checkDrillRequest } from './check-drill-request.js';
import type { DrillDecision } from './drill-decision.js';
import type { DrillEvidence, DrillReport } from './drill-evidence.js';
import type { DrillFindings } from './drill-findings.js';
import { type DrillAttempt, type DrillEntry, drillJournalKey, readDrillLog } from './drill-log.js';
import { createPhaseClock } from './drill-phases.js';
import { defaultDrillPrices } from './drill-prices.js';
import { type DrillRequest, isCache, isCopy } from './drill-request.js';
import { findOut } from './find-out.js';
import { judgeDrill } from './judge-drill.js';
import { type DrillStart, planDrill } from './plan-drill.js';
import { storeEvidence } from './store-evidence.js';
import { tearDown, wasBegun } from './tear-down.js';

/** What is asked of the archive while clearing up must come to an end, by the machine's own time. */
const clearingUpMilliseconds = 20_000;

/** What one call of a drill works with. */
interface Run {
  readonly system: System;
  /** Where and as whom it restores: another region's services, other credentials. */
  readonly there: System;
  readonly request: DrillRequest;
  readonly start: Omit<DrillStart, 'attempt' | 'startedAt'>;
  readonly journal: Journal;
  readonly holder: string;
  readonly lease: Lease;
  /** With the lease's signal, and a sign of life that keeps the lease. */
  readonly options: CallOptions;
}

/** Drills a backup: see `IntegrityChecker.drill`. */
export async function drill(system: System, request: DrillRequest, options: CallOptions = {}): Promise<DrillReport> {
  const common = checkDrillRequest(system, request);
  const journal = createArchiveJournal(system);
  options.signal?.throwIfAborted();
  const runId = common.runId ?? randomToken(system.random, 8);
  const holder = randomToken(system.random, 12);
  const lease = await takeLease(system, journal, { planHash: drillJournalKey(runId), holder }, options);
  const run: Run = {
    system,
    there: systemFor(system, request),
    request,
    start: { common, runId },
    journal,
    holder,
    lease,
    options: {
      deadline: options.deadline,
      signal: lease.signal,
      onProgress: (event) => {
        lease.touch();
        options.onProgress?.(event);
      },
    },
  };
  try {
    return await carryOut(run, options.signal);
  } finally {
    // A lease that cannot be given back ends by itself; what the drill came to is what matters.
    await lease.release().catch(() => undefined);
  }
}

/** The system that the restore is carried out with. The archive stays where it is. */
function systemFor(system: System, request: DrillRequest): System {
  const credentials = 'credentials' in request ? request.credentials : undefined;
  const { objectStore } = system.aws;
  const aws = isCopy(request)
    ? { ...regionOf(system, request.source.region, 'source.region'), objectStore }
    : system.aws;
  const database =
    credentials === undefined ? system.database : { ...system.database, credentials: async () => credentials() };
  return { ...system, aws, database };
}

async function carryOut(run: Run, signal: AbortSignal | undefined): Promise<DrillReport> {
  const key = drillJournalKey(run.start.runId);
  const last = readDrillLog(await run.journal.read(key, run.options));
  if (last?.evidence !== undefined && last.evidence.error === undefined) {
    return last.key === undefined ? store(run, last, last.evidence) : { ...last.evidence, key: last.key };
  }
  // An attempt that ended by an error is cleared up and recorded before there is another.
  if (last !== undefined && isOver(last) && isFound(last) && last.key === undefined) {
    await conclude(run, last, { patient: true });
  }
  const attempt = last === undefined || isOver(last) ? await begin(run, (last?.attempt ?? 0) + 1) : last;
  const decided = hasDecided(attempt) ? attempt : await decide(run, attempt);
  if (isFound(decided)) return conclude(run, decided, { patient: true });
  const { findings, rethrow } = await findOut(run.there, decided.decision, run.journal, cachesOf(run), run.options);
  // Another run has taken over: all that was made is that one's now.
  if (run.lease.signal.aborted && signal?.aborted !== true) throw run.lease.signal.reason;
  const aborted = signal?.aborted === true;
  await note(run, { kind: 'drill-found', details: { findings } });
  const report = await conclude(run, { ...decided, findings }, { patient: !aborted });
  if (aborted) throw signal.reason;
  if (rethrow !== undefined) throw rethrow;
  return report;
}

/** What a cache is connected to by; it is in no plan. */
function cachesOf({ request }: Run): Parameters<typeof findOut>[3] {
  return isCache(request) ? { connectCache: request.connectCache, cacheAuthToken: request.cacheAuthToken } : {};
}

/** Whether an attempt has come to an end that another one may follow. */
function isOver({ decision, findings, evidence }: DrillAttempt): boolean {
  return decision === undefined || evidence !== undefined || findings?.error !== undefined;
}

/** An attempt that has come so far that only clearing up, judging and storing are left. */
type FoundAttempt = DrillAttempt & { readonly decision: DrillDecision; readonly findings: DrillFindings };

function isFound(attempt: DrillAttempt): attempt is FoundAttempt {
  return attempt.decision !== undefined && attempt.findings !== undefined;
}

function hasDecided(attempt: DrillAttempt): attempt is DrillAttempt & { readonly decision: DrillDecision } {
  return attempt.decision !== undefined;
}

async function begin(run: Run, attempt: number): Promise<DrillAttempt> {
  const startedAt = run.system.clock.now().toISOString();
  await record(run, { kind: 'drill-begun', details: { attempt, startedAt } });
  return { attempt, startedAt };
}

async function decide(
  run: Run,
  { attempt, startedAt }: DrillAttempt,
): Promise<DrillAttempt & { readonly decision: DrillDecision }> {
  const decision = await planDrill(
    run.system,
    run.there,
    run.request,
    { ...run.start, attempt, startedAt },
    run.options,
  );
  await record(run, { kind: 'drill-decided', details: { decision } });
  return { attempt, startedAt, decision };
}

/**
 * Tears down, judges, and stores, from wherever an earlier call has left it. An error of the teardown that no service has answered with
 * comes out in the end, once the evidence with what is left is kept.
 */
async function conclude(
  run: Run,
  attempt: FoundAttempt,
  { patient }: { readonly patient: boolean },
): Promise<DrillReport> {
  const { system, there, journal } = run;
  const { decision, findings } = attempt;
  if (attempt.evidence !== undefined) return store(run, attempt, attempt.evidence);
  const phases = createPhaseClock(system.clock);
  const begun = await wasBegun(decision.plan, journal);
  const resourceId = findings.resourceId ?? begun.resourceId;
  const { teardown, unforeseen } = await phases.measure('tear-down', () =>
    tearDown(there, decision, journal, { patient, begun: begun.begun, resourceId }),
  );
  const [phase] = phases.phases;
  if (phase === undefined) throw new Error('what was measured is there');
  const { region } = system.aws;
  const { instance, name: database } = system.database;
  const evidence = judgeDrill(
    decision,
    findings,
    { teardown, phase, finishedAt: phase.finishedAt },
    {
      system: { region, instance, database },
      objectives: system.objectives,
      prices: run.request.prices ?? defaultDrillPrices(),
    },
  );
  await note(run, { kind: 'drill-judged', details: { evidence } });
  const report = await store(run, attempt, evidence);
  if (unforeseen !== undefined) throw unforeseen.error;
  return report;
}

async function store(run: Run, { decision }: DrillAttempt, evidence: DrillEvidence): Promise<DrillReport> {
  const call = { signal: clearingUpSignal(clearingUpMilliseconds) };
  const stored = await storeEvidence(run.system, evidence, decision?.marks, call);
  if ('key' in stored) {
    await note(run, { kind: 'drill-stored', details: { key: stored.key } });
    return { ...evidence, key: stored.key };
  }
  const { code, message, hint } = stored.unstored;
  const reasons = [...evidence.reasons, `the evidence could not be stored: ${message}`];
  const verdict = evidence.verdict === 'passed' ? 'partial' : evidence.verdict;
  return { ...evidence, verdict, reasons, unstored: { code, message, hint } };
}

/** Writes down what the drill rests on. */
async function record(run: Run, entry: DrillEntry): Promise<void> {
  await append(run, entry, run.options.signal);
}

/** Writes down what has been done, for a later call of the same run. That it cannot be is no reason to stop clearing up. */
async function note(run: Run, entry: DrillEntry): Promise<void> {
  try {
    await append(run, entry, clearingUpSignal(clearingUpMilliseconds));
  } catch (error) {
    if (!isBackupError(error)) throw error;
  }
}

async function append(run: Run, { kind, details }: DrillEntry, signal: AbortSignal | undefined): Promise<void> {
  const { journal, start, system, holder } = run;
  const at = system.clock.now().toISOString();
  const plain = JSON.parse(JSON.stringify(details)) as Readonly<Record<string, unknown>>;
  await journal.append({ at, planHash: drillJournalKey(start.runId), runId: holder, kind, details: plain }, { signal });
}
