import type { CallOptions } from '../../core/call-options.js';
import { checkObject } from '../../core/check-shape.js';
import { BackupError, invalidInput } from '../../core/errors.js';
import { checkInstanceIdentifier } from '../../core/names.js';
import type { DatabaseInstance } from '../../ports/rds.js';
import type { System } from '../../system/define-system.js';
import { causesOfMissingBackup, ruledOutForBackup } from './backup-missing.js';
import { type Diagnosis, type LikelyCause, type RuledOut, type Symptom, symptoms } from './diagnosis.js';
import { type DiagnosisFacts, gatherDiagnosisFacts } from './diagnosis-facts.js';
import { causesOfLogsBehind, ruledOutForLogs } from './logs-behind.js';
import { causesOfStuckRestore, ruledOutForRestore } from './restore-stuck.js';

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

/** Events shown at most. */
const shownEvents = 50;

/**
 * Looks for the causes of a missing backup, of a restore that does not end, or of logs that do not arrive: status, windows,
 * snapshots, events of the instance and of its snapshots, measurements, configuration. Reads only. The likeliest causes come first, each with evidence and fix, and
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
  const since = new Date(now.getTime() - (symptom === 'restore-stuck' ? restoreHistory : backupHistory));
  const facts = await gatherDiagnosisFacts(system, identifier, since, options);
  return decideDiagnosis(facts, symptom, now);
}

/** The diagnosis from the facts. Pure. Errors: `instance-not-found`. */
export function decideDiagnosis(facts: DiagnosisFacts, symptom: Symptom, now: Date): Diagnosis {
  const { region, identifier, production, snapshots, namesakes, events, metrics } = facts;
  const parts = { production, snapshots, namesakes, events, ...(metrics === undefined ? {} : { metrics }) };
  const told = events.known ? events.value.slice(-shownEvents) : [];
  return {
    symptom,
    instance: identifier,
    region,
    at: now.toISOString(),
    ...explain(facts, symptom, now),
    events: told.map(({ at, source, message }) => ({ at: at.toISOString(), source, message })),
    unknown: Object.entries(parts).flatMap(([name, part]) => (part.known ? [] : [`${name}: ${part.error.message}`])),
  };
}

function explain(
  facts: DiagnosisFacts,
  symptom: Symptom,
  now: Date,
): { readonly causes: readonly LikelyCause[]; readonly ruledOut: readonly RuledOut[] } {
  switch (symptom) {
    case 'restore-stuck':
      return { causes: causesOfStuckRestore(facts, now), ruledOut: ruledOutForRestore() };
    case 'backup-missing':
      return { causes: causesOfMissingBackup(withInstance(facts), now), ruledOut: ruledOutForBackup(facts) };
    case 'logs-behind':
      return { causes: causesOfLogsBehind(withInstance(facts), now), ruledOut: ruledOutForLogs() };
  }
}

function withInstance(facts: DiagnosisFacts): DiagnosisFacts & { readonly instance: DatabaseInstance } {
  const { instance, identifier, region } = facts;
  if (instance !== undefined) return { ...facts, instance };
  throw new BackupError({
    code: 'instance-not-found',
    message: `there is no instance ${identifier} in ${region}`,
    hint: 'Check name and region; after a rename an instance is known only by its new name, after a deletion by its retained backups.',
    details: { instance: identifier, region },
  });
}
