import { namePartsOf } from '../checks/table-name.js';
import { type Duration, parseDuration } from '../core/duration.js';
import { invalidInput } from '../core/errors.js';

/** Which rows are to go. */
export interface PurgeRequest {
  /** `schema.table`, with its partitions. */
  readonly table: string;
  /** Tells how old a row is: a `timestamptz`, `timestamp` (taken for UTC) or `date`. */
  readonly column: string;
  /** At least `'1d'`. */
  readonly olderThan: Duration;
  /**
   * Key of a dump that holds the rows: it is looked at before anything goes (facts K29). Rows written after it with an instant of before
   * it are not in it, and go. Or `'nobody'`, for rows that nobody will ever ask for.
   */
  readonly archivedBy: string;
  /** Default: the system's. */
  readonly database?: string | undefined;
  /** A purge that would leave no row is refused: mostly it is a wrong column or clock. `true` allows it. */
  readonly mayEmpty?: true | undefined;
}

/** A request in which everything is said. */
export interface CheckedPurge extends Required<Pick<PurgeRequest, 'table' | 'column' | 'archivedBy'>> {
  readonly schema: string;
  readonly name: string;
  readonly ageMilliseconds: number;
  readonly database: string | undefined;
  readonly mayEmpty: boolean;
}

const day = 86_400_000;

/** Checks a request before anything is called. Errors: `invalid-input`. */
export function checkPurgeRequest(request: PurgeRequest): CheckedPurge {
  const { table, column, olderThan, archivedBy, database, mayEmpty } = request;
  const [schema = '', name = '', ...more] = typeof table === 'string' ? namePartsOf(table) : [];
  if (schema === '' || name === '' || more.length > 0)
    throw invalidInput('table', `is not schema.table: ${JSON.stringify(table)}`, 'Write public.audit_logs.');
  if (typeof column !== 'string' || column === '')
    throw invalidInput('column', 'is not a name', 'Name the column that tells how old a row is: created_at.');
  if (typeof archivedBy !== 'string' || archivedBy === '')
    throw invalidInput('archivedBy', 'is not said', "Give the key of a dump that holds the rows, or 'nobody'.");
  const ageMilliseconds = parseDuration(olderThan, 'olderThan');
  if (ageMilliseconds < day)
    throw invalidInput('olderThan', `is less than a day: ${olderThan}`, "Give at least '1d'; the runbook's is '90d'.");
  return { table, column, archivedBy, schema, name, ageMilliseconds, database, mayEmpty: mayEmpty === true };
}
