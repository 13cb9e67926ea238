import type { WireRequest } from './wire-service.js';

/**
 * The service that a request is for: the name in the credential scope of its signature. An unsigned request is for `rds` if
 * it posts a form, else for `s3`.
 */
export function serviceOf(request: WireRequest, scope: SignatureScope | undefined): string {
  if (scope !== undefined) return scope[2];
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  return request.method === 'POST' && isForm ? 'rds' : 's3';
}

/** What a signature is for. */
export type SignatureScope = readonly [date: string, region: string, service: string];

/** Date, region and service of a request's signature; `undefined` if it has none. */
export function signatureScope(request: WireRequest): SignatureScope | undefined {
  const credential =
    /Credential=([^,\s]+)/.exec(request.headers.authorization ?? '')?.[1] ?? request.query.get('X-Amz-Credential');
  // <access key>/<date>/<region>/<service>/aws4_request; the access key may hold slashes of its own
  const [date, region, service] = credential?.split('/').slice(-4) ?? [];
  return date === undefined || region === undefined || service === undefined ? undefined : [date, region, service];
}
