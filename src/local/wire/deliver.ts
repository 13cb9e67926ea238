import type { Clock } from '../../core/clock.js';
import { parseDuration } from '../../core/duration.js';
import type { Fault } from '../faults/fault.js';
import type { Strike } from '../faults/faults.js';
import { alterAnswer, cutAnswer } from './damage-answer.js';
import type { LifecycleScript, WireCall, WireError, WireRequest, WireResponse, WireService } from './wire-service.js';

/** What a client gets for a request: an answer, or a connection that is reset. */
export type Delivery = { readonly kind: 'answer'; readonly response: WireResponse } | { readonly kind: 'reset' };

/** What {@link deliver} works with. */
export interface Delivering {
  readonly service: WireService;
  readonly request: WireRequest;
  readonly clock: Clock;
  /** Lets virtual time go on while nothing is done. */
  readonly release: () => void;
}

/** Carries a call out, unless the fault that strikes it says otherwise, and delivers what the fault leaves of the answer. */
export async function deliver(call: WireCall, strike: Strike | undefined, context: Delivering): Promise<Delivery> {
  if (strike === undefined) return answer(await call.run());
  const { fault } = strike;
  switch (fault.kind) {
    case 'error':
    case 'throttle':
    case 'expired-credentials':
      return answer(errorResponse(context.service, call, errorOf(fault)));
    case 'hang':
      context.release();
      await aborted(context.request.signal);
      return { kind: 'reset' };
    case 'drop-request':
      return { kind: 'reset' };
    case 'drop-response':
      discard(await call.run());
      return { kind: 'reset' };
    case 'half-answer': {
      const cut = cutAnswer(await call.run());
      return cut === undefined ? { kind: 'reset' } : answer(cut);
    }
    case 'altered-answer':
      return answer(alterAnswer(await call.run()));
    case 'delay':
      context.release();
      await context.clock.sleep(parseDuration(fault.duration, 'fault.duration'), { signal: context.request.signal });
      return answer(await call.run());
    case 'stale-reads': {
      if (strike.staleAnswer !== undefined) return answer(strike.staleAnswer);
      const fresh = await call.run();
      strike.remember(fresh);
      return answer(fresh);
    }
    case 'stuck':
    case 'takes':
    case 'ends-in':
      return answer(await call.run(fault satisfies LifecycleScript));
    default:
      return fault satisfies never;
  }
}

/** An error in the form that the client of this call understands. */
export function errorResponse(service: WireService, call: WireCall, error: WireError): WireResponse {
  return call.errorResponse?.(error) ?? service.errorResponse(error);
}

function answer(response: WireResponse): Delivery {
  return { kind: 'answer', response };
}

type ErrorFault = Extract<Fault, { kind: 'error' | 'throttle' | 'expired-credentials' }>;

function errorOf(fault: ErrorFault): { readonly code: string; readonly status: number; readonly message: string } {
  switch (fault.kind) {
    case 'throttle':
      return { code: 'ThrottlingException', status: 400, message: 'Rate exceeded' };
    case 'expired-credentials':
      return { code: 'ExpiredToken', status: 403, message: 'The security token included in the request is expired' };
    default:
      return { code: fault.code, status: fault.status ?? 400, message: fault.message ?? `${fault.code} on demand` };
  }
}

/** Nobody will read it: a stream holds a file open until it is closed. */
function discard({ body }: WireResponse): void {
  if (typeof body === 'object' && 'destroy' in body) body.destroy();
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
