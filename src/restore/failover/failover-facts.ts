import { isBackupError } from '../../core/errors.js';
import { failoversIn, lastOfEpisode } from '../../core/failover-events.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';
import type { PortCall } from '../../ports/port-call.js';
import { databaseConnector } from '../../system/database-target.js';
import type { System } from '../../system/define-system.js';
import { instanceNotFound } from '../../system/instance-not-found.js';

const hour = 3_600_000;

/** All that a plan to fail over rests on, as seen at one moment. */
export interface FailoverFacts {
  readonly instance: DatabaseInstance;
  /** When the last failover that events tell of was over, within the last hour. */
  readonly lastFailoverAt: Date | undefined;
  /** Why nobody could connect; `undefined`: the database answers. */
  readonly unreachable: string | undefined;
}

/** Reads what a plan needs to know; changes nothing. Errors: `instance-not-found`, those of a connection that cannot be made for other reasons than an outage, and AWS's own. */
export async function gatherFailoverFacts(system: System, now: Date, call: PortCall): Promise<FailoverFacts> {
  const { aws, database } = system;
  const instance = await aws.rds.describeInstance(database.instance, call);
  if (instance === undefined) throw instanceNotFound(database.instance, aws.region);
  const events: { readonly at: Date; readonly message: string }[] = [];
  const filter = {
    sourceType: 'db-instance',
    source: instance.identifier,
    since: new Date(now.getTime() - hour),
  } as const;
  for await (const event of aws.rds.listEvents(filter, call)) events.push(event);
  const last = failoversIn(events).at(-1);
  return {
    instance,
    lastFailoverAt: last === undefined ? undefined : lastOfEpisode(last),
    unreachable: await whyUnreachable(system, instance, call),
  };
}

async function whyUnreachable(
  system: System,
  { endpoint }: DatabaseInstance,
  call: PortCall,
): Promise<string | undefined> {
  if (endpoint === undefined) return 'it has no endpoint yet';
  try {
    const connect = await databaseConnector(system, { endpoint }, call);
    await (await connect(call)).close();
    return undefined;
  } catch (error) {
    if (isBackupError(error, 'database-unreachable')) return error.message;
    throw error;
  }
}
