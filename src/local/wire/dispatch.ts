import type { Clock } from '../../core/clock.js';
import { parseDuration } from '../../core/duration.js';
import type { CallOutcome, CallRecorder } from '../calls.js';
import type { Fault, FaultBook } from '../faults.js';
import { holdClock } from '../hold-clock.js';
import { queryErrorResponse } from './query-xml.js';
import { serviceOf } from './route-request.js';
import { WireFault } from './wire-fault.js';
import type { LifecycleScript, WireCall, WireError, WireRequest, WireResponse, WireService } from './wire-service.js';

/** What a client gets for a request: an answer, or a connection that is reset. */
export type Delivery = { readonly kind: 'answer'; readonly response: WireResponse } | { readonly kind: 'reset' };

/** Takes a request to its service, past the faults, and keeps the record. Never rejects. */
export type Dispatch = (request: WireRequest) => Promise<Delivery>;

/** What {@link createDispatch} works with. */
export interface DispatchOptions {
  readonly services: readonly WireService[];
  readonly faults: FaultBook;
  readonly recorder: CallRecorder;
  readonly clock: Clock;
}

/** Makes the one way in that the HTTP server and the in-process handler share. */
export function createDispatch(options: DispatchOptions): Dispatch {
  const services = new Map(options.services.map((service) => [service.name, service]));
  return async (request) => {
    // Virtual time stands still while a request is served, else a poller elsewhere would run away with it.
    const release = holdClock(options.clock);
    try {
      const name = serviceOf(request);
      const service = services.get(name);
      if (service === undefined) return unknownService(name);
      return await serve(service, request, options, release);
    } finally {
      release();
    }
  };
}

async function serve(
  service: WireService,
  request: WireRequest,
  options: DispatchOptions,
  release: () => void,
): Promise<Delivery> {
  let call: WireCall;
  try {
    call = await service.parse(request);
  } catch (error) {
    call = { operation: undefined, input: {}, run: async () => service.errorResponse(wireErrorOf(error)) };
  }
  const { operation, input } = call;
  const fault = options.faults.strike(service.name, operation);
  const settle = options.recorder.begin({ service: service.name, operation, input, at: options.clock.now(), fault });
  try {
    const delivery = await deliver(service, call, fault, { request, clock: options.clock, release });
    settle(outcomeOf(delivery, fault));
    return delivery;
  } catch (error) {
    if (request.signal.aborted) {
      settle({ kind: 'dropped', acted: false });
      return { kind: 'reset' };
    }
    const response = errorResponse(service, call, wireErrorOf(error));
    settle(outcomeOf({ kind: 'answer', response }, fault));
    return { kind: 'answer', response };
  }
}

interface Delivering {
  readonly request: WireRequest;
  readonly clock: Clock;
  readonly release: () => void;
}

async function deliver(
  service: WireService,
  call: WireCall,
  fault: Fault | undefined,
  context: Delivering,
): Promise<Delivery> {
  switch (fault?.kind) {
    case undefined:
      return { kind: 'answer', response: await call.run() };
    case 'error': {
      const { code, status = 400, message = `${code} on demand` } = fault;
      return { kind: 'answer', response: errorResponse(service, call, { code, status, message }) };
    }
    case 'throttle': {
      const error = { code: 'ThrottlingException', status: 400, message: 'Rate exceeded' };
      return { kind: 'answer', response: errorResponse(service, call, error) };
    }
    case 'hang':
      context.release();
      await aborted(context.request.signal);
      return { kind: 'reset' };
    case 'drop-request':
      return { kind: 'reset' };
    case 'drop-response':
      await call.run();
      return { kind: 'reset' };
    case 'delay':
      context.release();
      await context.clock.sleep(parseDuration(fault.duration, 'fault.duration'), { signal: context.request.signal });
      return { kind: 'answer', response: await call.run() };
    case 'stuck':
    case 'ends-in':
      return { kind: 'answer', response: await call.run(fault satisfies LifecycleScript) };
    default:
      return fault satisfies never;
  }
}

function errorResponse(service: WireService, call: WireCall, error: WireError): WireResponse {
  return call.errorResponse?.(error) ?? service.errorResponse(error);
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function outcomeOf(delivery: Delivery, fault: Fault | undefined): CallOutcome {
  if (delivery.kind === 'reset') return { kind: 'dropped', acted: fault?.kind === 'drop-response' };
  const { status, body } = delivery.response;
  if (status < 400) return { kind: 'answered', status };
  const text = typeof body === 'string' ? body : '';
  // Other protocols than XML say it in a header too.
  const [named] = delivery.response.headers['x-amzn-query-error']?.split(';') ?? [];
  const code = named ?? /<Code>([^<]*)<\/Code>/.exec(text)?.[1] ?? String(status);
  return { kind: 'refused', status, code, message: /<Message>([^<]*)<\/Message>/.exec(text)?.[1] ?? '' };
}

function wireErrorOf(error: unknown): WireFault {
  if (error instanceof WireFault) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new WireFault({ status: 500, code: 'InternalFailure', message });
}

function unknownService(name: string): Delivery {
  const message = `this local region has no service named ${name}`;
  return {
    kind: 'answer',
    response: queryErrorResponse({ status: 404, code: 'UnknownService', message }, '', 'unknown'),
  };
}
