import { checkRules } from './check-rules.js';
import { describeRule } from './describe-rule.js';
import { evaluateRetention, type RetentionOptions } from './evaluate-retention.js';
import type { RetentionCandidate } from './retention-candidate.js';
import type { RetentionDecision } from './retention-decision.js';
import type { RetentionRules } from './retention-rules.js';

/**
 * How long backups are kept: a value that never changes, reads aloud as text and travels as JSON.
 *
 * Errors: `invalid-input`, from the constructor and for `now`.
 *
 * @example
 * ```ts
 * const policy = new RetentionPolicy({
 *   rules: [
 *     { kind: 'database-snapshot', origin: 'manual', purpose: 'pre-deployment', keep: '180d', keepLast: 10 },
 *     { kind: 'dump', keep: '90d', keepMonthly: 12 },
 *   ],
 * });
 * const decision = policy.evaluate(backups, { now: new Date('2025-11-09T12:00:00Z') });
 * ```
 */
export class RetentionPolicy {
  readonly #rules: RetentionRules;

  constructor(rules: RetentionRules) {
    checkRules(rules);
    this.#rules = structuredClone(rules);
  }

  /** What may go at `now` and what stays, with reasons. Changes nothing: neither the backups nor the list. */
  evaluate<B extends RetentionCandidate>(backups: Iterable<B>, options: RetentionOptions): RetentionDecision<B> {
    return evaluateRetention(backups, this.#rules, options);
  }

  /** The policy in plain words, a line for each rule. */
  toString(): string {
    return checkRules(this.#rules).map(describeRule).join('\n');
  }

  /** What the policy was made from: `new RetentionPolicy(JSON.parse(text))` makes an equal one. */
  toJSON(): RetentionRules {
    return structuredClone(this.#rules);
  }
}
