import type { OnProgress } from './progress.js';

/** How a call is carried out: the last argument of every asynchronous method. */
export interface CallOptions {
  /** Stops the call: it rejects with the signal's reason and leaves nothing behind. */
  readonly signal?: AbortSignal | undefined;
  /** Told what is going on while it goes on. An error thrown by it is the call's error. */
  readonly onProgress?: OnProgress | undefined;
  /** The instant after which the call gives up with `deadline-exceeded`. Default: each wait has a bound of its own. */
  readonly deadline?: Date | undefined;
}
