/**
 * AWS's code for an error, the same whichever service and SDK class it came through: the wire's code where there is one,
 * without the suffix `Fault` or `Exception` (facts 0.1). `''` for what is not an error of AWS or of the SDK.
 *
 * @example
 * ```ts
 * awsErrorCode(error); // 'DBSnapshotNotFound', for the SDK's DBSnapshotNotFoundFault
 * ```
 */
export function awsErrorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  // RDS errors carry the wire's code as `Code`; system errors carry `code` and a name that says nothing.
  const { Code, name, code } = error as { readonly Code?: unknown; readonly name?: unknown; readonly code?: unknown };
  const wire = text(Code);
  if (wire !== '') return bare(wire);
  const named = text(name);
  if (named === 'TimeoutError') return named;
  if (text(code) !== '') return text(code);
  return named === 'Error' || named === 'AggregateError' || named === 'TypeError' ? '' : bare(named);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function bare(code: string): string {
  return code.replace(/(?:Fault|Exception)$/, '');
}

/** What the SDK says about the response to a request that failed. */
export function responseOf(error: unknown): {
  readonly httpStatus: number | undefined;
  readonly requestId: string | undefined;
  readonly attempts: number;
} {
  const metadata = (error as { readonly $metadata?: Record<string, unknown> } | undefined)?.$metadata ?? {};
  const { httpStatusCode, requestId, attempts } = metadata;
  return {
    httpStatus: typeof httpStatusCode === 'number' ? httpStatusCode : undefined,
    requestId: typeof requestId === 'string' ? requestId : undefined,
    attempts: typeof attempts === 'number' ? attempts : 1,
  };
}
