import pRetry from 'p-retry';
import { classifyPostgresFailure, failureCode } from '../core/postgres-failures.js';
import type { PortCall } from '../ports/port-call.js';
import type { DatabaseTarget, SqlPort, SqlSession } from '../ports/postgres.js';
import { openConnection } from './open-connection.js';
import { sqlSession } from './sql-session.js';
import { describeTarget, translateConnectError } from './translate-sql-error.js';

/** For how long a connection that was never made is tried again, in milliseconds. */
const connectBudget = 5_000;

/** A name may be missing for a moment while it moves from one instance to another; a mistyped one is missing for ever. */
const triesOfUnknownHost = 3;

/** A PostgreSQL client through `pg`, which is loaded with the first connection. */
export function sqlPort(options: { readonly statementTimeoutMilliseconds: number }): SqlPort {
  return {
    connect: (target, call) => connect(target, options.statementTimeoutMilliseconds, call),
  };
}

async function connect(
  target: DatabaseTarget,
  statementTimeoutMilliseconds: number,
  call: PortCall | undefined,
): Promise<SqlSession> {
  const signal = call?.signal;
  signal?.throwIfAborted();
  try {
    const connection = await pRetry(() => openConnection(target, statementTimeoutMilliseconds, signal), {
      retries: 20,
      minTimeout: 100,
      maxTimeout: 1_000,
      randomize: true,
      maxRetryTime: connectBudget,
      shouldRetry: ({ error, attemptNumber }) =>
        classifyPostgresFailure(error, 'connect') === 'never-connected' &&
        (failureCode(error) !== 'ENOTFOUND' || attemptNumber < triesOfUnknownHost),
      ...(signal === undefined ? {} : { signal }),
    });
    return sqlSession(connection, {
      subject: describeTarget(target),
      cancelFrom: () => openConnection(target, connectBudget, AbortSignal.timeout(connectBudget)),
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw translateConnectError(error, target);
  }
}
