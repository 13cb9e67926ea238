import { withDatabaseSnapshot } from '../checks/database-snapshot.js';
import { type DescribeStructureOptions, describeStructure } from '../checks/describe-structure.js';
import type { DatabaseStructure } from '../checks/structure.js';
import { withinDeadline } from '../checks/within-deadline.js';
import { type DatabasePlace, databaseConnector } from '../system/database-target.js';
import type { System } from '../system/define-system.js';
import type { CheckOptions } from './check-database-at.js';

/** Which database's structure to describe, and which kinds of things to leave out. */
export interface StructureRequest extends DatabasePlace, Pick<DescribeStructureOptions, 'without'> {}

/** What the database of a place is built of: see `IntegrityChecker.structure`. */
export async function describeStructureAt(
  system: System,
  request: StructureRequest,
  options: CheckOptions,
): Promise<DatabaseStructure> {
  const { clock } = system;
  const { statementTimeout = '30m', deadline, signal } = options;
  const connect = await databaseConnector(system, request, options);
  return withinDeadline('describing a database', { clock, deadline, signal }, (until) =>
    withDatabaseSnapshot(connect, { statementTimeout, signal: until }, ({ sessions: [session] }) =>
      describeStructure(session, { without: request.without, signal: until }),
    ),
  );
}
