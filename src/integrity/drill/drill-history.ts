import { invalidInput } from '../../core/errors.js';
import { inParallel } from '../../core/in-parallel.js';
import { listEvidence } from '../../evidence/list-evidence.js';
import { readEvidence } from '../../evidence/read-evidence.js';
import type { PortCall } from '../../ports/port-call.js';
import type { System } from '../../system/define-system.js';
import type { DrillEvidence } from './drill-evidence.js';
import { type DrillKind, drillKind } from './drill-kind.js';
import { type DrillStatistics, drillStatistics } from './drill-statistics.js';

/** Which drills. Only what is named narrows them. */
export interface DrillHistoryRequest {
  /** Default: a year before now. */
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
  readonly kind?: DrillKind | undefined;
}

/** Drills over time. */
export interface DrillHistory {
  /** What drills of one kind say together; absent where there are none. Kinds are never mixed: they take differently long. */
  readonly byKind: { readonly [Kind in DrillKind]?: DrillStatistics };
  /** Of all kinds, oldest first, each with where it is kept. */
  readonly drills: readonly (DrillEvidence & { readonly key: string })[];
}

/** Evidence read at a time. */
const readers = 4;

/**
 * The drills that the archive has evidence of, and what those of one kind say together: how many passed, how long each part takes
 * (p50, p95), and whether recoveries get slower.
 *
 * Errors: `invalid-input`, `evidence-invalid`, and what the store answers.
 *
 * @example
 * ```ts
 * const history = await drillHistory(zephyr);
 * const recoveries = history.byKind['point-in-time'];
 * console.log(recoveries?.recoveryTime.p95Milliseconds, recoveries?.recoveryTime.trendMillisecondsPerMonth);
 * const plan = await planner.planPointInTime(request, { typical: history });
 * ```
 */
export async function drillHistory(
  system: System,
  request: DrillHistoryRequest = {},
  call: PortCall = {},
): Promise<DrillHistory> {
  const { since = new Date(system.clock.now().getTime() - 365 * 86_400_000), until, kind } = request;
  if (system.archive === undefined) {
    throw invalidInput('archive', 'is not part of the system', 'Evidence of drills is kept in the archive.');
  }
  const keys: string[] = [];
  for await (const { key } of listEvidence(system, { kind: 'drill', since, until }, call)) keys.push(key);
  const read = await inParallel(readers, keys, call.signal, async (key, signal) => {
    const record = await readEvidence(system, key, { signal });
    return record === undefined ? [] : [{ ...(record.body as unknown as DrillEvidence), key }];
  });
  const drills = read
    .flat()
    .filter((drill) => kind === undefined || drillKind(drill) === kind)
    // Keys tell whole seconds.
    .sort((a, b) => Date.parse(a.finishedAt) - Date.parse(b.finishedAt));
  const kinds = [...new Set(drills.map(drillKind))];
  const byKind = kinds.map((one) => [one, drillStatistics(drills.filter((drill) => drillKind(drill) === one))]);
  return { byKind: Object.fromEntries(byKind), drills };
}
