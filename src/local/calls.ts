import { type CallPattern, callMatcher } from './faults/call-pattern.js';
import type { Fault } from './faults/fault.js';

/** How a call ended for its caller. */
export type CallOutcome =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'refused'; readonly status: number; readonly code: string; readonly message: string }
  /** The connection was reset, perhaps within the answer; `acted` says whether the call had been carried out. */
  | { readonly kind: 'dropped'; readonly acted: boolean }
  /** Not settled yet. */
  | { readonly kind: 'running' };

/** A call that reached the region. */
export interface RecordedCall {
  /** Counted from 1 over all calls of the region. */
  readonly number: number;
  readonly service: string;
  /** `undefined` if the request was for nothing that the service has. */
  readonly operation: string | undefined;
  /** The typed input; what the service's model calls sensitive is masked. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly at: Date;
  readonly fault: Fault | undefined;
  readonly outcome: CallOutcome;
}

/** All calls made to a region, in the order in which they came. */
export interface CallLog {
  /**
   * The calls, the newest last; those of one operation, or those that a pattern means.
   *
   * @example
   * ```ts
   * region.calls.list('DeleteObjects');
   * region.calls.list({ service: 's3', operation: 'Put*', input: { Key: 'dumps/*' } });
   * ```
   */
  list(which?: string | CallPattern): readonly RecordedCall[];
  /** Forgets them; the numbers go on. */
  clear(): void;
}

/** The log and the hand that writes it. */
export interface CallRecorder {
  readonly log: CallLog;
  /** Adds a call; the returned function says how it ended, and what its input was now that all of it is known. */
  begin(call: Omit<RecordedCall, 'number' | 'outcome'>): (outcome: CallOutcome, input: RecordedCall['input']) => void;
}

/** A call as long as it may still change. */
type OpenCall = { -readonly [Member in keyof RecordedCall]: RecordedCall[Member] };

/** What is kept at most, so that a region that runs for weeks does not grow without end; the oldest calls go first. */
const kept = 100_000;

const running: CallOutcome = { kind: 'running' };

/** Makes an empty log. */
export function createCallRecorder(): CallRecorder {
  let calls: OpenCall[] = [];
  let count = 0;
  return {
    log: {
      list: (which = {}) => {
        const matches = callMatcher(typeof which === 'string' ? { operation: which } : which);
        // What was told once stays as it was, and to copy a call costs less here than whenever one settles.
        return calls.flatMap((call) => (matches(call) ? [{ ...call }] : []));
      },
      clear: () => {
        calls = [];
      },
    },
    begin: ({ service, operation, input, at, fault }) => {
      count += 1;
      const call: OpenCall = { number: count, service, operation, input, at, fault, outcome: running };
      calls.push(call);
      if (calls.length > kept * 1.1) calls = calls.slice(-kept);
      return (outcome, wholeInput) => {
        call.input = wholeInput;
        call.outcome = outcome;
      };
    },
  };
}
