import { getEventListeners } from 'node:events';
import { expect } from 'vitest';
import { type BackupError, isBackupError } from '../../src/core/errors.js';
import { givenProduction, type Production } from './production.js';
import { abortReason, everyTrouble, type Trouble } from './spoiler.js';
import { lookAtTreasure, lookAtWorld, type World } from './world.js';

/** Something that callers do, as often as it takes. */
export interface Workflow<Prepared> {
  readonly name: string;
  /** What is there before: made without trouble. */
  prepare(production: Production): Promise<Prepared>;
  /** One attempt; what it resolves with is compared with that of a run without trouble, if there is anything. */
  run(production: Production, prepared: Prepared, signal: AbortSignal): Promise<unknown>;
  /** What the next one does about what a killed or disowned one could not clear up. */
  tidy?(production: Production): Promise<void>;
  /** More that must be so afterwards. */
  state?(production: Production, prepared: Prepared): unknown;
}

/** What an attempt came to: `done`, `aborted`, or the code of its error. */
type Ending = { readonly kind: 'done'; readonly result: unknown } | { readonly kind: string; readonly error: unknown };

/** What a sweep did. */
export interface SweepReport {
  /** The requests of a run without trouble. */
  readonly calls: readonly string[];
  readonly cases: number;
  /** How often a first attempt under which trouble ended how: `error-once: done`. */
  readonly endings: Readonly<Record<string, number>>;
}

/** A process that is gone gives no lease back: it ends by itself after a quarter of an hour. */
const leaseMilliseconds = 16 * 60_000;

/**
 * Runs a workflow without trouble and counts its requests; then, each time in a world of its own, with trouble at one of
 * them, and again without until it is done. However it went, the world must be as if nothing had happened.
 */
export async function sweep<Prepared>(
  workflow: Workflow<Prepared>,
  choose: (call: number, operation: string) => readonly Trouble[] = () => everyTrouble,
): Promise<SweepReport> {
  const clean = await runClean(workflow, 1);
  const twice = await runClean(workflow, 2);
  const endings: Record<string, number> = {};
  const timers = activeTimers();
  let cases = 0;
  for (const [index, operation] of clean.calls.entries()) {
    for (const trouble of choose(index + 1, operation)) {
      const when = `${workflow.name}: ${trouble} at request ${index + 1}, ${operation}`;
      const { ending, world } = await runSpoiled(workflow, index + 1, trouble, when);
      expectEnding(ending, trouble, when);
      // Gone after its last request, a process has done all that it was to do.
      const wasDone = ending.kind === 'done' || (trouble === 'crash' && index + 1 === clean.calls.length);
      expect(world, when).toEqual(wasDone ? twice.world : clean.world);
      if (ending.kind === 'done' && clean.result !== undefined) {
        expect((ending as { result: unknown }).result, when).toEqual(clean.result);
      }
      const label = `${trouble}: ${ending.kind}`;
      endings[label] = (endings[label] ?? 0) + 1;
      cases += 1;
    }
  }
  // Some are the test runner's own.
  expect(activeTimers() - timers, `${workflow.name}: timers left`).toBeLessThan(5);
  return { calls: clean.calls, cases, endings };
}

function activeTimers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
}

/** The workflow so many times in a row, nothing going wrong. */
export async function runClean<Prepared>(
  workflow: Workflow<Prepared>,
  times: number,
): Promise<{ readonly calls: readonly string[]; readonly world: unknown; readonly result: unknown }> {
  await using production = await givenProduction();
  const prepared = await workflow.prepare(production);
  production.spoiler.disarm();
  let calls: readonly string[] = [];
  let result: unknown;
  for (let time = 0; time < times; time += 1) {
    result = await workflow.run(production, prepared, new AbortController().signal);
    if (time === 0) calls = [...production.spoiler.calls];
  }
  return { calls, world: await worldOf(workflow, production, prepared), result };
}

