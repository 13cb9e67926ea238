import type { Duration } from '../../core/duration.js';
import type { LifecycleScript } from '../wire/wire-service.js';

/** Something that goes wrong with a call. */
export type Fault =
  /** The service answers with an error and does nothing. `status` is 400 if not given. */
  | {
      readonly kind: 'error';
      readonly code: string;
      readonly status?: number | undefined;
      readonly message?: string | undefined;
    }
  /** The service answers `ThrottlingException`, or `SlowDown` if it is S3, and does nothing. */
  | { readonly kind: 'throttle' }
  /** The service answers `ExpiredToken` and does nothing. */
  | { readonly kind: 'expired-credentials' }
  /** No answer ever comes; nothing is done. Ends when the client gives up. */
  | { readonly kind: 'hang' }
  /** The connection is reset before anything is done. */
  | { readonly kind: 'drop-request' }
  /** The call is carried out, and the connection is reset instead of answering. */
  | { readonly kind: 'drop-response' }
  /** The call is carried out, and the connection is reset when half of the answer's body has been sent. */
  | { readonly kind: 'half-answer' }
  /** The call is carried out, and one byte in the middle of the answer's body is not what it was. The headers, with their checksums, are. */
  | { readonly kind: 'altered-answer' }
  /** The call is carried out after a while on the region's clock. */
  | { readonly kind: 'delay'; readonly duration: Duration }
  /**
   * The call is answered, and for so long every matching call with the same input gets the same answer again, whatever has
   * happened since. Answers that stream, such as an object's bytes, are not repeated.
   */
  | { readonly kind: 'stale-reads'; readonly duration: Duration }
  /** What the call sets in motion never leaves a status, or ends in a bad one. */
  | LifecycleScript;
