import type { CallOptions } from '../../core/call-options.js';
import { canonicalJson } from '../../core/canonical-json.js';
import { invalidInput } from '../../core/errors.js';
import { randomToken } from '../../core/random.js';
import { createArchiveJournal } from '../../restore/execution/archive-journal.js';
import { takeLease } from '../../restore/execution/lease.js';
import type { System } from '../../system/define-system.js';
import { regionOf } from '../../system/region-of.js';
import { checkDrillRequest } from './check-drill-request.js';
import { concludeDrill, isFound, storeDrill } from './conclude-drill.js';
import type { DrillDecision } from './drill-decision.js';
import type { DrillReport } from './drill-evidence.js';
import { type DrillAttempt, drillJournalKey } from './drill-log.js';
import { type DrillRequest, isCache, isCopy } from './drill-request.js';
import { findOut } from './find-out.js';
import { planDrill } from './plan-drill.js';
import { note, type RunningDrill, readLastAttempt, record } from './running-drill.js';

/** Drills a backup: see `IntegrityChecker.drill`. */
export async function drill(system: System, request: DrillRequest, options: CallOptions = {}): Promise<DrillReport> {
  const common = checkDrillRequest(system, request);
  const journal = createArchiveJournal(system);
  options.signal?.throwIfAborted();
  const runId = common.runId ?? randomToken(system.random, 8);
  const holder = randomToken(system.random, 12);
  const lease = await takeLease(system, journal, { planHash: drillJournalKey(runId), holder }, options);
  const run: RunningDrill = {
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

async function carryOut(run: RunningDrill, signal: AbortSignal | undefined): Promise<DrillReport> {
  const last = await readLastAttempt(run);
  checkSameSource(run, last);
  if (last?.evidence !== undefined && last.evidence.error === undefined) {
    return last.key === undefined ? storeDrill(run, last, last.evidence) : { ...last.evidence, key: last.key };
  }
  // An attempt that ended by an error is cleared up and recorded before there is another.
  if (last !== undefined && isOver(last) && isFound(last) && last.key === undefined) {
    await concludeDrill(run, last, { patient: true });
  }
  const attempt = last === undefined || isOver(last) ? await begin(run, (last?.attempt ?? 0) + 1) : last;
  const decided = hasDecided(attempt) ? attempt : await decide(run, attempt);
  if (isFound(decided)) return concludeDrill(run, decided, { patient: true });
  const { findings, rethrow } = await findOut(run.there, decided.decision, run.journal, cachesOf(run), run.options);
  // Another run has taken over: all that was made is that one's now.
  if (run.lease.signal.aborted && signal?.aborted !== true) throw run.lease.signal.reason;
  const aborted = signal?.aborted === true;
  await note(run, { kind: 'drill-found', details: { findings } });
  const report = await concludeDrill(run, { ...decided, findings }, { patient: !aborted });
  if (aborted) throw signal.reason;
  if (rethrow !== undefined) throw rethrow;
  return report;
}

/** Whoever takes a name twice would be told what another backup is worth. */
function checkSameSource({ request, start }: RunningDrill, last: DrillAttempt | undefined): void {
  if (last?.source === undefined || last.source === sourceText(request)) return;
  throw invalidInput(
    'runId',
    `is that of another drill: ${start.runId} was of ${last.source}`,
    'Give every drill a runId of its own, such as 2025-11-dump beside 2025-11-snapshot.',
  );
}

/** What is restored from, but for the instant, which a script may reckon from now. */
function sourceText({ source }: DrillRequest): string {
  if (typeof source === 'string') return source;
  return canonicalJson('time' in source && source.time !== 'latest' ? { ...source, time: 'given' } : source);
}

/** What a cache is connected to by; it is in no plan. */
function cachesOf({ request }: RunningDrill): Parameters<typeof findOut>[3] {
  return isCache(request) ? { connectCache: request.connectCache, cacheAuthToken: request.cacheAuthToken } : {};
}

/** Whether an attempt has come to an end that another one may follow. */
function isOver({ decision, findings, evidence }: DrillAttempt): boolean {
  return decision === undefined || evidence !== undefined || findings?.error !== undefined;
}

function hasDecided(attempt: DrillAttempt): attempt is DrillAttempt & { readonly decision: DrillDecision } {
  return attempt.decision !== undefined;
}

async function begin(run: RunningDrill, attempt: number): Promise<DrillAttempt> {
  const startedAt = run.system.clock.now().toISOString();
  await record(run, { kind: 'drill-begun', details: { attempt, startedAt, source: sourceText(run.request) } });
  return { attempt, startedAt };
}

async function decide(
  run: RunningDrill,
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
