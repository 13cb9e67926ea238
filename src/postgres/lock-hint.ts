/** What to do about a lock that is not had in time, and how to see who has it. */
export const lockHint =
  "Something holds a lock that it has to wait for, such as a migration: try again after it. Who: SELECT * FROM pg_stat_activity WHERE pid IN (SELECT pid FROM pg_locks WHERE granted AND mode = 'AccessExclusiveLock').";
