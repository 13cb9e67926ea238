import { withDatabaseSnapshot } from '../checks/database-snapshot.js';
import type { DatabaseFingerprint } from '../checks/fingerprint.js';
import { type FingerprintOptions, fingerprintDatabase } from '../checks/fingerprint-database.js';
import { checkObject } from '../core/check-shape.js';
import { type DatabasePlace, databaseConnector } from '../system/database-target.js';
import type { System } from '../system/define-system.js';
import type { CheckOptions } from './check-database-at.js';

/** Which database to fingerprint, what of it, and how. */
export interface FingerprintRequest
  extends DatabasePlace,
    Pick<FingerprintOptions, 'tables' | 'schemas' | 'slice' | 'ranges' | 'sample' | 'bits'> {}

/** Row count and content hash of every table of a place: see `IntegrityChecker.fingerprint`. */
export async function fingerprintAt(
  system: System,
  request: FingerprintRequest,
  options: CheckOptions,
): Promise<DatabaseFingerprint> {
  checkObject(request, 'request');
  const { clock } = system;
  const { tables, schemas, slice, ranges, sample, bits } = request;
  const { sessions = 2, statementTimeout = '30m', signal } = options;
  const connect = await databaseConnector(system, request, options);
  return withDatabaseSnapshot(connect, { sessions, statementTimeout, signal }, (snapshot) =>
    fingerprintDatabase(snapshot.sessions, {
      ...options,
      tables,
      schemas,
      slice,
      ranges,
      sample,
      bits,
      clock,
    }),
  );
}
