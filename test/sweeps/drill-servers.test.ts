import { expect, it } from 'vitest';
import type { DrillEvidence } from '../../src/integrity/drill/drill-evidence.js';
import { attempt, expectNothingRunning } from './attempt.js';
import { spread } from './cover-requests.js';
import { patience } from './drill-cover.js';
import { dumpDrill, sweepLater } from './drill-workflows.js';
import { givenProduction } from './production.js';
import { type ServerStrike, serverTroublesOf } from './server-trouble.js';
import { runClean } from './sweep.js';
import { lookAtWorld, type World } from './world.js';

/** How a call may end that met a trouble; what a drill can tell as its finding is no error. */
const endings: Readonly<Record<ServerStrike['trouble'], readonly string[]>> = {
  refused: ['done', 'database-unreachable'],
  'wrong-password': ['done', 'authentication-failed'],
  'closed-before': ['done', 'database-unreachable'],
  'closed-after': ['done', 'database-unreachable'],
  timeout: ['done', 'statement-timeout'],
  denied: ['done', 'permission-denied'],
  deadlock: ['done', 'query-failed'],
  killed: ['restore-failed'],
  // Once it has found out, a drill clears up and says so, whoever has given up.
  hang: ['aborted', 'done'],
  abort: ['aborted', 'done'],
  crash: ['no BackupError'],
};

/** The steps of a drill without trouble. */
async function stepsOf(): Promise<readonly string[]> {
  await using production = await givenProduction();
  const prepared = await dumpDrill.prepare(production);
  production.servers.spoiler.disarm();
  await dumpDrill.run(production, prepared, new AbortController().signal);
  return [...production.servers.spoiler.steps];
}

/** One drill that is struck, and asked for again: honest in what it says, and nothing is left of it. */
async function strike(hit: ServerStrike, clean: World): Promise<string> {
  const when = `${hit.trouble} at ${hit.nth} of ${hit.kind}`;
  await using production = await givenProduction();
  const { spoiler } = production.servers;
  const prepared = await dumpDrill.prepare(production);
  const abort = new AbortController();
  spoiler.arm(hit, abort);
  const ending = await attempt(dumpDrill, production, prepared, abort.signal);
  expect(spoiler.struck(), when).toBe(true);
  const told = 'error' in ending ? `${when}: ${String(ending.error)}` : when;
  expect(endings[hit.trouble], told).toContain(ending.kind);
  expectNothingRunning(production, { signal: abort.signal, killed: hit.trouble === 'crash' }, when);
  spoiler.disarm();
  const last = await attempt(dumpDrill, production, prepared);
  expect(last, 'error' in last ? String(last.error) : when).toMatchObject({ kind: 'done' });
  const { verdict, teardown } = (last as { readonly result: DrillEvidence }).result;
  const said = (await dumpDrill.state?.(production, prepared)) as readonly string[];
  expect(said, when).toEqual([verdict]);
  const { databases } = await lookAtWorld(production);
  expect(
    teardown.leftovers.map(({ identifier }) => identifier),
    when,
  ).toEqual(databases);
  if (databases.length > 0) await sweepLater(production, prepared);
  const { objects, ...world } = await lookAtWorld(production);
  const { objects: stored, ...untouched } = clean;
  expect(world, when).toEqual(untouched);
  const isProven = (keys: readonly string[]): boolean => keys.some((key) => key.includes('drill-passed'));
  expect(isProven(stored)).toBe(true);
  expect(isProven(objects), when).toBe(verdict === 'passed');
  return `${hit.trouble}: ${ending.kind} ${verdict}${databases.length > 0 ? ', left' : ''}`;
}

it(
  'a drill of a dump says what is so, and leaves nothing, whatever befalls its connections, statements and pg_restore',
  async ({ annotate }) => {
    const { world } = await runClean(dumpDrill, 1);
    const steps = await stepsOf();
    const hits = spread(new Map([[dumpDrill.name, steps]]), serverTroublesOf).get(dumpDrill.name) ?? [];
    const came: Record<string, number> = {};
    for (const hit of hits) {
      const how = await strike(hit, world.aws);
      came[how] = (came[how] ?? 0) + 1;
    }
    expect(hits.length).toBeGreaterThan(90);
    // A lost connection is borne where the way in is proven; a lost check is no pass.
    expect(came['refused: done passed']).toBeGreaterThan(0);
    expect(came['closed-before: done partial']).toBeGreaterThan(0);
    // And whatever is left is named, for a sweep.
    expect(came['denied: done partial, left']).toBeGreaterThan(0);
    await annotate(
      `${hits.length} pairs over ${new Set(steps).size} kinds of ${steps.length} steps: ${JSON.stringify(came)}`,
    );
  },
  patience,
);
