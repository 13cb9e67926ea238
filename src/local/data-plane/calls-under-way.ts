/** Calls under way, so that a close can wait for the last of them. */
export interface CallsUnderWay {
  /** Makes a call, and counts it as under way until it settles. */
  readonly during: <Result>(call: () => Promise<Result>) => Promise<Result>;
  /** Settles when nothing is under way any more. */
  readonly settled: () => Promise<void>;
}

/** Counts calls. */
export function countCalls(): CallsUnderWay {
  const calls = new Set<Promise<unknown>>();
  return {
    during: async (call) => {
      const underWay = call();
      calls.add(underWay);
      try {
        return await underWay;
      } finally {
        calls.delete(underWay);
      }
    },
    settled: async () => {
      await Promise.allSettled(calls);
    },
  };
}
