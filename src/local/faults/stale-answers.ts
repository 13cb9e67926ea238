import { Readable } from 'node:stream';
import { type Duration, parseDuration } from '../../core/duration.js';
import type { WireResponse } from '../wire/wire-service.js';
import type { CallLike } from './call-pattern.js';

/** Answers that are given again for a while to calls that ask the same. */
export interface StaleAnswers {
  /** The answer that still holds for such a call. */
  recall(call: CallLike, now: number): WireResponse | undefined;
  keep(call: CallLike, answer: WireResponse, now: number): void;
}

/** Makes an empty memory of answers, each good for `duration` from when it was given. */
export function createStaleAnswers(duration: Duration): StaleAnswers {
  const milliseconds = parseDuration(duration, 'fault.duration');
  const kept = new Map<string, { readonly answer: WireResponse; readonly until: number }>();
  return {
    recall: (call, now) => {
      const found = kept.get(keyOf(call));
      return found !== undefined && now < found.until ? found.answer : undefined;
    },
    keep: (call, answer, now) => {
      // A stream can be read only once.
      if (answer.body instanceof Readable) return;
      for (const [key, { until }] of kept) if (until <= now) kept.delete(key);
      kept.set(keyOf(call), { answer, until: now + milliseconds });
    },
  };
}

function keyOf({ service, operation, input }: CallLike): string {
  return JSON.stringify([service, operation, input]);
}
