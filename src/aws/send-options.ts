import type { PortCall } from '../ports/port-call.js';

/** How the SDK is told to stop, and to wait longer than usual for an answer. */
export function sendOptions(
  call: PortCall | undefined,
  requestTimeout?: number,
): { abortSignal?: AbortSignal; requestTimeout?: number } {
  return {
    ...(call?.signal === undefined ? {} : { abortSignal: call.signal }),
    ...(requestTimeout === undefined ? {} : { requestTimeout }),
  };
}
