import { describe, expect, it } from 'vitest';
import { attempt } from './attempt.js';
import { inTurn, patience } from './drill-troubles.js';
import * as drills from './drill-workflows.js';
import { givenProduction } from './production.js';
import { runClean, sweep, sweepAbandoned } from './sweep.js';
import { lookAtWorld } from './world.js';

const { cacheDrill, copyDrill, damagedDrill, sweepLater } = drills;

describe('a drill leaves nothing but its evidence whatever goes wrong at whichever request, and comes to its verdict', () => {
  it(
    'of a copy in another region',
    async () => {
      const { calls } = await sweep(copyDrill, inTurn(5, 1));
      expect(calls).toContain('RestoreDBInstanceFromDBSnapshot');
    },
    patience,
  );

  it(
    'of a snapshot of the cache',
    async () => {
      const { calls } = await sweep(cacheDrill, inTurn(3, 0));
      expect(calls).toContain('CreateReplicationGroup');
      expect(calls).toContain('DeleteReplicationGroup');
    },
    patience,
  );

  it(
    'of what does not hold what it should: that is never called proven',
    async () => {
      await sweep(damagedDrill, inTurn(9, 2));
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
