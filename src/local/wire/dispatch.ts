import { type Clock, systemClock } from '../../core/clock.js';
import type { CallOutcome, CallRecorder } from '../calls.js';
import type { Fault } from '../faults/fault.js';
import type { FaultBook } from '../faults/faults.js';
import { holdClock } from '../hold-clock.js';
import { type Delivery, deliver, errorResponse } from './deliver.js';
import { drainBody } from './drain-body.js';
import { queryErrorResponse } from './query-xml.js';
import { type SignatureScope, serviceOf, signatureScope } from './route-request.js';
import { checkSignatureDate } from './signature-date.js';
import { faultOf } from './wire-fault.js';
import type { WireCall, WireRequest, WireResponse, WireService } from './wire-service.js';

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
      const scope = signatureScope(request);
      const name = serviceOf(request, scope);
      const service = services.get(name);
      if (service === undefined) return unknownService(name);
      return await serve({ service, request, scope }, options, release);
    } finally {
      release();
    }
  };
}

interface Arrived {
  readonly service: WireService;
  readonly request: WireRequest;
  readonly scope: SignatureScope | undefined;
}

async function serve(arrived: Arrived, options: DispatchOptions, release: () => void): Promise<Delivery> {
  const { service, request } = arrived;
  const call = refuseWrongDate(arrived, await parse(service, request));
  const { operation, input } = call;
  const at = options.clock.now();
  const strike = options.faults.strike({ service: service.name, operation, input }, at);
  const fault = strike?.fault;
  const settle = options.recorder.begin({ service: service.name, operation, input, at, fault });
  try {
    const delivery = await deliver(call, strike, { service, request, clock: options.clock, release });
    // Of some calls the whole input is known only when their body has been read.
    settle(outcomeOf(delivery, fault), call.input);
    return delivery;
  } catch (error) {
    if (request.signal.aborted) {
      settle({ kind: 'dropped', acted: false }, call.input);
      return { kind: 'reset' };
    }
    const response = errorResponse(service, call, faultOf(error));
    settle(outcomeOf({ kind: 'answer', response }, fault), call.input);
    return { kind: 'answer', response };
  }
}

async function parse(service: WireService, request: WireRequest): Promise<WireCall> {
  try {
    return await service.parse(request);
  } catch (error) {
    return { operation: undefined, input: {}, run: async () => service.errorResponse(faultOf(error)) };
  }
}

/** The call, or, if it was signed at the wrong time, one that does nothing but say so. */
function refuseWrongDate({ service, request, scope }: Arrived, call: WireCall): WireCall {
  // Clients sign by the machine's time, whatever clock the region lives by.
  const error = checkSignatureDate(request, scope, systemClock.now());
  if (error === undefined) return call;
  const run = async (): Promise<WireResponse> => {
    await drainBody(request);
    return errorResponse(service, call, error);
  };
  return { operation: call.operation, input: call.input, run };
}

function outcomeOf(delivery: Delivery, fault: Fault | undefined): CallOutcome {
  if (delivery.kind === 'reset' || fault?.kind === 'half-answer')
    return { kind: 'dropped', acted: fault?.kind === 'drop-response' || fault?.kind === 'half-answer' };
  const { status, body } = delivery.response;
  if (status < 400) return { kind: 'answered', status };
  const text = typeof body === 'string' ? body : '';
  // Other protocols than XML say it in a header too.
  const [named] = delivery.response.headers['x-amzn-query-error']?.split(';') ?? [];
  const code = named ?? /<Code>([^<]*)<\/Code>/.exec(text)?.[1] ?? String(status);
  return { kind: 'refused', status, code, message: /<Message>([^<]*)<\/Message>/.exec(text)?.[1] ?? '' };
}

function unknownService(name: string): Delivery {
  const message = `this local region has no service named ${name}`;
  return {
    kind: 'answer',
    response: queryErrorResponse({ status: 404, code: 'UnknownService', message }, '', 'unknown'),
  };
}
