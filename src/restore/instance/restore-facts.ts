import type { BackupError } from '../../core/errors.js';
import type { AutomatedBackup } from '../../ports/database-backups.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';
import type { PortCall } from '../../ports/port-call.js';
import type { System } from '../../system/define-system.js';
import { instanceNotFound } from '../../system/instance-not-found.js';
import { offersFor } from '../instance-class/class-offers.js';
import { instanceNeed } from '../instance-class/instance-need.js';
import { type CandidateFacts, takenNames } from './candidate-facts.js';
import { findEngineSupport } from './engine-support.js';
import type { CheckedPointInTimeRequest } from './point-in-time-request.js';
import { findAutomatedBackup } from './restore-window.js';

/** Whose history a point-in-time restore is made from. */
export type HistorySource =
  | {
      readonly resourceId: string;
      readonly instance: DatabaseInstance;
      readonly automatedBackup: AutomatedBackup | undefined;
    }
  /** Deleted, or in another region: only its automated backups are here. */
  | { readonly resourceId: string; readonly instance: undefined; readonly automatedBackup: AutomatedBackup };

/** All that a point-in-time plan rests on, as seen at one moment. */
export interface RestoreFacts extends CandidateFacts {
  readonly source: HistorySource;
}

/** Reads what a plan needs to know; changes nothing. Errors: `instance-not-found`, and AWS's own. */
export async function gatherRestoreFacts(
  system: System,
  request: CheckedPointInTimeRequest,
  now: Date,
  call: PortCall,
): Promise<RestoreFacts> {
  const { rds } = system.aws;
  const { instance: name } = system.database;
  const production = await rds.describeInstance(name, call);
  const resourceId = request.sourceResourceId ?? production?.resourceId;
  if (resourceId === undefined) throw sourceNotFound(name, rds.region);
  const instance =
    resourceId === production?.resourceId ? production : await rds.describeInstanceByResourceId(resourceId, call);
  const automatedBackup = await findAutomatedBackup(rds, resourceId, call);
  const taken = await takenNames(system, request, now, call);
  const source = sourceOf(resourceId, instance, automatedBackup);
  if (source === undefined) throw sourceNotFound(resourceId, rds.region);
  const { engine, engineVersion, encrypted = false } = source.instance ?? source.automatedBackup;
  if (engine === undefined || engineVersion === undefined) return { production, source, taken };
  const data = { engine, engineVersion, encrypted, region: rds.region };
  return {
    production,
    source,
    taken,
    engine: await findEngineSupport(rds, data, call),
    offers: await offersFor(rds, instanceNeed({ production, source }, request, data), call),
  };
}

function sourceOf(
  resourceId: string,
  instance: DatabaseInstance | undefined,
  automatedBackup: AutomatedBackup | undefined,
): HistorySource | undefined {
  if (instance !== undefined) return { resourceId, instance, automatedBackup };
  return automatedBackup === undefined ? undefined : { resourceId, instance, automatedBackup };
}

function sourceNotFound(instance: string, region: string): BackupError {
  return instanceNotFound(instance, region, {
    hint: 'If it was renamed or deleted, name its history: source: { resourceId } from the automated backups. One of another region is found where its backups are replicated to.',
  });
}
