import { invalidInput } from '../../core/errors.js';
import { inParallel } from '../../core/in-parallel.js';
import { listEvidence } from '../../evidence/list-evidence.js';
import { readEvidence } from '../../evidence/read-evidence.js';
import type { PortCall } from '../../ports/port-call.js';
import type { System } from '../../system/define-system.js';
import type { DrillEvidence, DrilledKind } from './drill-evidence.js';
import { type DrillStatistics, drillStatistics } from './drill-statistics.js';

/** Which drills. Only what is named narrows them. */
export interface DrillHistoryRequest {
  /** Default: a year before now. */
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
  /** What was restored from. */
  readonly kind?: DrilledKind | undefined;
}

/** Drills over time. */
export interface DrillHistory extends DrillStatistics {
  /** Oldest first, each with where it is kept. */
  readonly drills: readonly (DrillEvidence & { readonly key: string })[];
}

/** Evidence read at a time. */
const readers = 4;

/**
 * The drills that the archive has evidence of, and what they say together: how many passed, how long each part takes (p50, p95), and
 * whether recoveries get slower.
 *
 * Errors: `invalid-input`, `evidence-invalid`, and what the store answers.
 *
 * @example
 * ```ts
 * const { recoveryTime, phases } = await drillHistory(zephyr);
 * console.log(recoveryTime.p95Milliseconds, phases.find(({ phase }) => phase === 'wait-for-instance')?.p95Milliseconds);
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
  const drills = read.flat().filter(({ backup }) => kind === undefined || backup.kind === kind);
  return { drills, ...drillStatistics(drills) };
}
