/**
 * Every code a {@link BackupError} can carry. The list is closed: a code is never renamed, and each has a heading in
 * docs/errors.md that says what happened and what to do.
 */
export type BackupErrorCode =
  // What the caller handed in.
  | 'invalid-input'
  // What AWS answered.
  | 'access-denied'
  | 'credentials-expired'
  | 'throttled'
  | 'service-unreachable'
  | 'service-error'
  | 'instance-not-found'
  | 'snapshot-not-found'
  | 'cache-not-found'
  | 'bucket-not-found'
  | 'object-not-found'
  | 'identifier-taken'
  | 'object-exists'
  | 'object-changed'
  | 'invalid-state'
  | 'quota-exceeded'
  | 'insufficient-capacity'
  | 'instance-class-not-offered'
  // Waiting.
  | 'deadline-exceeded'
  | 'resource-failed'
  // The database.
  | 'database-unreachable'
  | 'authentication-failed'
  | 'database-missing'
  | 'permission-denied'
  | 'statement-timeout'
  | 'tls-failed'
  | 'query-failed'
  // The cache.
  | 'cache-unreachable'
  // Dumps.
  | 'postgres-tool-missing'
  | 'version-mismatch'
  | 'dump-failed'
  | 'dump-not-found'
  | 'dump-corrupt'
  | 'upload-failed'
  | 'restore-failed'
  // Plans.
  | 'point-in-time-recovery-off'
  | 'restore-time-outside-window'
  | 'plan-invalid'
  | 'plan-not-approved'
  | 'precondition-failed'
  | 'journal-busy'
  | 'journal-invalid'
  // Evidence.
  | 'evidence-invalid'
  // The local region.
  | 'redis-server-missing'
  | 'port-in-use'
  | 'data-directory-in-use'
  | 'server-failed';
