import { BackupError } from '../../../src/core/errors.js';
import type { SqlSession } from '../../../src/ports/postgres.js';

/** What goes wrong at one call: nothing was done; it was done and the answer got lost; it is refused for good; the caller gives up. */
export type Fault = 'fails' | 'loses-answer' | 'is-denied' | 'aborts-before' | 'aborts-after';

export const everyFault: readonly Fault[] = ['fails', 'loses-answer', 'is-denied', 'aborts-before', 'aborts-after'];

export interface FaultPlan {
  /** Every call made through the ports, such as `rds.createSnapshot`. */
  readonly calls: string[];
  /** Arms one fault at the call of that number, from 1. */
  arm(at: number, fault: Fault, abort?: AbortController): void;
  /** Gives the port with every method counted and liable to the fault. */
  wrap<Port extends object>(name: string, port: Port): Port;
}

export const abortReason = new Error('the caller gave up');

export function faultPlan(): FaultPlan {
  const calls: string[] = [];
  let armed: { at: number; fault: Fault; abort: AbortController | undefined } | undefined;
  const before = (call: string): Fault | undefined => {
    calls.push(call);
    if (armed?.at !== calls.length) return undefined;
    const { fault } = armed;
    if (fault === 'aborts-before') armed.abort?.abort(abortReason);
    if (fault === 'fails') throw unreachable(call);
    if (fault === 'is-denied') throw denied(call);
    return fault;
  };
  const after = (call: string, fault: Fault | undefined): void => {
    if (fault === 'loses-answer') throw unreachable(call);
    if (fault === 'aborts-after') armed?.abort?.abort(abortReason);
  };
  const iterate = async function* (call: string, items: AsyncIterable<unknown>): AsyncGenerator<unknown> {
    const fault = before(call);
    yield* items;
    after(call, fault);
  };
  return {
    calls,
    arm: (at, fault, abort) => {
      calls.length = 0;
      armed = { at, fault, abort };
    },
    wrap: (name, port) =>
      // Not the port itself: a system freezes the plain data it is handed.
      new Proxy(Object.create(port) as typeof port, {
        get: (target, key) => {
          const method: unknown = Reflect.get(target, key);
          if (typeof method !== 'function') return method;
          const call = `${name}.${String(key)}`;
          return (...parameters: unknown[]): unknown => {
            if (/^list/.test(String(key)))
              return iterate(call, Reflect.apply(method, target, parameters) as AsyncIterable<unknown>);
            if (call === 'tools.dump' || key === 'close') return Reflect.apply(method, target, parameters);
            return (async () => {
              const signal = signalOf(parameters);
              signal?.throwIfAborted();
              const fault = before(call);
              signal?.throwIfAborted();
              const result: unknown = await Reflect.apply(method, target, parameters);
              // A connection whose answer got lost is one that the driver has closed.
              if (key === 'connect' && (fault === 'loses-answer' || fault === 'aborts-after'))
                await (result as SqlSession).close();
              after(call, fault);
              signal?.throwIfAborted();
              return result;
            })();
          };
        },
      }),
  };
}

function signalOf(parameters: readonly unknown[]): AbortSignal | undefined {
  const last = parameters.at(-1);
  return last !== null && typeof last === 'object' && 'signal' in last
    ? (last.signal as AbortSignal | undefined)
    : undefined;
}

export function unreachable(call: string): BackupError {
  return new BackupError({
    code: 'service-unreachable',
    message: `${call}: no answer`,
    hint: 'Again.',
    retryable: true,
  });
}

export function denied(call: string): BackupError {
  return new BackupError({ code: 'access-denied', message: `${call}: denied`, hint: 'Permit it.' });
}
