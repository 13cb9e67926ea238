import { randomUUID } from 'node:crypto';
import { queryErrorResponse, queryResponse } from '../wire/query-xml.js';
import { readBody } from '../wire/read-body.js';
import { faultOf, WireFault } from '../wire/wire-fault.js';
import type { LifecycleScript, WireCall, WireRequest, WireResponse, WireService } from '../wire/wire-service.js';
import { type OperationModel, type ServiceModel, serviceModel } from './service-model.js';
import type { Timeline } from './timeline.js';

/** What an operation does: from the typed input, over the state, to the typed output. */
export type OperationHandler<State, Input, Output> = (
  state: State,
  input: Input,
  script: LifecycleScript | undefined,
) => Output | Promise<Output>;

/** The operations of one family. The input's type is the handler's own; the codec gives it what the model says. */
export type OperationTable<State> = Readonly<Record<string, OperationHandler<State, never, object | undefined>>>;

/** A service that speaks the AWS Query protocol. */
export interface QueryServiceOptions<State extends { readonly timeline: Timeline }> {
  readonly name: string;
  readonly version: string;
  readonly namespace: string;
  /**
   * Loads the module of the SDK's client, with the service's schemas. It takes longer than everything else the region does to
   * start, so that it is left to the first request.
   */
  readonly loadClient: () => Promise<Readonly<Record<string, unknown>>>;
  readonly state: State;
  readonly operations: readonly OperationTable<State>[];
}

interface Service<State extends { readonly timeline: Timeline }> extends QueryServiceOptions<State> {
  readonly handlers: ReadonlyMap<string, OperationHandler<State, never, object | undefined>>;
}

/** Makes a service out of its model and the behaviour of its operations. */
export function createQueryService<State extends { readonly timeline: Timeline }>(
  options: QueryServiceOptions<State>,
): WireService {
  const handlers = new Map(options.operations.flatMap((family) => Object.entries(family)));
  const service: Service<State> = { ...options, handlers };
  let model: Promise<ServiceModel> | undefined;
  return {
    name: options.name,
    parse: async (request) => {
      model ??= options.loadClient().then(serviceModel);
      return parseCall(service, await model, request);
    },
    errorResponse: (error) => queryErrorResponse(error, options.namespace, randomUUID()),
  };
}

async function parseCall<State extends { readonly timeline: Timeline }>(
  service: Service<State>,
  model: ServiceModel,
  request: WireRequest,
): Promise<WireCall> {
  const form = new URLSearchParams(await readBody(request.body));
  for (const [name, value] of request.query) if (!name.startsWith('X-Amz-')) form.append(name, value);
  const operation = form.get('Action');
  if (operation === null) throw new WireFault({ status: 400, code: 'MissingAction', message: 'Missing Action' });
  const version = form.get('Version') ?? service.version;
  const handler = version === service.version ? service.handlers.get(operation) : undefined;
  const shape = handler === undefined ? undefined : model(operation);
  const refuse = (error: unknown): WireCall => ({
    operation,
    input: {},
    // It is known to be wrong before it is run, and can still be struck by a fault and be recorded.
    run: async () => queryErrorResponse(faultOf(error), service.namespace, randomUUID()),
  });
  if (handler === undefined || shape === undefined) {
    const message = `Could not find operation ${operation} for version ${version}`;
    return refuse(new WireFault({ status: 400, code: 'InvalidAction', message }));
  }
  let input: Record<string, unknown>;
  try {
    input = shape.readForm(form);
  } catch (error) {
    return refuse(error);
  }
  return {
    operation,
    input: shape.redact(input),
    run: (script) => answer(service, { operation, handler, shape, input }, script),
  };
}

interface Parsed<State> {
  readonly operation: string;
  readonly handler: OperationHandler<State, never, object | undefined>;
  readonly shape: OperationModel;
  readonly input: Record<string, unknown>;
}

async function answer<State extends { readonly timeline: Timeline }>(
  { state, namespace }: Service<State>,
  call: Parsed<State>,
  script: LifecycleScript | undefined,
): Promise<WireResponse> {
  const requestId = randomUUID();
  try {
    state.timeline.settle();
    // The codec has read the input by the operation's own schema: it is what the handler takes.
    const output = await call.handler(state, call.input as never, script);
    state.timeline.settle();
    const result = call.shape.writeOutput?.(output ?? {});
    return queryResponse({ operation: call.operation, namespace, requestId }, result);
  } catch (error) {
    return queryErrorResponse(faultOf(error), namespace, requestId);
  }
}
