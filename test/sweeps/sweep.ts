import { expect } from 'vitest';
import { attempt, type Ending, expectEnding, expectNothingRunning, type Workflow } from './attempt.js';
import { givenProduction, type Production, seededRandom } from './production.js';
import { everyTrouble, type Place, type Trouble } from './spoiler.js';
import { lookAtTreasure, lookAtWorld, type World } from './world.js';

/** What a sweep did. */
export interface SweepReport {
  /** The requests of a run without trouble. */
  readonly calls: readonly string[];
  readonly cases: number;
  /** How often a first attempt under which trouble ended how: `error-once: done`. */
  readonly endings: Readonly<Record<string, number>>;
}

/**
 * Runs a workflow without trouble and counts its requests; then, each time in a world of its own, with trouble at one of
 * them, and again without until it is done. However it went, the world must be as if nothing had happened.
 */
export async function sweep<Prepared>(
  workflow: Workflow<Prepared>,
  choose: (call: number, operation: string, calls: number) => readonly Trouble[] = () => everyTrouble,
): Promise<SweepReport> {
  const clean = await runClean(workflow, 1);
  const { length } = clean.calls;
  const strikes = clean.calls.flatMap((operation, index) =>
    choose(index + 1, operation, length).map((trouble) => ({ at: index + 1, trouble })),
  );
  return sweepStrikes(workflow, clean, strikes);
}

/** The same with trouble at chosen places. */
export async function sweepStrikes<Prepared>(
  workflow: Workflow<Prepared>,
  clean: CleanRun,
  strikes: readonly Strike[],
): Promise<SweepReport> {
  const twice = await runClean(workflow, 2);
  const endings: Record<string, number> = {};
  const timers = activeTimers();
  for (const strike of strikes) {
    const { trouble } = strike;
    const number = numberOf(strike, clean);
    const when = `${workflow.name}: ${trouble} at ${nameOf(strike, clean)}`;
    const {
      endings: [ending],
      world,
    } = await runStruck(workflow, strike, when);
    if (ending === undefined) throw new Error('one strike, one ending');
    const isSpared = ending.kind === 'done' && number > clean.calls.length - (workflow.requestsToSpare ?? 0);
    if (!isSpared) expectEnding(ending, trouble, when, workflow);
    // Gone after its last request, a process has done all that it was to do.
    const wasDone = ending.kind === 'done' || (trouble === 'crash' && number === clean.calls.length);
    expect(world, when).toEqual(wasDone ? twice.world : clean.world);
    if (ending.kind === 'done' && clean.result !== undefined) {
      expect((ending as { result: unknown }).result, when).toEqual(clean.result);
    }
    const label = `${trouble}: ${ending.kind}`;
    endings[label] = (endings[label] ?? 0) + 1;
  }
  // Some are the test runner's own.
  expect(activeTimers() - timers, `${workflow.name}: timers left`).toBeLessThan(5);
  return { calls: clean.calls, cases: strikes.length, endings };
}

/** Of all requests, or of the n-th of its kind, the number in the run without trouble. */
function numberOf({ at }: Strike, { kinds }: CleanRun): number {
  if (typeof at === 'number') return at;
  if (typeof at === 'string') return 1;
  let seen = 0;
  return kinds.findIndex((kind) => kind === at.kind && ++seen === at.nth) + 1;
}

function nameOf(strike: Strike, { calls }: CleanRun): string {
  const { at } = strike;
  if (typeof at === 'string') return `${at} requests`;
  return typeof at === 'number' ? `request ${at}, ${calls[at - 1]}` : `request ${at.nth} of ${at.kind}`;
}

/**
 * The same where bad luck does not come alone: so many times, up to three attempts in a row are struck, each anywhere. For
 * workflows that end the same however often they are run.
 */
export async function sweepChains<Prepared>(workflow: Workflow<Prepared>, cases: number): Promise<void> {
  const clean = await runClean(workflow, 1);
  const random = seededRandom();
  const below = (bound: number): number => Math.floor(random() * bound);
  for (let made = 0; made < cases; made += 1) {
    const strikes = Array.from({ length: 2 + below(2) }, () => ({
      at: 1 + below(clean.calls.length),
      trouble: everyTrouble[below(everyTrouble.length)] ?? ('crash' as const),
    }));
    const when = `${workflow.name}: ${strikes.map(({ at, trouble }) => `${trouble} at request ${at}`).join(', then ')}`;
    const { world } = await runSpoiled(workflow, strikes, when);
    expect(world, when).toEqual(clean.world);
  }
}

/**
 * The same where nobody asks again: each time its process is killed after one of the chosen requests, and somebody clears up. Nothing
 * may be left but what is written down.
 */
