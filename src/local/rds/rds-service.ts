import { randomUUID } from 'node:crypto';
import { parseQueryForm } from '../wire/query-form.js';
import { queryErrorResponse, queryResponse } from '../wire/query-xml.js';
import { readBody } from '../wire/read-body.js';
import { redactInput } from '../wire/redact-input.js';
import { WireFault } from '../wire/wire-fault.js';
import type { LifecycleScript, WireCall, WireRequest, WireResponse, WireService } from '../wire/wire-service.js';
import { accountOperations } from './account.js';
import { automatedBackupOperations } from './automated-backup-operations.js';
import { eventOperations } from './events.js';
import { instanceOperations } from './instances.js';
import { loadRdsModel, type OperationModel, type RdsModel } from './rds-model.js';
import type { OperationHandler, OperationTable, RdsSettings, RdsState } from './rds-state.js';
import { createRegistry } from './registry.js';
import { restoreOperations } from './restores.js';
import { snapshotOperations } from './snapshots.js';
import { tagOperations } from './tags.js';
import { createTimeline } from './timeline.js';

const version = '2014-10-31';
const namespace = 'http://rds.amazonaws.com/doc/2014-10-31/';

/** The RDS control plane: what it answers with, and the state behind it. */
export interface RdsService extends WireService {
  readonly state: RdsState;
}

/** Makes the control plane of a region that has nothing in it yet. */
export function createRdsService(settings: RdsSettings): RdsService {
  const state = newState(settings);
  const operations = allOperations();
  let model: Promise<RdsModel> | undefined;
  return {
    name: 'rds',
    state,
    parse: async (request) => {
      model ??= loadRdsModel();
      return parseCall(state, operations, await model, request);
    },
    errorResponse: (error) => queryErrorResponse(error, namespace, randomUUID()),
  };
}

function newState(settings: RdsSettings): RdsState {
  return {
    settings,
    timeline: createTimeline(settings.clock),
    instances: createRegistry(),
    snapshots: createRegistry(),
    retained: createRegistry(),
    events: [],
  };
}

function allOperations(): ReadonlyMap<string, OperationHandler<never, object | undefined>> {
  const families: readonly OperationTable[] = [
    instanceOperations,
    snapshotOperations,
    restoreOperations,
    automatedBackupOperations,
    eventOperations,
    tagOperations,
    accountOperations,
  ];
  return new Map(families.flatMap((family) => Object.entries(family)));
}

async function parseCall(
  state: RdsState,
  operations: ReadonlyMap<string, OperationHandler<never, object | undefined>>,
  model: RdsModel,
  request: WireRequest,
): Promise<WireCall> {
  const form = new URLSearchParams(await readBody(request.body));
  for (const [name, value] of request.query) if (!name.startsWith('X-Amz-')) form.append(name, value);
  const operation = form.get('Action');
  if (operation === null) throw new WireFault({ status: 400, code: 'MissingAction', message: 'Missing Action' });
  const handler = operations.get(operation);
  const shape = handler === undefined ? undefined : model(operation);
  if (handler === undefined || shape === undefined) {
    const message = `Could not find operation ${operation} for version ${form.get('Version') ?? version}`;
    return refusal(operation, new WireFault({ status: 400, code: 'InvalidAction', message }));
  }
  let input: Record<string, unknown>;
  try {
    input = parseQueryForm(shape.input, form);
  } catch (error) {
    return refusal(operation, error);
  }
  return {
    operation,
    input: redactInput(shape.input, input),
    run: (script) => answer(state, { operation, handler, shape, input }, script),
  };
}

interface Parsed {
  readonly operation: string;
  readonly handler: OperationHandler<never, object | undefined>;
  readonly shape: OperationModel;
  readonly input: Record<string, unknown>;
}

async function answer(state: RdsState, call: Parsed, script: LifecycleScript | undefined): Promise<WireResponse> {
  const requestId = randomUUID();
  try {
    state.timeline.settle();
    // The codec has read the input by the operation's own schema: it is what the handler takes.
    const output = await call.handler(state, call.input as never, script);
    state.timeline.settle();
    const result = call.shape.writeOutput?.(output ?? {});
    return queryResponse({ operation: call.operation, namespace, requestId }, result);
  } catch (error) {
    return queryErrorResponse(wireErrorOf(error), namespace, requestId);
  }
}

/** A call that is known to be wrong before it is run, so that it can still be struck by a fault and be recorded. */
function refusal(operation: string, error: unknown): WireCall {
  return { operation, input: {}, run: async () => queryErrorResponse(wireErrorOf(error), namespace, randomUUID()) };
}

function wireErrorOf(error: unknown): WireFault {
  if (error instanceof WireFault) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new WireFault({ status: 500, code: 'InternalFailure', message });
}
