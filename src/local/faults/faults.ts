import type { WireResponse } from '../wire/wire-service.js';
import { type CallLike, callMatcher } from './call-pattern.js';
import type { Fault } from './fault.js';
import { type FaultRule, readRule } from './fault-rule.js';
import { createStaleAnswers, type StaleAnswers } from './stale-answers.js';

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
   * region.faults.inject({ operation: 'Describe*', call: 3, lasting: '30s', fault: { kind: 'throttle' } }); // a burst
   * region.faults.inject({ service: 's3', probability: 0.05, seed: 7, fault: { kind: 'drop-request' } });
   * region.faults.inject({ operation: 'GetObject', input: { Key: 'dumps/*' }, fault: { kind: 'altered-answer' } });
   * ```
   * @throws BackupError `invalid-input` for a fault of a kind that there is not or without what it needs, a number that no call can have, or a duration
   * that is none.
   */
  inject(rule: FaultRule): InjectedFault;
  /** Takes all rules back. */
  clear(): void;
}

/** A call that is struck. */
export interface Strike {
  readonly fault: Fault;
  /** The answer that the call must be given again, if the fault says so and there is one. */
  readonly staleAnswer: WireResponse | undefined;
  /** Keeps an answer for the calls to come, if the fault says so. */
  remember(answer: WireResponse): void;
}

/** What the front server asks for each call. */
export interface FaultBook extends Faults {
  strike(call: CallLike, at: Date): Strike | undefined;
}

interface Entry {
  readonly fault: Fault;
  readonly matches: (call: CallLike) => boolean;
  readonly pick: (call: number) => boolean;
  readonly lastingMilliseconds: number;
  readonly answers: StaleAnswers | undefined;
  calls: number;
  hits: number;
  /** Until when, in milliseconds, it strikes everything that matches. */
  until: number;
}

/** Makes an empty book of faults. */
export function createFaultBook(): FaultBook {
  let entries: readonly Entry[] = [];
  return {
    inject: (rule) => {
      const { fault } = rule;
      const entry: Entry = {
        ...readRule(rule),
        fault,
        matches: callMatcher(rule),
        answers: fault.kind === 'stale-reads' ? createStaleAnswers(fault.duration) : undefined,
        calls: 0,
        hits: 0,
        until: Number.NEGATIVE_INFINITY,
      };
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
    strike: (call, at) => {
      let struck: Strike | undefined;
      for (const entry of entries) {
        if (!entry.matches(call)) continue;
        entry.calls += 1;
        const isPicked = entry.pick(entry.calls);
        if (struck === undefined) struck = strikeWith(entry, isPicked, call, at.getTime());
      }
      return struck;
    },
  };
}

function strikeWith(entry: Entry, isPicked: boolean, call: CallLike, now: number): Strike | undefined {
  const { fault, answers } = entry;
  const staleAnswer = answers?.recall(call, now);
  const isLasting = now < entry.until;
  if (!isPicked && !isLasting && staleAnswer === undefined) return undefined;
  if (isPicked && !isLasting) entry.until = now + entry.lastingMilliseconds;
  entry.hits += 1;
  return { fault, staleAnswer, remember: (answer) => answers?.keep(call, answer, now) };
}
