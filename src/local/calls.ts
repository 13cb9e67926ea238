import type { Fault } from './faults.js';

/** How a call ended for its caller. */
export type CallOutcome =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'refused'; readonly status: number; readonly code: string; readonly message: string }
  /** The connection was reset; `acted` says whether the call had been carried out. */
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
  /** The calls, the newest last; of one operation if it is named. */
  list(operation?: string): readonly RecordedCall[];
  /** Forgets them; the numbers go on. */
  clear(): void;
}

/** The log and the hand that writes it. */
export interface CallRecorder {
  readonly log: CallLog;
  /** Adds a call; the returned function says how it ended. */
  begin(call: Omit<RecordedCall, 'number' | 'outcome'>): (outcome: CallOutcome) => void;
}

/** What is kept at most, so that a region that runs for weeks does not grow without end; the oldest calls go first. */
const kept = 100_000;

/** Makes an empty log. */
export function createCallRecorder(): CallRecorder {
  let calls: { call: RecordedCall }[] = [];
  let count = 0;
  return {
    log: {
      list: (operation) =>
        calls.flatMap(({ call }) => (operation === undefined || call.operation === operation ? [call] : [])),
      clear: () => {
        calls = [];
      },
    },
    begin: (call) => {
      count += 1;
      const entry = { call: { ...call, number: count, outcome: { kind: 'running' } } as RecordedCall };
      calls.push(entry);
      if (calls.length > kept * 1.1) calls = calls.slice(-kept);
      return (outcome) => {
        entry.call = { ...entry.call, outcome };
      };
    },
  };
}
