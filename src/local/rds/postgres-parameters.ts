/** What the service knows about one parameter of PostgreSQL. */
export interface ParameterDefinition {
  readonly name: string;
  readonly type: 'boolean' | 'integer' | 'float' | 'string' | 'list';
  /** A dynamic one takes effect while the server runs, a static one with a restart. */
  readonly apply: 'dynamic' | 'static';
  /** As the service writes it: a range such as `1-100`, or values with commas between. */
  readonly allowed?: string | undefined;
  /** The value that the service sets itself; without one the engine's own default holds. */
  readonly value?: string | undefined;
  /** Whether users may change it. Default `true`. */
  readonly fixed?: boolean | undefined;
}

/** The parameters that an operator of a PostgreSQL instance comes across. The service knows some four hundred. */
export const postgresParameters: readonly ParameterDefinition[] = [
  { name: 'archive_command', type: 'string', apply: 'dynamic', fixed: true },
  { name: 'archive_timeout', type: 'integer', apply: 'dynamic', allowed: '300', value: '300', fixed: true },
  { name: 'autovacuum', type: 'boolean', apply: 'dynamic', allowed: '0,1', value: '1' },
  { name: 'autovacuum_max_workers', type: 'integer', apply: 'static', allowed: '1-262143' },
  { name: 'autovacuum_naptime', type: 'integer', apply: 'dynamic', allowed: '1-2147483' },
  { name: 'checkpoint_completion_target', type: 'float', apply: 'dynamic', allowed: '0.0-1.0', value: '0.9' },
  { name: 'checkpoint_timeout', type: 'integer', apply: 'dynamic', allowed: '30-86400' },
  { name: 'deadlock_timeout', type: 'integer', apply: 'dynamic', allowed: '1-2147483647' },
  { name: 'default_statistics_target', type: 'integer', apply: 'dynamic', allowed: '1-10000' },
  { name: 'effective_cache_size', type: 'integer', apply: 'dynamic', allowed: '1-2147483647' },
  { name: 'hot_standby_feedback', type: 'boolean', apply: 'dynamic', allowed: '0,1' },
  { name: 'idle_in_transaction_session_timeout', type: 'integer', apply: 'dynamic', allowed: '0-2147483647' },
  { name: 'lock_timeout', type: 'integer', apply: 'dynamic', allowed: '0-2147483647' },
  { name: 'log_autovacuum_min_duration', type: 'integer', apply: 'dynamic', allowed: '-1-2147483647' },
  { name: 'log_connections', type: 'boolean', apply: 'dynamic', allowed: '0,1' },
  { name: 'log_disconnections', type: 'boolean', apply: 'dynamic', allowed: '0,1' },
  { name: 'log_lock_waits', type: 'boolean', apply: 'dynamic', allowed: '0,1' },
  { name: 'log_min_duration_statement', type: 'integer', apply: 'dynamic', allowed: '-1-2147483647' },
  { name: 'log_statement', type: 'string', apply: 'dynamic', allowed: 'none,ddl,mod,all' },
  { name: 'maintenance_work_mem', type: 'integer', apply: 'dynamic', allowed: '1024-2147483647' },
  {
    name: 'max_connections',
    type: 'integer',
    apply: 'static',
    allowed: '6-8388607',
    value: 'LEAST({DBInstanceClassMemory/9531392},5000)',
  },
  { name: 'max_locks_per_transaction', type: 'integer', apply: 'static', allowed: '10-2147483647' },
  { name: 'max_prepared_transactions', type: 'integer', apply: 'static', allowed: '0-262143' },
  { name: 'max_replication_slots', type: 'integer', apply: 'static', allowed: '5-262143', value: '20' },
  { name: 'max_slot_wal_keep_size', type: 'integer', apply: 'dynamic', allowed: '-1-2147483647' },
  { name: 'max_standby_streaming_delay', type: 'integer', apply: 'dynamic', allowed: '-1-2147483647' },
  { name: 'max_wal_senders', type: 'integer', apply: 'static', allowed: '5-262143', value: '20' },
  { name: 'max_wal_size', type: 'integer', apply: 'dynamic', allowed: '2-2147483647' },
  { name: 'max_worker_processes', type: 'integer', apply: 'static', allowed: '0-262143' },
  { name: 'pgaudit.log', type: 'string', apply: 'dynamic' },
  { name: 'random_page_cost', type: 'float', apply: 'dynamic', allowed: '0-1.7976931348623157e+308' },
  { name: 'rds.extensions', type: 'string', apply: 'dynamic', fixed: true },
  { name: 'rds.force_ssl', type: 'boolean', apply: 'dynamic', allowed: '0,1', value: '1' },
  { name: 'rds.log_retention_period', type: 'integer', apply: 'dynamic', allowed: '1440-10080', value: '4320' },
  { name: 'rds.logical_replication', type: 'boolean', apply: 'static', allowed: '0,1', value: '0' },
  { name: 'rds.restrict_password_commands', type: 'boolean', apply: 'static', allowed: '0,1' },
  {
    name: 'shared_buffers',
    type: 'integer',
    apply: 'static',
    allowed: '16-1073741823',
    value: '{DBInstanceClassMemory/32768}',
  },
  {
    name: 'shared_preload_libraries',
    type: 'list',
    apply: 'static',
    allowed:
      'auto_explain,orafce,pgaudit,pglogical,pg_bigm,pg_cron,pg_hint_plan,pg_partman_bgw,pg_prewarm,pg_similarity,pg_stat_statements,pg_tle,pg_transport,plprofiler,plrust',
    value: 'pg_stat_statements',
  },
  { name: 'statement_timeout', type: 'integer', apply: 'dynamic', allowed: '0-2147483647' },
  { name: 'synchronous_commit', type: 'string', apply: 'dynamic', allowed: 'local,on,off' },
  { name: 'tcp_keepalives_idle', type: 'integer', apply: 'dynamic', allowed: '0-2147483647' },
  { name: 'timezone', type: 'string', apply: 'dynamic', value: 'UTC' },
  { name: 'track_activity_query_size', type: 'integer', apply: 'static', allowed: '100-1048576' },
  { name: 'vacuum_cost_limit', type: 'integer', apply: 'dynamic', allowed: '1-10000' },
  { name: 'wal_keep_size', type: 'integer', apply: 'dynamic', allowed: '0-2147483647', value: '2048' },
  { name: 'wal_level', type: 'string', apply: 'static', fixed: true, value: 'replica' },
  { name: 'wal_sender_timeout', type: 'integer', apply: 'dynamic', allowed: '0-3600000' },
  { name: 'work_mem', type: 'integer', apply: 'dynamic', allowed: '64-2147483647' },
];

