import { type Duration, parseDuration } from '../core/duration.js';
import { invalidInput } from '../core/errors.js';
import { parseDailyWindow, parseWeeklyWindow } from './backup-window.js';

/** How production is meant to be configured. Default: the runbook's table and its Terraform. */
export interface ExpectedConfiguration {
  /** UTC. Default `'03:00-04:00'`. */
  readonly backupWindow?: string | undefined;
  /** UTC. Default `'sun:04:00-sun:05:00'`. */
  readonly maintenanceWindow?: string | undefined;
  /** Default `true`. */
  readonly multiAz?: boolean | undefined;
  /** Default `true`. */
  readonly encrypted?: boolean | undefined;
  /** ARN of the KMS key that storage and snapshots are to be encrypted with. Default: any. */
  readonly kmsKey?: string | undefined;
  /** Default `true`. */
  readonly deletionProtection?: boolean | undefined;
  /** Default `true`. */
  readonly copyTagsToSnapshot?: boolean | undefined;
  /** Default `true`. */
  readonly enhancedMonitoring?: boolean | undefined;
  /** Default `false`. */
  readonly publiclyAccessible?: boolean | undefined;
  /** Default `['postgresql', 'upgrade']`. */
  readonly logExports?: readonly string[] | undefined;
  /** The longest time from one whole dump to the next, `'never'` where none are made. Default `'7d'` if the system has an archive. */
  readonly dumpEvery?: Duration | 'never' | undefined;
  /** The longest time from one passing drill to the next. Default `'35d'`: monthly, on the first Sunday. */
  readonly drillEvery?: Duration | undefined;
  /** Read replicas that there are to be at least. Default 0. */
  readonly replicas?: number | undefined;
  /** Regions that keep a copy of the automated backups, such as `us-west-2`. Default none. */
  readonly backupRegions?: readonly string[] | undefined;
  /** Ids of the accounts that snapshots may be shared with. Default none. */
  readonly sharedWith?: readonly string[] | undefined;
  /**
   * The longest time from one cache snapshot to the next, `'never'` where none are needed. Default `'7h'` if the system has a
   * cache: every six hours, and an hour to make one.
   */
  readonly cacheSnapshotEvery?: Duration | 'never' | undefined;
  /** Days that ElastiCache keeps its daily snapshots. Default 5. */
  readonly cacheRetentionDays?: number | undefined;
  /** UTC. Default `'04:00-05:00'`. */
  readonly cacheSnapshotWindow?: string | undefined;
}

/** The same with all its defaults, checked. */
export interface CheckedExpectation extends Given<'kmsKey' | 'dumpEvery' | 'drillEvery' | 'cacheSnapshotEvery'> {
  readonly kmsKey: string | undefined;
  /** `undefined`: none are expected. */
  readonly dumpEveryMilliseconds: number | undefined;
  readonly drillEveryMilliseconds: number;
  /** `undefined`: none are expected. */
  readonly cacheSnapshotEveryMilliseconds: number | undefined;
}

type Given<But extends keyof ExpectedConfiguration> = {
  readonly [Key in Exclude<keyof ExpectedConfiguration, But>]-?: NonNullable<ExpectedConfiguration[Key]>;
};

/** Fills in the runbook's values and checks what was given. Errors: `invalid-input`. */
export function checkExpectation(expected: ExpectedConfiguration = {}): CheckedExpectation {
  const { dumpEvery = '7d', drillEvery = '35d', cacheSnapshotEvery = '7h', maintenanceWindow } = expected;
  const { logExports = ['postgresql', 'upgrade'], backupRegions = [], sharedWith = [] } = expected;
  checkNames(logExports, 'expected.logExports', "Write ['postgresql', 'upgrade'].");
  checkNames(sharedWith, 'expected.sharedWith', "Write ['210987654321'].");
  checkNames(backupRegions, 'expected.backupRegions', "Write ['us-west-2'].");
  if (maintenanceWindow !== undefined && parseWeeklyWindow(maintenanceWindow) === undefined) {
    throw invalidInput(
      'expected.maintenanceWindow',
      `is not a weekly window: ${JSON.stringify(maintenanceWindow)}`,
      "Write ddd:hh:mm-ddd:hh:mm in UTC, such as 'sun:04:00-sun:05:00'.",
    );
  }
  return {
    backupWindow: checkDailyWindow(expected.backupWindow ?? '03:00-04:00', 'expected.backupWindow'),
    maintenanceWindow: maintenanceWindow ?? 'sun:04:00-sun:05:00',
    multiAz: expected.multiAz ?? true,
    encrypted: expected.encrypted ?? true,
    kmsKey: expected.kmsKey,
    deletionProtection: expected.deletionProtection ?? true,
    copyTagsToSnapshot: expected.copyTagsToSnapshot ?? true,
    enhancedMonitoring: expected.enhancedMonitoring ?? true,
    publiclyAccessible: expected.publiclyAccessible ?? false,
    logExports: [...logExports],
    dumpEveryMilliseconds: dumpEvery === 'never' ? undefined : parseDuration(dumpEvery, 'expected.dumpEvery'),
    drillEveryMilliseconds: parseDuration(drillEvery, 'expected.drillEvery'),
    replicas: checkCount(expected.replicas ?? 0, 'expected.replicas'),
    backupRegions: [...backupRegions],
    sharedWith: [...sharedWith],
    cacheSnapshotEveryMilliseconds:
      cacheSnapshotEvery === 'never' ? undefined : parseDuration(cacheSnapshotEvery, 'expected.cacheSnapshotEvery'),
    cacheRetentionDays: checkCount(expected.cacheRetentionDays ?? 5, 'expected.cacheRetentionDays'),
    cacheSnapshotWindow: checkDailyWindow(
      expected.cacheSnapshotWindow ?? '04:00-05:00',
      'expected.cacheSnapshotWindow',
    ),
  };
}

function checkDailyWindow(window: string, field: string): string {
  if (parseDailyWindow(window) !== undefined) return window;
  throw invalidInput(
    field,
    `is not a daily window: ${JSON.stringify(window)}`,
    "Write hh:mm-hh:mm in UTC, such as '03:00-04:00'.",
  );
}

function checkNames(names: readonly string[], field: string, hint: string): void {
  if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return;
  throw invalidInput(field, 'is not a list of names', hint);
}

function checkCount(count: number, field: string): number {
  if (Number.isInteger(count) && count >= 0) return count;
  throw invalidInput(field, `is no count: ${JSON.stringify(count)}`, 'Write a whole number, 0 or more.');
}
