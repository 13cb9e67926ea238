/**
 * What a failure of a PostgreSQL connection means for retrying (facts I3):
 *
 * - `never-connected`: nothing was sent, anything may be tried again;
 * - `rolled-back`: the transaction is certainly undone, all of it may be tried again;
 * - `ambiguous`: the connection was lost after something was sent; a commit may have happened;
 * - `permanent`: the same again fails the same way.
 */
export type PostgresFailure = 'never-connected' | 'rolled-back' | 'ambiguous' | 'permanent';

/** Where the failure showed: while connecting, or with a statement on its way. */
export type PostgresFailurePhase = 'connect' | 'statement';

/**
 * Classifies what a PostgreSQL driver rejected with. Goes by code first; by message only for the errors that the driver
 * leaves without one (facts I1).
 *
 * @example
 * ```ts
 * classifyPostgresFailure(Object.assign(new Error(), { code: '57P03' }), 'connect'); // 'never-connected'
 * ```
 */
export function classifyPostgresFailure(error: unknown, phase: PostgresFailurePhase): PostgresFailure {
  const code = failureCode(error);
  const message = error instanceof Error ? error.message : String(error);
  if (
    neverConnected.includes(code) ||
    (code === '' && /timeout expired|timeout exceeded when trying to connect/.test(message))
  ) {
    return 'never-connected';
  }
  if (rolledBack.includes(code)) return 'rolled-back';
  const lost = connectionLost.includes(code) || (code === '' && lostMessage.test(message));
  if (!lost) return 'permanent';
  // While the connection is being made nothing was sent yet that could have been committed.
  return phase === 'connect' ? 'never-connected' : 'ambiguous';
}

/** SQLSTATE or system error code, `''` where the driver gives none. */
export function failureCode(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

const neverConnected: readonly string[] = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  '57P03',
  '53300',
  '08001',
  '08004',
];

const rolledBack: readonly string[] = [
  '40001',
  '40P01',
  '25006',
  '55P03',
  '57014',
  '53200',
  '53400',
  '57P05',
  '25P03',
  '25P04',
];

const connectionLost: readonly string[] = [
  '57P01',
  '57P02',
  '08000',
  '08003',
  '08006',
  '08007',
  'ECONNRESET',
  'EPIPE',
  // An established connection can end with these as well, when the host or the way to it is gone.
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
];

const lostMessage =
  /Connection terminated|Client has encountered a connection error|Query read timeout|Client was closed and is not queryable/;
