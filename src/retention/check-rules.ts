import { parseDuration } from '../core/duration.js';
import { invalidInput } from '../core/errors.js';
import type { ManualSnapshotRule, RetentionRules } from './retention-rules.js';

/** A count of a rule: how many, by what; the newest good and the newest verified one count for every rule. */
export interface Count {
  readonly kind: 'last-good' | 'newest-verified' | 'last' | 'daily' | 'weekly' | 'monthly' | 'yearly';
  readonly count: number;
}

/** A rule that has been checked, with what judging needs, and how many backups one run has applied it to so far. */
export interface CheckedRule extends Omit<ManualSnapshotRule, 'kind' | 'origin'> {
  readonly kind: string;
  readonly origin: string;
  readonly keepMilliseconds: number;
  readonly counts: readonly Count[];
  readonly maxExpiredShare: number;
  of: number;
  expiring: number;
}

/** A rule as it may come out of somebody's JSON. */
type UncheckedRule = { readonly [Field in keyof ManualSnapshotRule]?: unknown };

const fieldNames = /^(?:kind|origin|purpose|keep(Last|Daily|Weekly|Monthly|Yearly)?|includeUntagged|maxExpiredShare)$/;

const longerThanAnyAge = 1e17;

/**
 * Checks a policy before it can delete anything: a typing error here is a lost backup later.
 *
 * Errors: `invalid-input`.
 */
export function checkRules(policy: RetentionRules): readonly CheckedRule[] {
  const rules: unknown = policy?.rules;
  if (!Array.isArray(rules) || rules.length === 0)
    throw invalidInput('rules', 'is empty', 'Start from zephyrRetention.');
  const checked = rules.map((rule, index) => checkRule({ ...rule }, `rules[${index}]`));
  checked.forEach((rule, index) => {
    const first = checked.findIndex((earlier) => isFor(earlier, rule.kind, rule.origin, rule.purpose));
    if (first < index)
      throw invalidInput(`rules[${index}]`, `is hidden by rules[${first}]`, 'Put rules with a purpose first.');
  });
  return checked;
}

/** Whether a rule decides about such backups. */
export function isFor(rule: CheckedRule, kind: string, origin: string, purpose: string | undefined): boolean {
  return rule.kind === kind && rule.origin === origin && (rule.purpose ?? purpose) === purpose;
}

function checkRule(rule: UncheckedRule, path: string): CheckedRule {
  const { kind, keep, purpose = 'any', maxExpiredShare = 0.5 } = rule;
  const dump = kind === 'dump';
  const { origin = dump ? 'manual' : undefined } = rule;
  const demand = (fine: boolean, name: keyof UncheckedRule, hint: string): void => {
    if (!fine) throw invalidInput(`${path}.${name}`, `is not valid: ${JSON.stringify(rule[name])}`, hint);
  };
  demand(
    /^(?:dump|(?:database|cache)-snapshot)$/.test(String(kind)),
    'kind',
    'Write dump, database-snapshot or cache-snapshot.',
  );
  demand(
    origin === 'manual' || (origin === 'automated' && !dump),
    'origin',
    'Write manual, or automated for snapshots.',
  );
  const counts: Count[] = [];
  for (const [name, value] of Object.entries(rule) as [keyof UncheckedRule, unknown][]) {
    const match = fieldNames.exec(name);
    demand(match !== null || value === undefined, name, 'No such field.');
    const by = match?.[1];
    if (by === undefined || value === undefined) continue;
    demand(Number.isSafeInteger(value) && Number(value) > 0, name, 'Write a whole number above 0.');
    counts.push({ kind: by.toLowerCase() as Count['kind'], count: Number(value) });
  }
  demand(keep !== undefined || counts.length > 0, 'keep', "Write '90d', 'forever', or a count.");
  const keepMilliseconds =
    keep === undefined ? -1 : keep === 'forever' ? longerThanAnyAge : parseDuration(keep as '1d', `${path}.keep`);
  demand(typeof purpose === 'string' && purpose !== '', 'purpose', 'Write the value of the zephyr:purpose tag.');
  demand(
    Number(maxExpiredShare) >= 0 && Number(maxExpiredShare) <= 1,
    'maxExpiredShare',
    'Write a number from 0 to 1.',
  );
  return { ...rule, origin, keepMilliseconds, counts, maxExpiredShare, of: 0, expiring: 0 } as CheckedRule;
}
