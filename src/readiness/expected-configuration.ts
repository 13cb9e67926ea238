import { type Duration, parseDuration } from '../core/duration.js';
import { invalidInput } from '../core/errors.js';
import { parseDailyWindow } from './backup-window.js';

/** How production is meant to be configured. Default: the runbook's table and its Terraform. */
export interface ExpectedConfiguration {
  /** UTC. Default `'03:00-04:00'`. */
  readonly backupWindow?: string | undefined;
  /** Default `true`. */
  readonly multiAz?: boolean | undefined;
  /** Default `true`. */
  readonly encrypted?: boolean | undefined;
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
}

/** The same with all its defaults, checked. */
export interface CheckedExpectation {
  readonly backupWindow: string;
  readonly multiAz: boolean;
  readonly encrypted: boolean;
  readonly deletionProtection: boolean;
  readonly copyTagsToSnapshot: boolean;
  readonly enhancedMonitoring: boolean;
  readonly publiclyAccessible: boolean;
  readonly logExports: readonly string[];
  /** `undefined`: none are expected. */
  readonly dumpEveryMilliseconds: number | undefined;
  readonly drillEveryMilliseconds: number;
}

/** Fills in the runbook's values and checks what was given. Errors: `invalid-input`. */
export function checkExpectation(expected: ExpectedConfiguration = {}): CheckedExpectation {
  const { backupWindow = '03:00-04:00', dumpEvery = '7d', drillEvery = '35d' } = expected;
  if (parseDailyWindow(backupWindow) === undefined) {
    throw invalidInput(
      'expected.backupWindow',
      `is not a daily window: ${JSON.stringify(backupWindow)}`,
      "Write hh:mm-hh:mm in UTC, such as '03:00-04:00'.",
    );
  }
  const { logExports = ['postgresql', 'upgrade'] } = expected;
  if (!Array.isArray(logExports) || logExports.some((name) => typeof name !== 'string')) {
    throw invalidInput('expected.logExports', 'is not a list of names', "Write ['postgresql', 'upgrade'].");
  }
  return {
    backupWindow,
    multiAz: expected.multiAz ?? true,
    encrypted: expected.encrypted ?? true,
    deletionProtection: expected.deletionProtection ?? true,
    copyTagsToSnapshot: expected.copyTagsToSnapshot ?? true,
    enhancedMonitoring: expected.enhancedMonitoring ?? true,
    publiclyAccessible: expected.publiclyAccessible ?? false,
    logExports: [...logExports],
    dumpEveryMilliseconds: dumpEvery === 'never' ? undefined : parseDuration(dumpEvery, 'expected.dumpEvery'),
    drillEveryMilliseconds: parseDuration(drillEvery, 'expected.drillEvery'),
  };
}
