import type { WireError } from './wire-service.js';

/** What a service's behaviour throws to answer with an error of the service. */
export class WireFault extends Error implements WireError {
  override readonly name = 'WireFault';
  readonly status: number;
  readonly code: string;

  constructor(error: WireError) {
    super(error.message);
    this.status = error.status;
    this.code = error.code;
  }
}

/** What the service answers with when this was thrown: its own error, or that it failed. */
export function faultOf(error: unknown): WireFault {
  if (error instanceof WireFault) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new WireFault({ status: 500, code: 'InternalFailure', message });
}
