import type { SignatureScope } from './route-request.js';
import type { WireError, WireRequest } from './wire-service.js';

/** How far a client's clock may be from ours. */
const allowedSkewMinutes = 15;
const allowedSkew = allowedSkewMinutes * 60_000;

/** When a request says it was signed, and for how long that holds. */
interface SignatureDate {
  /** As sent. */
  readonly text: string | undefined;
  readonly at: Date | undefined;
  /** Seconds for which a presigned request holds. */
  readonly expires: number | undefined;
}

/**
 * The service's error for a request that was signed at the wrong time; `undefined` for one that was signed in time, or not at
 * all. Signatures themselves are not checked: the local region knows no secrets.
 */
export function checkSignatureDate(
  request: WireRequest,
  scope: SignatureScope | undefined,
  now: Date,
): WireError | undefined {
  if (scope === undefined) return undefined;
  const date = signatureDateOf(request);
  return scope[2] === 's3' ? checkForS3(date, scope, now) : checkForQuery(date, scope, now);
}

function signatureDateOf({ headers, query }: WireRequest): SignatureDate {
  const isPresigned = headers.authorization === undefined;
  const text = (isPresigned ? query.get('X-Amz-Date') : (headers['x-amz-date'] ?? headers.date)) ?? undefined;
  const seconds = isPresigned ? Number(query.get('X-Amz-Expires') ?? Number.NaN) : 0;
  return { text, at: readDate(text), expires: seconds > 0 ? seconds : undefined };
}

function checkForS3(date: SignatureDate, scope: readonly string[], now: Date): WireError | undefined {
  const { at, expires } = date;
  const denied = (message: string): WireError => ({ code: 'AccessDenied', status: 403, message });
  if (at === undefined) return denied('AWS authentication requires a valid Date or x-amz-date header');
  if (scope[0] !== basicFormat(at).slice(0, 8)) {
    const message = `Invalid credential date "${scope[0]}". This date is not the same as X-Amz-Date: "${basicFormat(at).slice(0, 8)}".`;
    return { code: 'AuthorizationHeaderMalformed', status: 400, message };
  }
  const age = now.getTime() - at.getTime();
  if (expires !== undefined) {
    if (age > expires * 1_000) return denied('Request has expired');
    return age < -allowedSkew ? denied('Request is not yet valid') : undefined;
  }
  if (Math.abs(age) <= allowedSkew) return undefined;
  const message = 'The difference between the request time and the current time is too large.';
  return { code: 'RequestTimeTooSkewed', status: 403, message };
}

function checkForQuery({ text, at }: SignatureDate, scope: readonly string[], now: Date): WireError | undefined {
  const age = at === undefined ? Number.NaN : now.getTime() - at.getTime();
  // In time, and of the day that the scope names, as almost all are.
  if (Math.abs(age) <= allowedSkew && scope[0] === text?.slice(0, 8)) return undefined;
  const incomplete = (message: string): WireError => ({ code: 'IncompleteSignature', status: 400, message });
  const mismatch = (message: string): WireError => ({ code: 'SignatureDoesNotMatch', status: 403, message });
  if (text === undefined)
    return incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  if (at === undefined) return incomplete(`Date must be in ISO-8601 'basic format'. Got '${text}'.`);
  const signed = basicFormat(at);
  if (scope[0] !== signed.slice(0, 8))
    return mismatch(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${scope[0]}' != '${signed.slice(0, 8)}', from '${signed}'.`,
    );
  const at15 = (sign: 1 | -1): string => basicFormat(new Date(now.getTime() + sign * allowedSkew));
  const minutes = `${allowedSkewMinutes} min.`;
  if (age > allowedSkew)
    return mismatch(`Signature expired: ${signed} is now earlier than ${at15(-1)} (${basicFormat(now)} - ${minutes})`);
  if (age < -allowedSkew)
    return mismatch(
      `Signature not yet current: ${signed} is still later than ${at15(1)} (${basicFormat(now)} + ${minutes})`,
    );
  return undefined;
}

function readDate(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const date = new Date(/^\d{8}T\d{6}Z$/.test(text) ? extendedFormat(text) : text);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** `2025-11-09T14:00:00Z`; every call has such a date, and to take it apart with an expression costs several times as much. */
function extendedFormat(text: string): string {
  const day = `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}`;
  return `${day}T${text.slice(9, 11)}:${text.slice(11, 13)}:${text.slice(13)}`;
}

/** `20251109T140000Z` */
function basicFormat(date: Date): string {
  return `${date.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}