/** Whether the service takes a value for a parameter; formulas over the instance's size it takes always. */
export function allowsValue({ type, allowed }: ParameterDefinition, value: string): boolean {
  if (/^(?:LEAST|GREATEST|SUM)\(|^\{/.test(value)) return type === 'integer';
  const range = /^(-?[\d.]+)-([\d.]+(?:e[+]?\d+)?)$/.exec(allowed ?? '');
  if (type === 'integer' && !/^-?\d+$/.test(value)) return false;
  if (type === 'float' && !/^-?\d+(?:\.\d+)?$/.test(value)) return false;
  if (range !== null) return Number(value) >= Number(range[1]) && Number(value) <= Number(range[2]);
  if (allowed === undefined) return true;
  const choices = allowed.split(',');
  return (type === 'list' ? value.split(',') : [value]).every((one) => choices.includes(one.trim()));
}

/** What a replica must have as its source has it: left alone, a real one can always follow. */
const followed = new Set([
  'max_connections',
  'max_locks_per_transaction',
  'max_prepared_transactions',
  'max_worker_processes',
]);

/**
 * Those of the values set that a PostgreSQL server of this machine can be given: no libraries that it may not have, no memory
 * that it may not have, no formulas over the size of an instance.
 */
export function serverParameters(
  values: ReadonlyMap<string, string>,
  { isReplica }: { readonly isReplica: boolean },
): Readonly<Record<string, string>> {
  const taken = [...values].filter(([name, value]) => {
    if (name.includes('.') || name === 'shared_preload_libraries' || name === 'shared_buffers') return false;
    return !/[{(]/.test(value) && !(isReplica && followed.has(name));
  });
  return Object.fromEntries(taken);
}
