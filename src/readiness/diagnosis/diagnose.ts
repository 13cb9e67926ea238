import type { CallOptions } from '../../core/call-options.js';
import { checkObject } from '../../core/check-shape.js';
import { invalidInput } from '../../core/errors.js';
import { checkInstanceIdentifier } from '../../core/names.js';
import type { System } from '../../system/define-system.js';
import { type Diagnosis, type Symptom, symptoms } from './diagnosis.js';

/** What is wrong, and with which instance. */
export interface DiagnosisRequest {
  readonly symptom: Symptom;
  /** Default: the system's own. For `restore-stuck` the one that is being restored. */
  readonly instance?: string | undefined;
}

const day = 86_400_000;

/** RDS keeps events for 14 days and takes no earlier start (facts D1): who turned backups off may be that long ago. */
const backupHistory = 14 * day - day / 24;

/** Longer than any restore takes. */
const restoreHistory = 2 * day;

/**
 * Looks for the causes of a missing backup, of a restore that does not end, of logs that do not arrive, or of a database that nobody
 * reaches, which may be failing over: status, windows, snapshots, events of the instance and of its snapshots, measurements,
 * configuration; of the last the database itself is asked, too. Reads only. The likeliest causes come first, each with evidence and fix, and
 * with them the widespread explanations that do not hold.
 *
 * Errors: `invalid-input`; `instance-not-found` but for a stuck restore; `deadline-exceeded`, `access-denied` and others of AWS
 * where the instance itself cannot be read.
 *
 * @example
 * ```ts
 * const { causes } = await diagnose(zephyr, { symptom: 'restore-stuck', instance: 'zephyr-production-pitr' });
 * for (const { likelihood, title, fix } of causes) console.log(likelihood, title, fix);
 * ```
 */
export async function diagnose(
  system: System,
  request: DiagnosisRequest,
  options: Pick<CallOptions, 'signal' | 'deadline'> = {},
): Promise<Diagnosis> {
  options.signal?.throwIfAborted();
  checkObject(request, 'request');
  const { symptom } = request;
  if (!symptoms.includes(symptom)) {
    throw invalidInput('symptom', `is not known: ${JSON.stringify(symptom)}`, `Use one of ${symptoms.join(', ')}.`);
  }
  if (symptom === 'restore-stuck' && request.instance === undefined) {
    throw invalidInput('instance', 'is missing', 'Name the instance that is being restored.');
  }
  const identifier =
    request.instance === undefined ? system.database.instance : checkInstanceIdentifier(request.instance, 'instance');
  const now = system.clock.now();
  const history = symptom === 'restore-stuck' || symptom === 'unreachable' ? restoreHistory : backupHistory;
  const since = new Date(now.getTime() - history);
  const { gatherDiagnosisFacts } = await import('./diagnosis-facts.js');
  const { decideDiagnosis } = await import('./decide-diagnosis.js');
  const facts = await gatherDiagnosisFacts(system, identifier, since, options);
  if (symptom !== 'unreachable') return decideDiagnosis(facts, symptom, now);
  const { askServer } = await import('./ask-server.js');
  return decideDiagnosis({ ...facts, server: await askServer(system, facts.instance, options) }, symptom, now);
}
