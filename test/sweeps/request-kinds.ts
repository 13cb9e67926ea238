import type { HttpRequest } from '@smithy/core/protocols';

/** `CreateDBSnapshot`, `PutObject`: RDS names it in the form, S3 has its method and its query. */
export function operationOf({ method, query, body }: HttpRequest): string {
  const action = /(?:^|&)Action=(\w+)/.exec(String(typeof body === 'string' ? body : ''))?.[1];
  if (action !== undefined) return action;
  const named = query['x-id'];
  if (typeof named === 'string') return named;
  return `${method} ${Object.keys(query).sort().join(' ')}`.trim();
}

/** What lies in the archive, by what its key is like. */
const subjects: readonly (readonly [RegExp, string])[] = [
  [/\/journals\/drill-[^/]+\/lease\.json$/, 'lease of the run'],
  [/\/journals\/[^/]+\/lease\.json$/, 'lease of the plan'],
  [/\/journals\/drill-[^/]+\/entries\//, 'entry of the run'],
  [/\/journals\/[^/]+\/entries\//, 'entry of the plan'],
  [/\/evidence\/verified\//, 'mark'],
  [/\/evidence\//, 'evidence'],
  [/\.manifest\.json$/, 'manifest'],
  [/\/manual\//, 'archive'],
];

/** Which phase a drill is in once it has put an entry into its journal, or into that of its plan. */
const phases: Readonly<Record<string, string>> = {
  'drill-begun': 'choose',
  'drill-decided': 'restore',
  'drill-found': 'tear down',
  'drill-judged': 'store',
  'restore-from-snapshot': 'make',
  'restore-to-point-in-time': 'make',
  'create-database': 'make',
  'restore-cache': 'make',
  'wait-for-instance': 'wait',
  'wait-for-cache': 'wait',
  'restore-archive': 'fill',
  analyze: 'fill',
  'check-candidate': 'check',
  'check-cache': 'check',
};

/** Tells requests apart by what they ask for and how far those who ask have come. */
export interface KindReader {
  /** How far they have come, which is told by the entries that they put into their journals. */
  phase(): string;
  /** `tear down: GetObject entry of the plan`. A retry is no request of its own: `undefined`. */
  kindOf(request: HttpRequest): string | undefined;
}

export function createKindReader(): KindReader {
  let phase = 'begin';
  const kindOf = (request: HttpRequest): string | undefined => {
    if (!(request.headers['amz-sdk-request'] ?? 'attempt=1').startsWith('attempt=1')) return undefined;
    const operation = operationOf(request);
    const subject = subjects.find(([pattern]) => pattern.test(request.path))?.[1];
    // A lease is renewed in passing, now before this request and now after that one.
    if (subject?.startsWith('lease')) return `${operation} ${subject}`;
    const kind = `${phase}: ${operation}${subject === undefined ? '' : ` ${subject}`}`;
    if (operation === 'PutObject' && subject?.startsWith('entry')) phase = phaseAfter(bodyOf(request)) ?? phase;
    return kind;
  };
  return { phase: () => phase, kindOf };
}

interface Entry {
  readonly kind?: unknown;
  readonly step?: unknown;
}

function phaseAfter({ kind, step }: Entry): string | undefined {
  return kind === 'step-begun' ? (phases[String(step)] ?? String(step)) : phases[String(kind)];
}

function bodyOf({ body }: HttpRequest): Entry {
  return JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body as Uint8Array)) as Entry;
}
