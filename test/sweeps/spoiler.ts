import { AsyncLocalStorage } from 'node:async_hooks';
import type { HttpHandler } from '@smithy/core/protocols';
import type { Fault, LocalRegion } from '../../src/local/index.js';
import { createKindReader, operationOf } from './request-kinds.js';

/**
 * What goes wrong at one request. `-once`: the SDK's next attempt gets through; `-thrice`: none of its three does. `half-answer`: it is
 * carried out, and the connection ends in the middle of the answer.
 * `denied-from-then-on` and `expired-from-then-on`: so is every later request, so that nothing can be cleared up either.
 * `hang`: no answer comes, and the caller gives up. `silence`: nor to any later request. `abort`: the caller gives up right after the answer.
 * `crash`: the request is carried out, and from then on the process is gone. `gone`: what the workflow has made is removed by somebody else before.
 */
export type Trouble =
  | 'error-once'
  | 'error-thrice'
  | 'throttle-once'
  | 'throttle-thrice'
  | 'drop-request-once'
  | 'drop-request-thrice'
  | 'drop-response-once'
  | 'drop-response-thrice'
  | 'half-answer-once'
  | 'half-answer-thrice'
  | 'denied-once'
  | 'denied-from-then-on'
  | 'expired-from-then-on'
  | 'hang'
  | 'silence'
  | 'abort'
  | 'crash'
  | 'gone';

/** Each a way of its own in which a request fails: enough for workflows whose requests are alike. */
export const kindsOfTrouble: readonly Trouble[] = [
  'drop-response-once',
  'drop-response-thrice',
  'denied-once',
  'hang',
  'abort',
  'crash',
];

/** All that strikes anything, but `silence`, in which clearing up takes its full half-minute. */
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

/** Where trouble strikes: at the request of that number, from 1; at the n-th of its kind, however many others come between; at many. */
export type Place = number | { readonly kind: string; readonly nth: number } | 'every' | 'odd' | 'even';

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
  /** The kinds of the requests, without their retries. */
  readonly kinds: readonly string[];
  /** How far whoever makes them has come. */
  phase(): string;
  /** Counts anew and strikes there; `vanish` removes what was made. */
  arm(place: Place, trouble: Trouble, abort: AbortController, vanish?: () => Promise<void>): void;
  /** Counts anew, strikes nothing, and lives. */
  disarm(): void;
  /** Whether the armed request came. */
  struck(): boolean;
  /** How many requests there were after it, retries included. */
  callsSince(): number;
  /**
   * Does something in a process of its own. Where that is killed it rejects with {@link ProcessGone} at once, and nothing of what it
   * was doing goes on: its requests are never answered, whoever may be told so.
   */
  asProcess<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Throws in a process that is gone: for what else a process has besides its requests. */
  requireAlive(): void;
  /** The process that calls this is gone. */
  kill(): void;
}

interface Armed {
  readonly place: Place;
  readonly trouble: Trouble;
  readonly abort: AbortController;
  readonly vanish: (() => Promise<void>) | undefined;
  /** The number of the request that was struck, the last if there are several. */
  at: number | undefined;
}

/** Something whose requests are made until it is killed. */
interface Process {
  gone: boolean;
  /** Ends whoever waits for it. */
  kill(): void;
}

const never = new Promise<never>(() => {});

/** Of all worlds together: Node asks each one there ever was at every promise that is made, for as long as the process runs. */
const processes = new AsyncLocalStorage<Process>();

export function createSpoiler(home: LocalRegion): Spoiler {
  const calls: string[] = [];
  const kinds: string[] = [];
  let reader = createKindReader();
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
      const kind = reader.kindOf(request);
      if (kind !== undefined) kinds.push(kind);
      const now = armed;
      const number = calls.length;
      if (now !== undefined && isThere(now.place, number, kind, kinds)) now.at = number;
      const isStruck = number === now?.at;
      if (isStruck && now.trouble === 'gone') await now.vanish?.();
      const fault = now === undefined ? undefined : faultFor(now, number);
      const injected = fault && region.faults.inject({ call: 1, fault });
      try {
        const answering = region.requestHandler.handle(request, options);
        if (isStruck && (now.trouble === 'hang' || now.trouble === 'silence')) {
          setTimeout(() => now.abort.abort(abortReason), 1);
        }
        const answer = await answering;
        if (isStruck && now.trouble === 'abort') now.abort.abort(abortReason);
        if (isStruck && now.trouble === 'crash') end(process);
        return process.gone ? await nothing() : answer;
      } finally {
        injected?.remove();
      }
    };
    return { ...region.requestHandler, handle };
  };
  const begin = (next: Armed | undefined): void => {
    calls.length = 0;
    kinds.length = 0;
    reader = createKindReader();
    armed = next;
    outside = { gone: false, kill: () => {} };
  };
  return {
    handler: handlerOf(home),
    handlerOf,
    calls,
    kinds,
    phase: () => reader.phase(),
    arm: (place, trouble, abort, vanish) => begin({ place, trouble, abort, vanish, at: undefined }),
    disarm: () => begin(undefined),
    struck: () => armed?.at !== undefined,
    callsSince: () => calls.length - (armed?.at ?? calls.length),
    asProcess: (work) =>
      new Promise((resolve, reject) => {
        const process: Process = { gone: false, kill: () => reject(new ProcessGone()) };
        processes.run(process, work).then(resolve, reject);
      }),
    requireAlive,
    kill: () => end(current()),
  };
}

function end(process: Process): void {
  process.gone = true;
  process.kill();
}

function isThere(place: Place, number: number, kind: string | undefined, kinds: readonly string[]): boolean {
  if (place === 'every') return kind !== undefined;
  if (place === 'odd' || place === 'even') return kind !== undefined && kinds.length % 2 === (place === 'odd' ? 1 : 0);
  if (typeof place === 'number') return number === place;
  return kind === place.kind && kinds.filter((one) => one === kind).length === place.nth;
}

function faultFor({ at, trouble }: Armed, number: number): Fault | undefined {
  if (at === undefined) return undefined;
  const first = number === at;
  const attempts = number >= at && number < at + 3;
  switch (trouble) {
    case 'error-once':
      return first ? internalFailure : undefined;
    case 'error-thrice':
      return attempts ? internalFailure : undefined;
    case 'throttle-once':
      return first ? { kind: 'throttle' } : undefined;
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
    case 'half-answer-once':
      return first ? { kind: 'half-answer' } : undefined;
    case 'half-answer-thrice':
      return attempts ? { kind: 'half-answer' } : undefined;
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
    case 'gone':
      return undefined;
    default:
      throw new Error(`no such trouble: ${trouble satisfies never}`);
  }
}

const internalFailure: Fault = { kind: 'error', code: 'InternalFailure', status: 500 };
const denied: Fault = { kind: 'error', code: 'AccessDenied', status: 403 };
const expired: Fault = { kind: 'error', code: 'ExpiredToken', status: 400 };
