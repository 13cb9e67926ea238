import { BackupError } from '../core/errors.js';
import type { PortCall } from '../ports/port-call.js';
import type { DatabaseInstance } from '../ports/rds.js';
import type { System } from './define-system.js';

/** The system's instance as RDS describes it now. Errors: `instance-not-found`, and those of AWS. */
export async function describeProtectedInstance(system: System, call?: PortCall): Promise<DatabaseInstance> {
  const { instance: identifier } = system.database;
  const instance = await system.aws.rds.describeInstance(identifier, call);
  if (instance !== undefined) return instance;
  throw new BackupError({
    code: 'instance-not-found',
    message: `there is no instance ${identifier} in ${system.aws.region}`,
    hint: 'Check identifier and region; after a rename it is known only by its new name. If it is gone, recover it from its retained automated backups, a snapshot or a dump.',
    details: { instance: identifier, region: system.aws.region },
  });
}
