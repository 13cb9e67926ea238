import { type Duration, parseDuration } from '../core/duration.js';
import { invalidInput } from '../core/errors.js';
import type { CalendarPeriod } from './retention-decision.js';
import type { ManualSnapshotRule, RetentionRule, RetentionRules } from './retention-rules.js';

/** A rule that has been checked, in the form that judging needs. */
export interface CheckedRule {
  readonly kind: RetentionRule['kind'];
  readonly origin: 'manual' | 'automated';
  readonly purpose: string | undefined;
  readonly includeUntagged: boolean;
  readonly forever: boolean;
  readonly keep: Duration | undefined;
  readonly keepMilliseconds: number;
  readonly keepLast: number;
  readonly calendar: readonly { readonly period: CalendarPeriod; readonly count: number }[];
  /** Whether it has counts. */
  readonly counted: boolean;
  readonly maxExpiredShare: number;
}

const calendarFields = { keepDaily: 'day', keepWeekly: 'week', keepMonthly: 'month', keepYearly: 'year' } as const;

/**
 * Checks a policy before it can delete anything: a typing error here is a lost backup later.
 *
 * Errors: `invalid-input`.
 */
export function checkRules(policy: RetentionRules): readonly CheckedRule[] {
  if (!Array.isArray(policy?.rules) || policy.rules.length === 0) {
    throw invalidInput('rules', 'is not a list of at least one rule', 'Start from zephyrRetention.');
  }
  const checked = policy.rules.map((rule, index) => checkRule({ ...rule }, `rules[${index}]`));
  checked.forEach((rule, index) => {
    const earlier = checked.findIndex((other) => fitsAllOf(other, rule));
    if (earlier < index) {
      throw invalidInput(
        `rules[${index}]`,
        `can never apply: rules[${earlier}] fits the same backups and comes first`,
        'Put the rules with a purpose before the one without, and each purpose once.',
      );
    }
  });
  return checked;
}

function fitsAllOf(wide: CheckedRule, narrow: CheckedRule): boolean {
  const { kind, origin, purpose } = wide;
  return kind === narrow.kind && origin === narrow.origin && (purpose === undefined || purpose === narrow.purpose);
}

/** A rule as it may come out of somebody's JSON. */
type UncheckedRule = { readonly [Field in keyof ManualSnapshotRule]?: unknown };

function checkRule(rule: UncheckedRule, path: string): CheckedRule {
  const { kind, origin, keep, purpose, includeUntagged = false, maxExpiredShare = 0.5 } = rule;
  const demand = (fine: boolean, name: string, message: string, hint: string): void => {
    if (!fine) throw invalidInput(path + name, message, hint);
  };
  if (kind !== 'dump' && kind !== 'database-snapshot' && kind !== 'cache-snapshot') {
    throw invalidInput(
      `${path}.kind`,
      'is not a kind of backup',
      "Write 'database-snapshot', 'cache-snapshot' or 'dump'.",
    );
  }
  const automated = origin === 'automated';
  demand(
    kind === 'dump' ? origin === undefined : automated || origin === 'manual',
    '.origin',
    'does not fit the kind',
    "Say 'manual' or 'automated' for snapshots, and nothing for dumps.",
  );
  const fields = ['kind', 'origin', 'keep'];
  if (!automated) fields.push('purpose', 'keepLast', ...Object.keys(calendarFields), 'maxExpiredShare');
  if (!automated && kind !== 'dump') fields.push('includeUntagged');
  for (const [name, value] of Object.entries(rule)) {
    demand(
      value === undefined || fields.includes(name),
      `.${name}`,
      'is not a field of this rule',
      `Use ${fields.join(', ')}.`,
    );
  }
  const countOf = (name: keyof UncheckedRule): number => {
    const value = rule[name] ?? 0;
    const fine = Number.isSafeInteger(value) && (rule[name] === undefined || Number(value) > 0);
    demand(fine, `.${name}`, 'is not a whole number above 0', 'Leave it out to keep none for this count.');
    return Number(value);
  };
  const keepLast = countOf('keepLast');
  const calendar = (Object.keys(calendarFields) as (keyof typeof calendarFields)[])
    .map((name) => ({ period: calendarFields[name], count: countOf(name) }))
    .filter(({ count }) => count > 0);
  const counted = keepLast > 0 || calendar.length > 0;
  const forever = keep === 'forever';
  demand(
    keep !== undefined || counted,
    '',
    'keeps nothing',
    "Say keep: '90d', keep: 'forever', or a count such as keepLast.",
  );
  demand(!forever || !counted, '.keep', 'is forever, beside counts', 'Leave out the one or the others.');
  const duration = forever ? undefined : (keep as Duration | undefined);
  const keepMilliseconds = duration === undefined ? -1 : parseDuration(duration, `${path}.keep`);
  demand(
    !automated || (!forever && keepMilliseconds <= 35 * 86_400_000),
    '.keep',
    'is longer than AWS keeps automated snapshots',
    'Write at most 35d; keep manual snapshots or dumps for longer.',
  );
  demand(
    purpose === undefined || (typeof purpose === 'string' && purpose !== ''),
    '.purpose',
    'is not a purpose',
    'Write the value of the zephyr:purpose tag.',
  );
  demand(
    typeof includeUntagged === 'boolean',
    '.includeUntagged',
    'is neither true nor false',
    'Leave it out for false.',
  );
  demand(
    typeof maxExpiredShare === 'number' && maxExpiredShare >= 0 && maxExpiredShare <= 1,
    '.maxExpiredShare',
    'is not a share',
    'Write a number from 0 to 1; 1 takes the fuse out.',
  );
  return {
    kind,
    origin: automated ? 'automated' : 'manual',
    purpose: purpose as string | undefined,
    includeUntagged: includeUntagged as boolean,
    forever,
    keep: duration,
    keepMilliseconds,
    keepLast,
    calendar,
    counted,
    maxExpiredShare: maxExpiredShare as number,
  };
}
