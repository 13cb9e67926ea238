import { AsyncLocalStorage } from 'node:async_hooks';
import type { HttpHandler, HttpRequest } from '@smithy/core/protocols';
import type { Fault, LocalRegion } from '../../src/local/index.js';

/**
 * What goes wrong at one request. `-once`: the SDK's next attempt gets through; `-thrice`: none of its three does.
 * `denied-from-then-on` and `expired-from-then-on`: so is every later request, so that nothing can be cleared up either.
 * `hang`: no answer comes, and the caller gives up. `silence`: nor to any later request. `abort`: the caller gives up right after the answer.
 * `crash`: the request is carried out, and from then on the process is gone.
 */
export type Trouble =
  | 'error-once'
  | 'error-thrice'
  | 'throttle-thrice'
  | 'drop-request-once'
  | 'drop-request-thrice'
  | 'drop-response-once'
  | 'drop-response-thrice'
  | 'denied-once'
  | 'denied-from-then-on'
  | 'expired-from-then-on'
  | 'hang'
  | 'silence'
  | 'abort'
  | 'crash';

/** Each a way of its own in which a request fails: enough for workflows whose requests are alike. */
export const kindsOfTrouble: readonly Trouble[] = [
  'drop-response-once',
  'drop-response-thrice',
  'denied-once',
  'hang',
  'abort',
  'crash',
];

/** All but `silence`, in which clearing up takes its full half-minute. */
export const everyTrouble: readonly Trouble[] = [
  'error-once',
  'error-thrice',
  'throttle-thrice',
  'drop-request-once',
  'drop-request-thrice',
  'drop-response-once',
  'drop-response-thrice',
  'denied-once',
  'denied-from-then-on',
  'expired-from-then-on',
  'hang',
  'abort',
  'crash',
];

/** Those that tell the most apart, for sweeps that build upon others. */
export const severeTrouble: readonly Trouble[] = [
  'error-thrice',
  'drop-response-once',
  'drop-response-thrice',
  'denied-once',
  'expired-from-then-on',
  'hang',
  'abort',
  'crash',
];

export const abortReason: Error = new Error('the caller gave up');

/** What a dead process gets for an answer: nothing, and so nobody may take it for one. */
export class ProcessGone extends Error {}

/** Stands between the SDK and the region: counts the requests and spoils one of them. */
export interface Spoiler {
  readonly handler: HttpHandler;
  /** The same before another region: its requests count among all. */
  handlerOf(region: LocalRegion): HttpHandler;
  /** The operations asked for, in order. */
  readonly calls: readonly string[];
  /** Counts anew and strikes at that request, from 1. */
  arm(at: number, trouble: Trouble, abort: AbortController): void;
  /** Counts anew, strikes nothing, and lives. */
  disarm(): void;
  /** Whether the armed request came. */
  struck(): boolean;
  /**
   * Does something in a process of its own. Where that is killed it rejects with {@link ProcessGone} at once, and nothing of what it
   * was doing goes on: its requests are never answered, whoever may be told so.
   */
  asProcess<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Throws in a process that is gone: for what else a process has besides its requests. */
  requireAlive(): void;
}

interface Armed {
  readonly at: number;
  readonly trouble: Trouble;
  readonly abort: AbortController;
}

/** Something whose requests are made until it is killed. */
interface Process {
  gone: boolean;
  /** Ends whoever waits for it. */
  kill(): void;
}

const never = new Promise<never>(() => {});

export function createSpoiler(home: LocalRegion): Spoiler {
  const calls: string[] = [];
  const processes = new AsyncLocalStorage<Process>();
  let armed: Armed | undefined;
  /** Whoever makes requests outside any process of its own. */
  let outside: Process = { gone: false, kill: () => {} };
  const current = (): Process => processes.getStore() ?? outside;
  const requireAlive = (): void => {
    if (current().gone) throw new ProcessGone();
  };
  /** What one that is gone gets for an answer. */
  const nothing = (): Promise<never> => {
    if (processes.getStore() === undefined) throw new ProcessGone();
    return never;
  };
  const handlerOf = (region: LocalRegion): HttpHandler => {
    const handle: HttpHandler['handle'] = async (request, options) => {
      const process = current();
      if (process.gone) return nothing();
      calls.push(operationOf(request));
      const now = armed;
      const number = calls.length;
      const fault = now === undefined ? undefined : faultFor(now, number);
      const injected = fault && region.faults.inject({ call: 1, fault });
      try {
        const answering = region.requestHandler.handle(request, options);
        if ((now?.trouble === 'hang' || now?.trouble === 'silence') && number === now.at) {
          setTimeout(() => now.abort.abort(abortReason), 1);
        }
        const answer = await answering;
        if (number === now?.at && now.trouble === 'abort') now.abort.abort(abortReason);
        if (number === now?.at && now.trouble === 'crash') {
          process.gone = true;
          process.kill();
        }
        return process.gone ? await nothing() : answer;
      } finally {
        injected?.remove();
      }
    };
    return { ...region.requestHandler, handle };
  };
  const begin = (next: Armed | undefined): void => {
    calls.length = 0;
    armed = next;
    outside = { gone: false, kill: () => {} };
  };
  return {
    handler: handlerOf(home),
    handlerOf,
    calls,
    arm: (at, trouble, abort) => begin({ at, trouble, abort }),
    disarm: () => begin(undefined),
    struck: () => armed !== undefined && calls.length >= armed.at,
    asProcess: (work) =>
      new Promise((resolve, reject) => {
        const process: Process = { gone: false, kill: () => reject(new ProcessGone()) };
        processes.run(process, work).then(resolve, reject);
      }),
    requireAlive,
  };
}

function faultFor({ at, trouble }: Armed, number: number): Fault | undefined {
  const first = number === at;
  const attempts = number >= at && number < at + 3;
  switch (trouble) {
    case 'error-once':
      return first ? internalFailure : undefined;
    case 'error-thrice':
      return attempts ? internalFailure : undefined;
    case 'throttle-thrice':
      return attempts ? { kind: 'throttle' } : undefined;
    case 'drop-request-once':
      return first ? { kind: 'drop-request' } : undefined;
    case 'drop-request-thrice':
      return attempts ? { kind: 'drop-request' } : undefined;
    case 'drop-response-once':
      return first ? { kind: 'drop-response' } : undefined;
    case 'drop-response-thrice':
      return attempts ? { kind: 'drop-response' } : undefined;
    case 'denied-once':
      return first ? denied : undefined;
    case 'denied-from-then-on':
      return number >= at ? denied : undefined;
    case 'expired-from-then-on':
      return number >= at ? expired : undefined;
    case 'hang':
      return first ? { kind: 'hang' } : undefined;
    case 'silence':
      return number >= at ? { kind: 'hang' } : undefined;
    case 'abort':
    case 'crash':
      return undefined;
    default:
      throw new Error(`no such trouble: ${trouble satisfies never}`);
  }
}

const internalFailure: Fault = { kind: 'error', code: 'InternalFailure', status: 500 };
const denied: Fault = { kind: 'error', code: 'AccessDenied', status: 403 };
const expired: Fault = { kind: 'error', code: 'ExpiredToken', status: 400 };

/** `CreateDBSnapshot`, `PutObject`: RDS names it in the form, S3 has its method and its query. */
function operationOf({ method, query, body }: HttpRequest): string {
  const action = /(?:^|&)Action=(\w+)/.exec(String(typeof body === 'string' ? body : ''))?.[1];
  if (action !== undefined) return action;
  const named = query['x-id'];
  if (typeof named === 'string') return named;
  return `${method} ${Object.keys(query).sort().join(' ')}`.trim();
}
