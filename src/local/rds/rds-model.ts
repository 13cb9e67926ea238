import { NormalizedSchema } from '@smithy/core/schema';
import { createXmlWriter, type XmlWriter } from '../wire/query-xml.js';

/** What the service's model says about one operation. */
export interface OperationModel {
  readonly input: NormalizedSchema;
  /** Writes the typed output; `undefined` where the operation has none. */
  readonly writeOutput: XmlWriter | undefined;
}

/** Looks up an operation of the service's model; `undefined` if the service has none of that name. */
export type RdsModel = (operation: string) => OperationModel | undefined;

/**
 * Loads the model that comes with the SDK's client. Importing the client takes longer than everything else the region does
 * to start, so that it is left to the first request.
 */
export async function loadRdsModel(): Promise<RdsModel> {
  const client: Readonly<Record<string, unknown>> = await import('@aws-sdk/client-rds');
  const known = new Map<string, OperationModel | undefined>();
  return (operation) => {
    if (!known.has(operation)) known.set(operation, modelOf(client[`${operation}$`]));
    return known.get(operation);
  };
}

/** The schema of an operation is the tuple [9, namespace, name, traits, () => input, () => output]. */
function modelOf(schema: unknown): OperationModel | undefined {
  if (!Array.isArray(schema) || schema[0] !== 9) return undefined;
  const output = NormalizedSchema.of(schema[5]());
  return {
    input: NormalizedSchema.of(schema[4]()),
    writeOutput: output.isStructSchema() ? createXmlWriter(output) : undefined,
  };
}
