import { BackupError } from '../../src/core/errors.js';
import { abortReason, type Spoiler } from './spoiler.js';

/**
 * What goes wrong with a connection, a statement or a program. `closed-before` and `closed-after`: the server ends the connection, the
 * statement carried out or not. `killed`: the program, half-way. `hang`: no answer comes, and the caller gives up, or whoever waits
 * without a signal is told so after the longest that a statement may take. `abort` and `crash`: right after it was done.
 */
export type ServerTrouble =
  | 'refused'
  | 'wrong-password'
  | 'closed-before'
  | 'closed-after'
  | 'timeout'
  | 'denied'
  | 'deadlock'
  | 'killed'
  | 'hang'
  | 'abort'
  | 'crash';

/** What is asked of a server: to let one in, to carry out a statement, to be restored into by a program. */
export type ServerStep = 'connect' | 'statement' | 'program';

/** What can go wrong with each. */
const troubles: Readonly<Record<ServerStep, readonly ServerTrouble[]>> = {
  connect: ['refused', 'wrong-password', 'hang', 'abort', 'crash'],
  statement: ['closed-before', 'closed-after', 'timeout', 'denied', 'deadlock', 'hang', 'abort', 'crash'],
  program: ['closed-before', 'killed', 'hang', 'abort', 'crash'],
};

/** What can go wrong with a kind of step. */
export function serverTroublesOf(kind: string): readonly ServerTrouble[] {
  const step = (Object.keys(troubles) as ServerStep[]).find((one) => kind.includes(`: ${one} `));
  return step === undefined ? [] : troubles[step];
}

/** The n-th step of a kind, and what befalls it. */
export interface ServerStrike {
  readonly kind: string;
  readonly nth: number;
  readonly trouble: ServerTrouble;
}

/** Stands before the servers: counts what is asked of them and spoils one of it. */
export interface ServerSpoiler {
  /** The kinds of what was asked for, in order: `make: statement CREATE in postgres`. */
  readonly steps: readonly string[];
  /** Counts anew and strikes there. */
  arm(strike: ServerStrike, abort: AbortController): void;
  disarm(): void;
  struck(): boolean;
  /** Does one step; `half` is as far as a killed program comes. */
  take<Result>(
    kind: ServerStep,
    name: string,
    signal: AbortSignal | undefined,
    work: () => Promise<Result>,
    half?: () => void,
  ): Promise<Result>;
}

export function createServerSpoiler(spoiler: Pick<Spoiler, 'phase' | 'kill'>): ServerSpoiler {
  const steps: string[] = [];
  let armed: (ServerStrike & { readonly abort: AbortController }) | undefined;
  let struck = false;
  const begin = (next: typeof armed): void => {
    steps.length = 0;
    struck = false;
    armed = next;
  };
  return {
    steps,
    arm: (strike, abort) => begin({ ...strike, abort }),
    disarm: () => begin(undefined),
    struck: () => struck,
    take: async (kind, name, signal, work, half = () => {}) => {
      const step = `${spoiler.phase()}: ${kind} ${name}`;
      steps.push(step);
      if (armed?.kind !== step || steps.filter((one) => one === step).length !== armed.nth) return work();
      struck = true;
      const { trouble, abort } = armed;
      switch (trouble) {
        case 'refused':
          throw failure('database-unreachable', true);
        case 'wrong-password':
          throw failure('authentication-failed');
        case 'closed-before':
          throw failure('database-unreachable', true);
        case 'closed-after':
          await work();
          throw failure('database-unreachable', true);
        case 'timeout':
          throw failure('statement-timeout', true);
        case 'denied':
          throw failure('permission-denied');
        case 'deadlock':
          throw failure('query-failed', true);
        case 'killed':
          half();
          throw failure('restore-failed');
        case 'hang':
          setTimeout(() => abort.abort(abortReason), 1);
          return unanswered(signal);
        case 'abort': {
          const result = await work();
          abort.abort(abortReason);
          return result;
        }
        case 'crash':
          await work();
          spoiler.kill();
          return new Promise<never>(() => {});
        default:
          throw new Error(`no such trouble: ${trouble satisfies never}`);
      }
    },
  };
}

function failure(code: BackupError['code'], retryable = false): BackupError {
  return new BackupError({ code, message: `${code}, as it was asked for`, hint: 'None.', retryable });
}

/** Ends with the signal; where there is none the port gives up by itself. */
function unanswered(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal === undefined) setTimeout(() => reject(failure('statement-timeout', true)), 5);
    else if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
