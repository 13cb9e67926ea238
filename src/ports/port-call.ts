/** A call to a port can always be stopped: it then rejects with the signal's reason. */
export interface PortCall {
  readonly signal?: AbortSignal | undefined;
}
