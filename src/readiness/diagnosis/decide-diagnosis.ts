import type { DatabaseInstance } from '../../ports/database-instance.js';
import { instanceNotFound } from '../../system/instance-not-found.js';
import { causesOfMissingBackup, ruledOutForBackup } from './backup-missing.js';
import type { Diagnosis, LikelyCause, RuledOut, Symptom } from './diagnosis.js';
import type { DiagnosisFacts } from './diagnosis-facts.js';
import { causesOfLogsBehind, ruledOutForLogs } from './logs-behind.js';
import { causesOfStuckRestore, ruledOutForRestore } from './restore-stuck.js';
import { causesOfUnreachable, ruledOutForUnreachable } from './unreachable.js';

/** Events shown at most. */
const shownEvents = 50;

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
    case 'unreachable':
      return { causes: causesOfUnreachable(withInstance(facts), now), ruledOut: ruledOutForUnreachable() };
  }
}

function withInstance(facts: DiagnosisFacts): DiagnosisFacts & { readonly instance: DatabaseInstance } {
  const { instance, identifier, region } = facts;
  if (instance !== undefined) return { ...facts, instance };
  throw instanceNotFound(identifier, region, {
    hint: 'Check name and region; after a rename an instance is known only by its new name, after a deletion by its retained backups.',
  });
}
