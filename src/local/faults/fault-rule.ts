import { type Duration, parseDuration } from '../../core/duration.js';
import { invalidInput } from '../../core/errors.js';
import type { Random } from '../../core/random.js';
import type { CallPattern } from './call-pattern.js';
import { checkFault } from './check-fault.js';
import type { Fault } from './fault.js';
import { seededRandom } from './seeded-random.js';

/** Which calls a fault strikes. Without `call`, `every` and `probability` it strikes all that match. */
export interface FaultRule extends CallPattern {
  /** Counted from 1 over the calls that match since the rule was made. */
  readonly call?: number | readonly number[] | undefined;
  /** Strikes every n-th matching call. */
  readonly every?: number | undefined;
  /** Strikes a matching call with this probability, from 0 to 1. */
  readonly probability?: number | undefined;
  /** Which calls `probability` picks: the same seed picks the same ones. Default 1. */
  readonly seed?: number | undefined;
  /** Once it has struck, it strikes every matching call for so long on the region's clock: a burst of throttling, an outage. */
  readonly lasting?: Duration | undefined;
  readonly fault: Fault;
}

/** Decides for the n-th matching call whether the rule picks it. */
export type Pick = (call: number) => boolean;

/** Checks a rule and makes its choice of calls. Throws `invalid-input` naming the member. */
export function readRule(rule: FaultRule): { readonly pick: Pick; readonly lastingMilliseconds: number } {
  const { every, probability } = rule;
  const numbers = rule.call === undefined ? [] : typeof rule.call === 'number' ? [rule.call] : rule.call;
  for (const number of numbers) checkCount(number, 'call');
  if (every !== undefined) checkCount(every, 'every');
  if (probability !== undefined && !(probability >= 0 && probability <= 1))
    throw invalidInput('probability', `is ${probability}`, 'A probability is from 0 to 1.');
  if (rule.seed !== undefined && !Number.isSafeInteger(rule.seed))
    throw invalidInput('seed', `is ${rule.seed}`, 'A seed is a whole number.');
  checkFault(rule.fault);
  const named = rule.call === undefined ? undefined : new Set(numbers);
  const random: Random | undefined = probability === undefined ? undefined : seededRandom(rule.seed ?? 1);
  const all = named === undefined && every === undefined && random === undefined;
  return {
    lastingMilliseconds: rule.lasting === undefined ? 0 : parseDuration(rule.lasting, 'lasting'),
    pick: (call) => {
      // Drawn for every call, so that what else the rule says does not change which calls the seed picks.
      const drawn = random !== undefined && random() < (probability ?? 0);
      return all || drawn || named?.has(call) === true || (every !== undefined && call % every === 0);
    },
  };
}

function checkCount(number: number, field: string): void {
  if (!Number.isInteger(number) || number < 1) throw invalidInput(field, `is ${number}`, 'Calls are counted from 1.');
}
