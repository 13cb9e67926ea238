import type { CallOptions } from '../core/call-options.js';
import { checkObject } from '../core/check-shape.js';
import { invalidInput } from '../core/errors.js';
import type { System } from '../system/define-system.js';
import { checkExpectation, type ExpectedConfiguration } from './expected-configuration.js';
import type { DrillRecord } from './readiness-facts.js';
import type { ReadinessReport } from './readiness-report.js';

/** What readiness is measured by, besides the system's objectives. */
export interface ReadinessRequest {
  /** How production is meant to be configured. Default: the runbook's table. */
  readonly expected?: ExpectedConfiguration | undefined;
  /**
   * The last drill that passed. Default: by the evidence in the archive. Without any nobody knows whether a restore works, nor
   * how long it takes: both are warnings.
   */
  readonly lastDrill?: DrillRecord | undefined;
  /** Whether to look with whom snapshots are shared: a call for each manual one. Default `true`. */
  readonly auditSharing?: boolean | undefined;
}

/**
 * Would recovery time and recovery point objectives hold if something happened now? Reads everything in one round of calls,
 * changes nothing, and grades what it found: each finding with its evidence, what it means, and what to do next.
 *
 * What AWS refuses to tell becomes a warning that says so, not a failure. `deadline` bounds the whole: what has not been
 * read by then is unknown.
 *
 * Errors: `invalid-input`, `instance-not-found`, `deadline-exceeded`, `access-denied` and others of AWS where the instance
 * itself cannot be read.
 *
 * @example
 * ```ts
 * const report = await assessReadiness(zephyr, { lastDrill: { at: drilledAt, recoveryTimeMilliseconds: 1_500_000 } });
 * console.log(renderReadiness(report));
 * process.exitCode = readinessExitCode(report);
 * ```
 */
export async function assessReadiness(
  system: System,
  request: ReadinessRequest = {},
  options: Pick<CallOptions, 'signal' | 'deadline'> = {},
): Promise<ReadinessReport> {
  options.signal?.throwIfAborted();
  checkObject(request, 'request');
  const expected = checkExpectation(request.expected);
  const lastDrill = checkDrill(request.lastDrill);
  const { gatherReadinessFacts } = await import('./gather-readiness-facts.js');
  const { decideReadiness } = await import('./decide-readiness.js');
  const facts = await gatherReadinessFacts(system, { lastDrill, auditSharing: request.auditSharing ?? true }, options);
  return decideReadiness(facts, system.objectives, expected, system.clock.now());
}

function checkDrill(drill: DrillRecord | undefined): DrillRecord | undefined {
  if (drill === undefined) return undefined;
  const { at, recoveryTimeMilliseconds } = drill;
  if (!(at instanceof Date) || Number.isNaN(at.getTime())) {
    throw invalidInput('lastDrill.at', 'is not an instant', 'Pass the Date at which the drill ended.');
  }
  if (recoveryTimeMilliseconds !== undefined && !(recoveryTimeMilliseconds >= 0)) {
    throw invalidInput(
      'lastDrill.recoveryTimeMilliseconds',
      'is no length of time',
      'Pass the milliseconds that the drill measured.',
    );
  }
  return drill;
}
