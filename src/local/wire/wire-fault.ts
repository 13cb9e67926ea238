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
