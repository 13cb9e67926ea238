import { isBackupError } from '../../core/errors.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';
import type { SqlSession } from '../../ports/postgres.js';
import { connectToDatabase } from '../../system/database-target.js';
import { regionOf } from '../../system/region-of.js';
import type { Execution } from '../execution/execution.js';
import { describeCandidate } from '../instance/candidate.js';
import { type ReplayPosition, readReplayPosition, readWrittenPosition } from './replay-position.js';
import type { ReplicaSource } from './replica-step.js';

/** A replica and its source, as both servers and RDS tell of them. */
export interface ReplicationLook {
  readonly replica: DatabaseInstance;
  /** Where the source's log ended, right before the replica was asked. Absent where the source was not asked. */
  readonly written?: string | undefined;
  readonly replay?: ReplayPosition | undefined;
  /** Why a server could not be asked. */
  readonly problem?: string | undefined;
}

/**
 * Asks both servers, the source first: whatever the replica then has beyond that is no loss. Without `source` only the replica is
 * asked, and nothing is called in the source's region. A server that cannot be reached just now is no error.
 */
export async function lookAtReplication(
  execution: Execution,
  { source, database }: { readonly source?: ReplicaSource | undefined; readonly database: string },
): Promise<ReplicationLook> {
  const replica = await describeCandidate(execution);
  try {
    const written = source && (await askSource(execution, source, database));
    if (replica.endpoint === undefined) return { replica, written, problem: 'the replica has no endpoint yet' };
    const replay = await ask(execution, replica.endpoint, database, (session) =>
      readReplayPosition(session, execution.call),
    );
    return { replica, written, replay };
  } catch (error) {
    if (!isBackupError(error, 'database-unreachable')) throw error;
    return { replica, problem: error.message };
  }
}

/** By its resource id: its name may be another's by now (facts C4). */
async function askSource(
  execution: Execution,
  { region, resourceId }: ReplicaSource,
  database: string,
): Promise<string | undefined> {
  const { rds } = regionOf(execution.system, region, 'plan');
  const source = await rds.describeInstanceByResourceId(resourceId, execution.call);
  if (source?.endpoint === undefined) return undefined;
  return ask(execution, source.endpoint, database, (session) => readWrittenPosition(session, execution.call));
}

async function ask<Answer>(
  { system, call }: Execution,
  endpoint: { readonly address: string; readonly port: number },
  database: string,
  question: (session: SqlSession) => Promise<Answer>,
): Promise<Answer> {
  const session = await connectToDatabase(system, { endpoint, database }, call);
  try {
    return await question(session);
  } finally {
    await session.close();
  }
}
