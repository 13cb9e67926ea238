import { NormalizedSchema } from '@smithy/core/schema';
import { createRedactor } from '../wire/redact-input.js';
import type { WireRequest } from '../wire/wire-service.js';

/** Where a member of an input or output travels. */
export interface Binding {
  readonly member: string;
  readonly at: 'label' | 'header' | 'query' | 'prefix-headers' | 'payload' | 'document';
  /** The header in lower case, the query parameter, or the prefix. */
  readonly name: string;
  readonly schema: NormalizedSchema;
}

/** One operation of the service's model, with what a request for it looks like. */
export interface S3Route {
  readonly operation: string;
  readonly method: string;
  readonly level: 'service' | 'bucket' | 'object';
  readonly status: number;
  /** Query parameters and headers without which a request is for another operation. */
  readonly query: readonly (readonly [name: string, value: string | undefined])[];
  readonly headers: readonly string[];
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  /** The input without its secrets. */
  readonly redact: ReturnType<typeof createRedactor>;
  readonly reads: readonly Binding[];
  readonly writes: readonly Binding[];
  /** Whether checksums in the headers of a request are those of its body. */
  readonly checksummed: boolean;
  /** Whether the answer is one bare element rather than a structure. */
  readonly unwrapped: boolean;
}

type OperationSchema = readonly [
  kind: 9,
  namespace: string,
  name: string,
  traits: {
    readonly http: readonly [method: string, path: string, status: number];
    readonly httpChecksum?: unknown;
  },
  input: Parameters<typeof NormalizedSchema.of>[0],
  output: Parameters<typeof NormalizedSchema.of>[0],
];

/** Operations of other kinds of bucket, or of other endpoints, whose requests look like those of plain S3. */
const elsewhere: ReadonlySet<string> = new Set(['ListDirectoryBuckets', 'WriteGetObjectResponse', 'CreateSession']);

/** Every operation of S3, from the model inside the SDK; loaded on the first request, because the SDK takes long to load. */
export async function loadS3Routes(): Promise<readonly S3Route[]> {
  const model: readonly unknown[] = Object.values(await import('@aws-sdk/client-s3'));
  return model
    .filter(isOperation)
    .filter((operation) => !elsewhere.has(operation[2]))
    .map(routeOf);
}

/** The operation that a request is for: of all that fit, the one that demands the most. */
export function findRoute(
  routes: readonly S3Route[],
  request: WireRequest,
  level: S3Route['level'],
): S3Route | undefined {
  let best: S3Route | undefined;
  for (const route of routes) {
    if (route.method !== request.method || route.level !== level || !fits(route, request)) continue;
    if (best === undefined || demands(route) > demands(best)) best = route;
  }
  return best;
}

function fits(route: S3Route, request: WireRequest): boolean {
  return (
    route.headers.every((name) => request.headers[name] !== undefined) &&
    route.query.every(
      ([name, value]) => request.query.has(name) && (value === undefined || request.query.get(name) === value),
    )
  );
}

function demands(route: S3Route): number {
  return route.query.length + route.headers.length;
}

function isOperation(value: unknown): value is OperationSchema {
  return Array.isArray(value) && value[0] === 9;
}

function routeOf([, , operation, traits, inputRef, outputRef]: OperationSchema): S3Route {
  const [method, uri, status] = traits.http;
  const [path = '/', literals = ''] = uri.split('?');
  const input = NormalizedSchema.of(inputRef);
  const output = NormalizedSchema.of(outputRef);
  const reads = bindingsOf(input);
  const required = requiredMembers(input);
  const level = path !== '/' ? 'object' : reads.some(({ member }) => member === 'Bucket') ? 'bucket' : 'service';
  const fixed = [...new URLSearchParams(literals)]
    .filter(([name]) => name !== 'x-id')
    .map(([name, value]) => [name, value === '' ? undefined : value] as const);
  const writes = bindingsOf(output);
  const [only] = writes;
  const demanded = reads.filter(({ member }) => required.has(member));
  return {
    operation,
    method,
    level,
    status,
    query: [...fixed, ...demanded.filter(({ at }) => at === 'query').map(({ name }) => [name, undefined] as const)],
    headers: demanded.filter(({ at }) => at === 'header').map(({ name }) => name),
    input,
    output,
    redact: createRedactor(input),
    reads,
    writes,
    checksummed: traits.httpChecksum !== undefined,
    unwrapped: writes.length === 1 && only !== undefined && output.getMergedTraits().xmlName === only.member,
  };
}

/** A structure's schema lists the required members first and ends with their number. */
function requiredMembers(structure: NormalizedSchema): ReadonlySet<string> {
  const schema: unknown = structure.getSchema();
  if (!Array.isArray(schema)) return new Set();
  const [, , , , members, , count] = schema as readonly unknown[];
  return new Set(Array.isArray(members) && typeof count === 'number' ? (members as string[]).slice(0, count) : []);
}

function bindingsOf(structure: NormalizedSchema): readonly Binding[] {
  if (!structure.isStructSchema()) return [];
  return [...structure.structIterator()].map(([member, schema]): Binding => {
    const traits = schema.getMergedTraits();
    if (traits.httpLabel) return { member, at: 'label', name: member, schema };
    if (traits.httpHeader) return { member, at: 'header', name: traits.httpHeader.toLowerCase(), schema };
    if (traits.httpQuery) return { member, at: 'query', name: traits.httpQuery, schema };
    if (traits.httpPrefixHeaders) return { member, at: 'prefix-headers', name: traits.httpPrefixHeaders, schema };
    return { member, at: traits.httpPayload ? 'payload' : 'document', name: member, schema };
  });
}
