import { type CheckDatabaseOptions, checkDatabase } from '../checks/check-database.js';
import { checkExpectation } from '../checks/check-expectation.js';
import type { FunctionCheck } from '../checks/check-function.js';
import type { DatabaseExpectation } from '../checks/expectation.js';
import type { CallOptions } from '../core/call-options.js';
import type { CheckReport } from '../core/check-result.js';
import { checkObject } from '../core/check-shape.js';
import { type DatabasePlace, databaseConnector } from '../system/database-target.js';
import type { System } from '../system/define-system.js';

/** Which database to check, and what is expected of it. */
export interface CheckDatabaseRequest extends DatabasePlace {
  readonly expectation: DatabaseExpectation;
  /** Checks as functions of your own, beside what the expectation says. */
  readonly checks?: readonly FunctionCheck[] | undefined;
}

/** How a check reads: `sessions` connections (default 2), no statement longer than `statementTimeout` (default `'30m'`). */
export type CheckOptions = CallOptions & Pick<CheckDatabaseOptions, 'sessions' | 'statementTimeout'>;

/** Holds the database of a place against an expectation: see `IntegrityChecker.checkDatabase`. */
export async function checkDatabaseAt(
  system: System,
  request: CheckDatabaseRequest,
  options: CheckOptions,
): Promise<CheckReport> {
  checkObject(request, 'request');
  checkExpectation(request.expectation);
  const connect = await databaseConnector(system, request, options);
  const connectTo: CheckDatabaseOptions['connectTo'] = (place, call) => databaseConnector(system, place, call);
  const { expectation, checks } = request;
  return checkDatabase(connect, expectation, { ...options, checks, connectTo, clock: system.clock });
}
