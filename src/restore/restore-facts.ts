import { BackupError } from '../core/errors.js';
import type { PortCall } from '../ports/port-call.js';
import type { AutomatedBackup, DatabaseInstance } from '../ports/rds.js';
import type { System } from '../system/define-system.js';
import { archiveNames } from './archive-name.js';
import type { CheckedPointInTimeRequest } from './point-in-time-request.js';
import { findAutomatedBackup } from './restore-window.js';

/** All that a point-in-time plan rests on, as seen at one moment. */
export interface RestoreFacts {
  /** Who has the production name; `undefined`: nobody. */
  readonly production: DatabaseInstance | undefined;
  readonly source: {
    readonly resourceId: string;
    /** `undefined`: deleted, and only its automated backups are left. */
    readonly instance: DatabaseInstance | undefined;
    readonly automatedBackup: AutomatedBackup | undefined;
  };
  /** Of the names that the plan may want to give, those that are taken. */
  readonly taken: readonly string[];
}

/** Reads what a plan needs to know; changes nothing. Errors: `instance-not-found`, and AWS's own. */
export async function gatherRestoreFacts(
  system: System,
  request: CheckedPointInTimeRequest,
  now: Date,
  call: PortCall,
): Promise<RestoreFacts> {
  const { rds } = system.aws;
  const { instance } = system.database;
  const production = await rds.describeInstance(instance, call);
  const resourceId = request.sourceResourceId ?? production?.resourceId;
  if (resourceId === undefined) throw sourceNotFound(instance, rds.region);
  const source =
    resourceId === production?.resourceId ? production : await rds.describeInstanceByResourceId(resourceId, call);
  const automatedBackup = await findAutomatedBackup(rds, resourceId, call);
  const wanted = [request.target, ...(request.promote === 'rename' ? archiveNames(instance, request, now) : [])];
  const taken: string[] = [];
  for (const name of wanted) if ((await rds.describeInstance(name, call)) !== undefined) taken.push(name);
  return { production, source: { resourceId, instance: source, automatedBackup }, taken };
}

function sourceNotFound(instance: string, region: string): BackupError {
  return new BackupError({
    code: 'instance-not-found',
    message: `there is no instance ${instance} in ${region}`,
    hint: 'If it was renamed or deleted, name its history: source: { resourceId } from the automated backups.',
    details: { instance, region },
  });
}
