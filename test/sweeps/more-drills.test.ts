import { describe, expect, it } from 'vitest';
import { attempt } from './attempt.js';
import { patience, sweepDrill } from './drill-cover.js';
import * as drills from './drill-workflows.js';
import { givenProduction } from './production.js';
import { runClean, sweepAbandoned } from './sweep.js';
import { lookAtWorld } from './world.js';

const { cacheDrill, copyDrill, sweepLater } = drills;

describe('a drill leaves nothing but its evidence whatever goes wrong at whichever request, and comes to its verdict', () => {
  it.each([drills.unverifiedDrill, drills.damagedDrill, copyDrill, cacheDrill])(
    '$name',
    async (workflow) => {
      expect(await sweepDrill(workflow)).toBeGreaterThan(40);
    },
    patience,
  );
});

describe('what a killed drill has left is removed later', () => {
  it.each([cacheDrill, copyDrill])(
    '$name',
    async (workflow) => {
      expect(await sweepAbandoned(workflow, sweepLater, (call) => call % 14 === 13)).toBeGreaterThan(3);
    },
    patience,
  );
});

describe.each([
  { workflow: drills.automatedDrill, made: 'instance' },
  { workflow: drills.pointInTimeDrill, made: 'instance' },
  { workflow: copyDrill, made: 'instance' },
  { workflow: drills.dumpDrill, made: 'database' },
  { workflow: cacheDrill, made: 'cache' },
])('$workflow.name', ({ workflow, made }) => {
  it('changes nothing when it is asked for once more', async () => {
    const once = await runClean(workflow, 1);
    const twice = await runClean(workflow, 2);
    expect(twice.world).toEqual(once.world);
    expect(twice.result).toEqual(once.result);
    expect(once.result).toMatchObject({ verdict: 'passed', teardown: { outcome: 'removed', leftovers: [] }, made });
  });

  it('is made once when it is asked for twice at a time', async () => {
    const { world } = await runClean(workflow, 1);
    await using production = await givenProduction(workflow.furnish);
    const prepared = await workflow.prepare(production);
    const run = () => workflow.run(production, prepared, new AbortController().signal);
    const both = await Promise.allSettled([run(), run()]);
    const endings = both.map((one) => (one.status === 'fulfilled' ? 'done' : one.reason.code)).sort();
    expect(endings).toEqual(['done', 'journal-busy']);
    // Asked for again, the one that was refused is told what the other found.
    expect((await attempt(workflow, production, prepared)).kind).toBe('done');
    const more = await workflow.state?.(production, prepared);
    expect({ aws: await lookAtWorld(production), more }).toEqual(world);
  });
});
