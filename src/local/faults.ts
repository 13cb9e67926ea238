import type { Duration } from '../core/duration.js';
import { invalidInput } from '../core/errors.js';
import type { LifecycleScript } from './wire/wire-service.js';

/** Something that goes wrong with a call. */
export type Fault =
  /** The service answers with an error and does nothing. `status` is 400 if not given. */
  | {
      readonly kind: 'error';
      readonly code: string;
      readonly status?: number | undefined;
      readonly message?: string | undefined;
    }
  /** The service answers `ThrottlingException` and does nothing. */
  | { readonly kind: 'throttle' }
  /** No answer ever comes; nothing is done. Ends when the client gives up. */
  | { readonly kind: 'hang' }
  /** The connection is reset before anything is done. */
  | { readonly kind: 'drop-request' }
  /** The call is carried out, and the connection is reset instead of answering. */
  | { readonly kind: 'drop-response' }
  /** The call is carried out after a while on the region's clock. */
  | { readonly kind: 'delay'; readonly duration: Duration }
  /** What the call sets in motion never leaves a status, or ends in a bad one. */
  | LifecycleScript;

/** Which calls a fault strikes. Without `call` and `every` it strikes all that match. */
export interface FaultRule {
  /** Such as `rds` or `s3`; every service if not given. */
  readonly service?: string | undefined;
  /** Such as `CreateDBSnapshot`; every operation if not given. */
  readonly operation?: string | undefined;
  /** Counted from 1 over the calls that match service and operation since the rule was made. */
  readonly call?: number | readonly number[] | undefined;
  /** Strikes every n-th matching call. */
  readonly every?: number | undefined;
  readonly fault: Fault;
}

/** A rule in force. */
export interface InjectedFault {
  /** How many calls it struck so far. */
  readonly hits: number;
  /** Takes the rule back. */
  remove(): void;
}

/** Faults on demand. The first rule that matches a call strikes; every rule keeps its own count. */
export interface Faults {
  /**
   * Puts a rule in force.
   *
   * @example
   * ```ts
   * region.faults.inject({ operation: 'CreateDBSnapshot', call: 1, fault: { kind: 'drop-response' } });
   * region.faults.inject({ call: 7, fault: { kind: 'error', code: 'InternalFailure', status: 500 } }); // the 7th call of any kind
   * ```
   * @throws BackupError `invalid-input` for a number that no call can have.
   */
  inject(rule: FaultRule): InjectedFault;
  /** Takes all rules back. */
  clear(): void;
}

/** What the front server asks for each call. */
export interface FaultBook extends Faults {
  strike(service: string, operation: string | undefined): Fault | undefined;
}

interface Entry {
  readonly rule: FaultRule;
  readonly numbers: ReadonlySet<number> | undefined;
  calls: number;
  hits: number;
}

/** Makes an empty book of faults. */
export function createFaultBook(): FaultBook {
  let entries: readonly Entry[] = [];
  return {
    inject: (rule) => {
      const numbers = callNumbers(rule);
      const entry: Entry = { rule, numbers, calls: 0, hits: 0 };
      entries = [...entries, entry];
      return {
        get hits() {
          return entry.hits;
        },
        remove: () => {
          entries = entries.filter((other) => other !== entry);
        },
      };
    },
    clear: () => {
      entries = [];
    },
    strike: (service, operation) => {
      let struck: Fault | undefined;
      for (const entry of entries) {
        const { rule } = entry;
        if (rule.service !== undefined && rule.service !== service) continue;
        if (rule.operation !== undefined && rule.operation !== operation) continue;
        entry.calls += 1;
        if (struck !== undefined || !isDue(entry)) continue;
        entry.hits += 1;
        struck = rule.fault;
      }
      return struck;
    },
  };
}

function isDue(entry: Entry): boolean {
  const { every } = entry.rule;
  if (entry.numbers === undefined && every === undefined) return true;
  return entry.numbers?.has(entry.calls) === true || (every !== undefined && entry.calls % every === 0);
}

function callNumbers(rule: FaultRule): ReadonlySet<number> | undefined {
  const given = rule.call === undefined ? [] : typeof rule.call === 'number' ? [rule.call] : rule.call;
  for (const number of rule.every === undefined ? given : [...given, rule.every]) {
    if (!Number.isInteger(number) || number < 1) {
      throw invalidInput(rule.every === number ? 'every' : 'call', `is ${number}`, 'Calls are counted from 1.');
    }
  }
  return rule.call === undefined ? undefined : new Set(given);
}
