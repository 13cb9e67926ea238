import { NormalizedSchema } from '@smithy/core/schema';
import { createFormReader, type FormReader } from '../wire/query-form.js';
import { createXmlWriter, type XmlWriter } from '../wire/query-xml.js';
import { createRedactor } from '../wire/redact-input.js';

/** What a service's model says about one operation. */
export interface OperationModel {
  readonly input: NormalizedSchema;
  readonly readForm: FormReader;
  /** The input without its secrets. */
  readonly redact: ReturnType<typeof createRedactor>;
  /** Writes the typed output; `undefined` where the operation has none. */
  readonly writeOutput: XmlWriter | undefined;
}

/** Looks up an operation of a service's model; `undefined` if the service has none of that name. */
export type ServiceModel = (operation: string) => OperationModel | undefined;

/** The model that comes with an SDK client's module. Schemas are walked when an operation is first asked for. */
export function serviceModel(client: Readonly<Record<string, unknown>>): ServiceModel {
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
  const input = NormalizedSchema.of(schema[4]());
  return {
    input,
    readForm: createFormReader(input),
    redact: createRedactor(input),
    writeOutput: output.isStructSchema() ? createXmlWriter(output) : undefined,
  };
}