async function runSpoiled<Prepared>(
  workflow: Workflow<Prepared>,
  at: number,
  trouble: Trouble,
  when: string,
): Promise<{ readonly ending: Ending; readonly world: unknown }> {
  await using production = await givenProduction();
  const { spoiler, clock } = production;
  const prepared = await workflow.prepare(production);
  const treasure = await lookAtTreasure(production);
  const abort = new AbortController();
  spoiler.arm(at, trouble, abort);
  const ending = await attempt(workflow, production, prepared, abort.signal);
  expect(spoiler.struck(), when).toBe(true);
  expectNothingRunning(production, abort.signal, when);
  spoiler.disarm();
  for (let run = 1; ; run += 1) {
    const again = await attempt(workflow, production, prepared, new AbortController().signal);
    if (again.kind === 'done') break;
    expect(again, when).toMatchObject({ kind: 'journal-busy' });
    expect(run, when).toBeLessThan(2);
    clock.advance(leaseMilliseconds);
  }
  if (cannotClearUp.has(trouble)) await workflow.tidy?.(production);
  const world = await worldOf(workflow, production, prepared);
  const found = await lookAtTreasure(production);
  expect(found, when).toMatchObject({
    production: treasure.production,
    deletionProtection: true,
    earliestRestorable: treasure.earliestRestorable,
  });
  expect(found.automatedSnapshots, when).toEqual(expect.arrayContaining([...treasure.automatedSnapshots]));
  return { ending, world };
}

const cannotClearUp: ReadonlySet<Trouble> = new Set(['crash', 'denied-from-then-on', 'expired-from-then-on']);

async function worldOf<Prepared>(
  workflow: Workflow<Prepared>,
  production: Production,
  prepared: Prepared,
): Promise<{ readonly aws: World; readonly more: unknown }> {
  const more = workflow.state?.(production, prepared);
  return { aws: await lookAtWorld(production), more };
}

async function attempt<Prepared>(
  workflow: Workflow<Prepared>,
  production: Production,
  prepared: Prepared,
  signal: AbortSignal,
): Promise<Ending> {
  try {
    return { kind: 'done', result: await workflow.run(production, prepared, signal) };
  } catch (error) {
    if (error === abortReason) return { kind: 'aborted', error };
    return { kind: isBackupError(error) ? error.code : 'no BackupError', error };
  }
}

function expectNothingRunning({ servers }: Production, signal: AbortSignal, when: string): void {
  expect(servers.postgres.open.size, `${when}: open connections`).toBe(0);
  expect(
    servers.postgres.dumps.filter(({ stream }) => !stream.closed),
    `${when}: running pg_dumps`,
  ).toEqual([]);
  if (!signal.aborted) expect(getEventListeners(signal, 'abort'), `${when}: listeners`).toEqual([]);
}

/** Which endings a trouble may have. Whatever it is, it is an error that callers can handle, and the right one. */
function expectEnding(ending: Ending, trouble: Trouble, when: string): void {
  const why = 'error' in ending ? `${when}: ${String(ending.error)}` : when;
  switch (trouble) {
    case 'error-once':
    case 'drop-request-once':
    case 'drop-response-once':
      expect(ending.kind, why).toBe('done');
      return;
    case 'error-thrice':
    case 'throttle-thrice':
    case 'drop-request-thrice':
    case 'drop-response-thrice':
      if (ending.kind === 'done') return;
      expect(['service-error', 'throttled', 'service-unreachable', 'upload-failed'], why).toContain(ending.kind);
      expect((ending as { error: BackupError }).error.retryable, why).toBe(true);
      return;
    case 'denied-once':
      expect(['done', 'access-denied'], why).toContain(ending.kind);
      return;
    case 'denied-from-then-on':
      expect(['access-denied', 'upload-failed'], why).toContain(ending.kind);
      return;
    case 'expired-from-then-on':
      expect(['credentials-expired', 'upload-failed'], why).toContain(ending.kind);
      return;
    case 'hang':
      expect(ending.kind, why).toBe('aborted');
      return;
    case 'abort':
      expect(['aborted', 'done'], why).toContain(ending.kind);
      return;
    case 'crash':
      expect(ending.kind, why).not.toBe('done');
      return;
    default:
      throw new Error(`no such trouble: ${trouble satisfies never}`);
  }
}
