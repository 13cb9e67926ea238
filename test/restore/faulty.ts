import { BackupError } from '../../src/core/errors.js';

/** `fail`: refused before anything happens. `lose`: it happens, the answer is lost. `crash`: it happens, then the process is gone. */
export type FaultKind = 'fail' | 'lose' | 'crash';

/** Counts the calls of everything it wraps and spoils one of them. */
export interface FaultySwitch {
  calls(): number;

  wrap<T extends object>(target: T): T;
}

/** What a dead process answers: nothing. For a test, an error nobody can take for an answer. */
class ProcessGone extends Error {}

export function createFaultySwitch(fault?: {
  readonly call: number;
  readonly kind: FaultKind;
  readonly retryable?: boolean;
}): FaultySwitch {
  let calls = 0;
  let gone = false;
  const error = (): BackupError =>
    new BackupError({
      code: fault?.retryable === true ? 'service-unreachable' : 'access-denied',
      message: `injected ${fault?.kind} at call ${fault?.call}`,
      hint: 'none',
      retryable: fault?.retryable ?? false,
    });
  const before = (): boolean => {
    if (gone) throw new ProcessGone();
    calls += 1;
    const hit = calls === fault?.call;
    if (hit && fault?.kind === 'fail') throw error();
    return hit;
  };
  const after = (hit: boolean): void => {
    if (hit && fault?.kind === 'lose') throw error();
    if (hit && fault?.kind === 'crash') gone = true;
    if (gone) throw new ProcessGone();
  };
  const wrap = <T extends object>(target: T): T =>
    Object.fromEntries(
      Object.entries(target).map(([name, member]: [string, unknown]) => [
        name,
        typeof member === 'function' ? spoil(name, member.bind(target) as (...given: unknown[]) => unknown) : member,
      ]),
    ) as T;
  return {
    calls: () => calls,
    wrap,
  };

  function spoil(name: string, call: (...given: unknown[]) => unknown): (...given: unknown[]) => unknown {
    // Closing never rejects: that is its contract.
    if (name === 'close') return call;
    if (name.startsWith('list')) return (...given) => spoiledList(call(...given) as AsyncIterable<unknown>);
    return async (...given) => {
      const hit = before();
      const result = await call(...given);
      after(hit);
      return name === 'connect' ? wrap(result as object) : result;
    };
  }

  async function* spoiledList(items: AsyncIterable<unknown>): AsyncGenerator<unknown> {
    const hit = before();
    yield* items;
    after(hit);
  }
}
