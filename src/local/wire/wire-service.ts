import type { Readable } from 'node:stream';
import type { Duration } from '../../core/duration.js';

/** A request as it came over HTTP or from an in-process client, read no further than its head. */
export interface WireRequest {
  readonly method: string;
  /** Path as sent, still percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal;
}

/** A whole answer; the body may still be streaming. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | Readable;
}

/** An error as a service would send it. */
export interface WireError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** What a fault on demand makes of the thing that a call sets in motion; services without lifecycles ignore it. */
export type LifecycleScript =
  /** It never leaves a status: the one given, or the first it would have. */
  | { readonly kind: 'stuck'; readonly status?: string | undefined }
  /** Its first stretch, such as `creating`, takes so long on the region's clock. */
  | { readonly kind: 'takes'; readonly duration: Duration }
  /** It ends in a status such as `incompatible-restore` instead of `available`. */
  | { readonly kind: 'ends-in'; readonly status: string; readonly message?: string | undefined };

/** What has been made out of a request before anything is done: enough to inject a fault and to record the call. */
export interface WireCall {
  /** The operation's name in the service's model, such as `CreateDBSnapshot` or `PutObject`; `undefined` if there is none. */
  readonly operation: string | undefined;
  /** The typed input, secrets masked, for faults and the record of calls: as far as it is known before the body is consumed, and whole once `run` has settled. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Does it. Settles with the service's error answer, never rejects for a wrong request. */
  run(script?: LifecycleScript | undefined): Promise<WireResponse>;
  /** An error in the protocol of this very request, where the service speaks several. */
  readonly errorResponse?: ((error: WireError) => WireResponse) | undefined;
}

/** One AWS service spoken by the local region. */
export interface WireService {
  /** The name in the credential scope of a signed request, such as `rds` or `s3`. */
  readonly name: string;
  /** Parses a request. */
  parse(request: WireRequest): Promise<WireCall>;
  /** The service's own form of an error, for faults on demand. */
  errorResponse(error: WireError): WireResponse;
}
