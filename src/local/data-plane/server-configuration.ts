import type { Following } from './cluster.js';
import type { ServerCertificate } from './server-certificate.js';

/** The user the data plane itself works as. It gets in through a socket that only the servers' account can reach. */
export const adminUser = 'rdsadmin';
/** The database that RDS keeps for itself. */
export const adminDatabase = 'rdsadmin';

/** Beside `postgresql.conf`: the parameters that users set. */
export const parametersFile = 'parameter-group.conf';

/** A server's own part of its settings. */
export interface ServerPlace {
  readonly socketDirectory: string;
  /** From the cluster's data directory, which is where the server runs its commands. */
  readonly logDirectory: string;
}

/** The text of `postgresql.conf`. */
export function serverSettings(place: ServerPlace, certificate: ServerCertificate): string {
  const file = `${place.logDirectory}/%f`;
  const settings: Readonly<Record<string, string>> = {
    listen_addresses: '',
    unix_socket_directories: place.socketDirectory,
    unix_socket_permissions: '0700',
    // Nothing here must survive a power cut: only crashes of the server, which the kernel's cache outlives.
    fsync: 'off',
    wal_level: 'replica',
    // Fifteen replicas of one source are allowed, and a replica must have what its source has (facts E4).
    max_wal_senders: '20',
    max_replication_slots: '20',
    archive_mode: 'on',
    // Under another name until it is whole, so that whoever sees the log sees all of it.
    archive_command: `cp "%p" "${file}.part" && mv "${file}.part" "${file}"`,
    // Segments are small: few bytes to copy when one is closed early.
    min_wal_size: '32MB',
    max_wal_size: '1GB',
    // Shared memory as files of the cluster: a killed server leaves nothing outside its directory.
    dynamic_shared_memory_type: 'mmap',
    ssl: 'on',
    ssl_cert_file: certificate.certificateFile,
    ssl_key_file: certificate.keyFile,
    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
  };
  // What users set comes first: the server's place and its logs are not theirs to change.
  return `include_if_exists = '${parametersFile}'\n${settingsText(settings)}`;
}

/** The text of `postgresql.auto.conf`: how a replica follows its source. Empty for what is no replica. */
export function followingSettings(following: Following | undefined): string {
  if (following === undefined) return '';
  const { socketDirectory, port, slot, held } = following;
  return settingsText({
    // Held where logs are received, a replica knows nobody to receive them from.
    primary_conninfo:
      held?.at === 'receive' ? '' : `host=${socketDirectory} port=${port} user=${adminUser} application_name=${slot}`,
    primary_slot_name: slot,
    wal_retrieve_retry_interval: '500ms',
  });
}

/** The lines of a configuration file. */
export function settingsText(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${quoteSetting(value)}\n`)
    .join('');
}

/** The text of `pg_hba.conf`. TLS is offered to everyone and demanded of no one, as RDS does with `rds.force_ssl` 0 (facts H17). */
export function serverAccessRules(): string {
  return [
    `local all ${adminUser} trust`,
    `local replication ${adminUser} trust`,
    `host all ${adminUser} all reject`,
    `host ${adminDatabase} all all reject`,
    'host all all 127.0.0.0/8 scram-sha-256',
    '',
  ].join('\n');
}

/** What makes a server recover to an instant: all transactions that committed up to and including it, and none after. */
export function recoverySettings(sourceLogDirectory: string, time: Date): Readonly<Record<string, string>> {
  return {
    restore_command: `cp "${sourceLogDirectory}/%f" "%p"`,
    recovery_target_time: time.toISOString().replace('T', ' ').replace('Z', '+00'),
    recovery_target_inclusive: 'on',
    recovery_target_action: 'promote',
    // Not ready before it is promoted.
    hot_standby: 'off',
  };
}

function quoteSetting(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
