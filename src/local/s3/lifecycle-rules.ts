import type { LifecycleRule, LifecycleRuleFilter } from '@aws-sdk/client-s3';
import { s3Error } from './s3-error.js';

const mostRules = 1000;

/** Storage classes that objects must have been kept for thirty days before they go to (facts G17). */
const infrequent: ReadonlySet<string> = new Set(['STANDARD_IA', 'ONEZONE_IA']);

/** The rules of a lifecycle configuration, checked as S3 checks them (facts G17). */
export function checkLifecycleRules(rules: readonly LifecycleRule[] | undefined): readonly LifecycleRule[] {
  if (rules === undefined || rules.length === 0 || rules.length > mostRules) throw s3Error('MalformedXML');
  const checked = rules.map((rule, index) => ({ ...rule, ID: rule.ID ?? `rule-${index + 1}` }));
  if (new Set(checked.map(({ ID }) => ID)).size < checked.length)
    throw s3Error('InvalidArgument', 'Rule ID must be unique. Found same ID for more than one rule');
  for (const rule of checked) checkRule(rule);
  return checked;
}

function checkRule(rule: LifecycleRule & { readonly ID: string }): void {
  if (rule.ID.length > 255) throw s3Error('InvalidArgument', 'ID length should not exceed allowed limit of 255');
  if (rule.Status !== 'Enabled' && rule.Status !== 'Disabled') throw s3Error('MalformedXML');
  // The older form has the prefix in the rule itself.
  if ((rule.Filter === undefined) === (rule.Prefix === undefined)) throw s3Error('MalformedXML');
  if (rule.Filter !== undefined) checkFilter(rule.Filter);
  const actions = [
    rule.Expiration,
    rule.NoncurrentVersionExpiration,
    rule.AbortIncompleteMultipartUpload,
    rule.Transitions,
    rule.NoncurrentVersionTransitions,
  ];
  if (actions.every((action) => action === undefined))
    throw s3Error('InvalidRequest', 'At least one action needs to be specified in a rule');
  const days = [
    rule.Expiration?.Days,
    rule.NoncurrentVersionExpiration?.NoncurrentDays,
    rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation,
  ];
  for (const count of days)
    if (count !== undefined && count < 1)
      throw s3Error('InvalidArgument', "'Days' for Expiration action must be a positive integer");
  for (const { Days: count, StorageClass: storageClass = '' } of rule.Transitions ?? [])
    if (count !== undefined && count < 30 && infrequent.has(storageClass))
      throw s3Error(
        'InvalidArgument',
        `'Days' in Transition action must be greater than or equal to 30 for storageClass '${storageClass}'`,
      );
}

/** Exactly one of its members says what it filters by; an empty filter means every object. */
function checkFilter(filter: LifecycleRuleFilter): void {
  const given = Object.values(filter).filter((member) => member !== undefined);
  if (given.length > 1) throw s3Error('MalformedXML');
}