export async function sweepAbandoned<Prepared>(
  workflow: Workflow<Prepared>,
  clear: (production: Production, prepared: Prepared) => Promise<void>,
  choose: (call: number) => boolean,
): Promise<number> {
  const { calls } = await runClean(workflow, 1);
  const untouched = await runClean(workflow, 0);
  let cases = 0;
  for (const [index, operation] of calls.entries()) {
    if (!choose(index + 1)) continue;
    const when = `${workflow.name}: killed after request ${index + 1}, ${operation}`;
    await using production = await givenProduction(workflow.furnish);
    const prepared = await workflow.prepare(production);
    const abort = new AbortController();
    production.spoiler.arm(index + 1, 'crash', abort);
    await attempt(workflow, production, prepared, abort.signal);
    expectNothingRunning(production, { signal: abort.signal, killed: true }, when);
    production.spoiler.disarm();
    await clear(production, prepared);
    const { objects: _, ...left } = await lookAtWorld(production);
    expect(untouched.world, when).toMatchObject({ aws: { ...left, leases: [] } });
    cases += 1;
  }
  return cases;
}

function activeTimers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
}

/** What comes of a workflow that nothing befalls. */
export interface CleanRun {
  /** Its requests, and of which kind they are. */
  readonly calls: readonly string[];
  readonly kinds: readonly string[];
  readonly world: { readonly aws: World; readonly more: unknown };
  readonly result: unknown;
}

/** The workflow so many times in a row, nothing going wrong. The requests are those of the first time. */
export async function runClean<Prepared>(workflow: Workflow<Prepared>, times: number): Promise<CleanRun> {
  await using production = await givenProduction(workflow.furnish);
  const { spoiler } = production;
  const prepared = await workflow.prepare(production);
  spoiler.disarm();
  let requests: Pick<CleanRun, 'calls' | 'kinds'> = { calls: [], kinds: [] };
  let result: unknown;
  for (let time = 0; time < times; time += 1) {
    result = await workflow.run(production, prepared, new AbortController().signal);
    if (time === 0) requests = { calls: [...spoiler.calls], kinds: [...spoiler.kinds] };
  }
  return { ...requests, world: await worldOf(workflow, production, prepared), result };
}

/** A moment at which something goes wrong. */
export interface Strike {
  readonly at: Place;
  readonly trouble: Trouble;
}

/**
 * On a busy machine a wait may look once less than in the run that was counted, and end before the last requests of that one: then
 * the trouble did not strike, and nothing was tried.
 */
async function runStruck<Prepared>(
  workflow: Workflow<Prepared>,
  strike: Strike,
  when: string,
): Promise<{ readonly endings: readonly Ending[]; readonly world: unknown }> {
  for (let time = 1; ; time += 1) {
    const run = await runSpoiled(workflow, [strike], when);
    if (run.struck) return run;
    expect(time, `${when}: it never came so far`).toBeLessThan(4);
  }
}

/** One attempt for each strike, then one that nothing befalls. */
async function runSpoiled<Prepared>(
  workflow: Workflow<Prepared>,
  strikes: readonly Strike[],
  when: string,
): Promise<{ readonly endings: readonly Ending[]; readonly world: unknown; readonly struck: boolean }> {
  await using production = await givenProduction(workflow.furnish);
  const { spoiler } = production;
  const prepared = await workflow.prepare(production);
  const treasure = await lookAtTreasure(production);
  const endings: Ending[] = [];
  let struck = true;
  for (const { at, trouble } of strikes) {
    const abort = new AbortController();
    spoiler.arm(at, trouble, abort, () => workflow.vanish?.(production) ?? Promise.resolve());
    const ending = await attempt(workflow, production, prepared, abort.signal);
    endings.push(ending);
    struck &&= spoiler.struck();
    // Who is stopped by a refusal does not go on asking: at most, it clears up what it began.
    if (refusals.has(trouble) && ending.kind !== 'done')
      expect(spoiler.callsSince(), when).toBeLessThanOrEqual(workflow.requestsToClearUp ?? 4);
    expectNothingRunning(production, { signal: abort.signal, killed: trouble === 'crash' }, when);
  }
  spoiler.disarm();
  const last = await attempt(workflow, production, prepared);
  expect(last.kind, 'error' in last ? `${when}: ${String(last.error)}` : when).toBe('done');
  if (strikes.some(({ trouble }) => cannotClearUp.has(trouble))) await workflow.tidy?.(production);
  const world = await worldOf(workflow, production, prepared);
  const found = await lookAtTreasure(production);
  const { production: owner, earliestRestorable } = treasure;
  expect(found, when).toMatchObject({ production: owner, earliestRestorable });
  expect(found.deletionProtection || !treasure.deletionProtection, `${when}: deletion protection`).toBe(true);
  expect(found.automatedSnapshots, when).toEqual(expect.arrayContaining([...treasure.automatedSnapshots]));
  return { endings, world, struck };
}

const refusals: ReadonlySet<Trouble> = new Set(['denied-once', 'denied-from-then-on', 'expired-from-then-on']);

const cannotClearUp: ReadonlySet<Trouble> = new Set([
  'crash',
  'denied-from-then-on',
  'expired-from-then-on',
  'silence',
]);

async function worldOf<Prepared>(
  workflow: Workflow<Prepared>,
  production: Production,
  prepared: Prepared,
): Promise<{ readonly aws: World; readonly more: unknown }> {
  const more = await workflow.state?.(production, prepared);
  return { aws: await lookAtWorld(production), more };
}
