import type { PortCall } from '../ports/port-call.js';
import { type AwsRequest, translateAwsError } from './translate-aws-error.js';

/**
 * Makes one request. An abort rejects with the signal's reason, whatever the SDK makes of it; every other error is
 * translated.
 */
export async function callAws<T>(request: AwsRequest, call: PortCall | undefined, send: () => Promise<T>): Promise<T> {
  call?.signal?.throwIfAborted();
  try {
    return await send();
  } catch (error) {
    call?.signal?.throwIfAborted();
    throw translateAwsError(error, request);
  }
}
