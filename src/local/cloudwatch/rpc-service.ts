import { randomUUID } from 'node:crypto';
import type { OperationHandler, OperationTable } from '../control-plane/query-service.js';
import { type OperationModel, type ServiceModel, serviceModel } from '../control-plane/service-model.js';
import { readBytes } from '../wire/read-body.js';
import { faultOf, WireFault } from '../wire/wire-fault.js';
import type { WireCall, WireRequest, WireResponse, WireService } from '../wire/wire-service.js';
import { jsonProtocol, protocolOf, type RpcProtocol } from './rpc-protocol.js';

/** A service that is called in one of several protocols. */
export interface RpcServiceOptions<State> {
  readonly name: string;
  readonly version: string;
  readonly namespace: string;
  /** Loads the module of the SDK's client, with the service's schemas, when the first request comes. */
  readonly loadClient: () => Promise<Readonly<Record<string, unknown>>>;
  readonly state: State;
  readonly operations: OperationTable<State>;
}

/** Makes a service out of its model and the behaviour of its operations. */
export function createRpcService<State>(options: RpcServiceOptions<State>): WireService {
  let model: Promise<ServiceModel> | undefined;
  return {
    name: options.name,
    parse: async (request) => {
      model ??= options.loadClient().then(serviceModel);
      return parseCall(options, await model, request);
    },
    errorResponse: (error) => jsonProtocol.refuse(error, randomUUID()),
  };
}

async function parseCall<State>(
  service: RpcServiceOptions<State>,
  model: ServiceModel,
  request: WireRequest,
): Promise<WireCall> {
  const protocol = await protocolOf(request, service.namespace);
  const errorResponse: WireCall['errorResponse'] = (error) => protocol.refuse(error, randomUUID());
  const refuse = (operation: string | undefined, error: unknown): WireCall => ({
    operation,
    input: {},
    run: async () => errorResponse(faultOf(error)),
    errorResponse,
  });
  const body = await readBytes(request.body);
  const operation = protocol.operation(request, body);
  const handler =
    operation !== undefined && Object.hasOwn(service.operations, operation) ? service.operations[operation] : undefined;
  const shape = operation === undefined ? undefined : model(operation);
  if (operation === undefined || handler === undefined || shape === undefined) {
    const message = `Could not find operation ${operation} for version ${service.version}`;
    return refuse(operation, new WireFault({ status: 400, code: 'InvalidAction', message }));
  }
  try {
    const input = protocol.read(shape, body);
    return {
      operation,
      input: shape.redact(input),
      run: () => answer(service, protocol, { operation, handler, shape, input }),
      errorResponse,
    };
  } catch (error) {
    return refuse(operation, error);
  }
}

interface Parsed<State> {
  readonly operation: string;
  readonly handler: OperationHandler<State, never, object | undefined>;
  readonly shape: OperationModel;
  readonly input: Record<string, unknown>;
}

async function answer<State>(
  { state }: RpcServiceOptions<State>,
  protocol: RpcProtocol,
  { operation, handler, shape, input }: Parsed<State>,
): Promise<WireResponse> {
  const requestId = randomUUID();
  try {
    // The codec has read the input by the operation's own schema: it is what the handler takes.
    const output = await handler(state, input as never, undefined);
    return protocol.answer({ operation, shape, requestId }, output ?? {});
  } catch (error) {
    return protocol.refuse(faultOf(error), requestId);
  }
}
