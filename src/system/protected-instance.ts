import type { DatabaseInstance } from '../ports/database-instance.js';
import type { PortCall } from '../ports/port-call.js';
import type { System } from './define-system.js';
import { instanceNotFound } from './instance-not-found.js';

/** The system's instance as RDS describes it now. Errors: `instance-not-found`, and those of AWS. */
export async function describeProtectedInstance(system: System, call?: PortCall): Promise<DatabaseInstance> {
  const { instance: identifier } = system.database;
  const instance = await system.aws.rds.describeInstance(identifier, call);
  if (instance !== undefined) return instance;
  throw instanceNotFound(identifier, system.aws.region, {
    hint: 'Check identifier and region; after a rename it is known only by its new name. If it is gone, recover it from its retained automated backups, a snapshot or a dump.',
  });
}
