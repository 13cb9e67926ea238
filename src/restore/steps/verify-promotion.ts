import { isBackupError } from '../../core/errors.js';
import { classifyStatus } from '../../core/instance-status.js';
import type { Judgement } from '../../core/poll.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';
import { connectToDatabase } from '../../system/database-target.js';
import { readServerIdentity, type ServerIdentity, writeSomething } from '../../system/server-identity.js';
import { type Execution, type StepResult, waitUntil } from '../execution/execution.js';
import { describeCandidate, describePrevious } from '../instance/candidate.js';
import type { VerifyPromotionStep } from '../plan/restore-step.js';

/** The new name becomes effective in about ten minutes, and resolvers keep the old answer for some (facts C2). */
const boundMilliseconds = 30 * 60_000;

/** Looks at the previous server that may fail before we go without the comparison. */
const looksAtPrevious = 10;

interface Look {
  readonly instance: DatabaseInstance;
  readonly server?: ServerIdentity | undefined;
  /** `gone`: it no longer serves; `unknown`: it should, and cannot be reached. */
  readonly previous: ServerIdentity | 'gone' | 'unknown';
  readonly problem?: string | undefined;
}

/**
 * Connects as the application does and makes sure that the candidate answers. A cached address would lead to the previous
 * server, which has the same data directory's identifier but started at another instant: so both are asked (facts C6.6).
 *
 * Errors: `deadline-exceeded`, `authentication-failed`, ...
 */
export async function verifyPromotion(execution: Execution, step: VerifyPromotionStep): Promise<StepResult> {
  let unknown = 0;
  const look = await waitUntil<Look>(execution, step, {
    what: `${step.identifier} to be answered by the restored instance`,
    subject: step.identifier,
    observe: async () => {
      const seen = await lookAt(execution, step);
      unknown += seen.server !== undefined && seen.previous === 'unknown' ? 1 : 0;
      return seen;
    },
    judge: (seen) => judgeLook(seen, step, unknown >= looksAtPrevious),
    boundMilliseconds,
  });
  const { instance, server, previous } = look;
  return {
    status: 'finished',
    facts: {
      identifier: instance.identifier,
      resourceId: instance.resourceId,
      endpoint: instance.endpoint,
      server,
      comparedWithPrevious: typeof previous === 'object',
    },
  };
}

function judgeLook(seen: Look, step: VerifyPromotionStep, goWithoutPrevious: boolean): Judgement {
  const { instance, server, previous } = seen;
  const pending = (status: string): Judgement => ({ state: 'pending', status });
  if (instance.identifier !== step.identifier) return pending(`the restored instance is called ${instance.identifier}`);
  const status = classifyStatus(instance.status);
  // A promoted replica is backed up for the first time while it serves already.
  const serves = status === 'ready' || (step.proveWrites === true && status === 'operational');
  if (!serves) return pending(instance.status);
  if (step.address !== undefined && instance.endpoint?.address !== step.address) {
    return pending(`its endpoint is ${instance.endpoint?.address ?? 'not there yet'}, not ${step.address}`);
  }
  if (server === undefined) return pending(seen.problem ?? 'not connected');
  if (server.recovering) return pending('the server is still recovering');
  if (previous === 'unknown' && !goWithoutPrevious) return pending('the previous server cannot be asked yet');
  if (typeof previous === 'object' && previous.startedAt === server.startedAt) {
    return pending('the previous server still answers under the production name');
  }
  return { state: 'ready' };
}

async function lookAt(execution: Execution, step: VerifyPromotionStep): Promise<Look> {
  const instance = await describeCandidate(execution);
  if (instance.identifier !== step.identifier || instance.endpoint === undefined)
    return { instance, previous: 'unknown' };
  try {
    const server = await askServer(execution, instance.endpoint, step.database, step.proveWrites);
    return { instance, server, previous: await askPrevious(execution, step) };
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    return { instance, previous: 'unknown', problem: error.message };
  }
}

async function askPrevious(execution: Execution, step: VerifyPromotionStep): Promise<Look['previous']> {
  const previous = await describePrevious(execution);
  if (previous === undefined || classifyStatus(previous.status) === 'failed') return 'gone';
  if (previous.endpoint === undefined) return 'unknown';
  try {
    return await askServer(execution, previous.endpoint, step.database);
  } catch (error) {
    // The new server decides whether the promotion stands; not being let into the old one is no reason against it.
    if (execution.call.signal?.aborted || !isBackupError(error)) throw error;
    return 'unknown';
  }
}

async function askServer(
  execution: Execution,
  endpoint: { readonly address: string; readonly port: number },
  database: string,
  proveWrites = false,
): Promise<ServerIdentity> {
  const session = await connectToDatabase(execution.system, { endpoint, database }, execution.call);
  try {
    const server = await readServerIdentity(session, execution.call);
    if (proveWrites && !server.recovering) await writeSomething(session, execution.call);
    return server;
  } finally {
    await session.close();
  }
}

/** What passes while a name moves from one server to another: the name does not resolve, nobody listens, a session is cut. */
function isUnreachable(error: unknown): error is Error {
  return isBackupError(error, 'database-unreachable');
}
