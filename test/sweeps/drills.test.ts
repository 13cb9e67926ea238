import { describe, expect, it } from 'vitest';
import { coverDrills, patience, sweepDrill } from './drill-cover.js';
import { automatedDrill, dumpDrill, pointInTimeDrill, snapshotDrill, sweepLater } from './drill-workflows.js';
import { sweepAbandoned } from './sweep.js';

describe('a drill leaves nothing but its evidence whatever goes wrong at whichever request, and comes to its verdict', () => {
  it(
    'trouble strikes every request of every drill, and each trouble each kind of request',
    async ({ annotate }) => {
      const { clean, coverage } = await coverDrills();
      const kinds = new Set([...clean.values()].flatMap((run) => run.kinds));
      for (const kind of [
        'RestoreDBInstanceFromDBSnapshot',
        'RestoreDBInstanceToPointInTime',
        'CreateReplicationGroup',
      ])
        expect(kinds).toContain(`make: ${kind}`);
      for (const kind of ['DeleteDBInstance', 'DeleteReplicationGroup']) expect(kinds).toContain(`tear down: ${kind}`);
      expect(kinds).toContain('fill: GetObject archive');
      expect(coverage.requests).toBeGreaterThan(700);
      // Five troubles pass by themselves, at every request; nine last, and two more where they can be.
      expect(coverage.pairs).toBeGreaterThan(5 * coverage.requests);
      expect(coverage.pairsOfKinds).toBeGreaterThanOrEqual(14 * coverage.kinds);
      const { requests, pairs, requestsOfLasting, pairsOfKinds, worlds } = coverage;
      await annotate(
        `${pairs} of ${requests * 16} pairs of a request and a trouble, ${requestsOfLasting} of ${requests} requests struck by what lasts; ` +
          `${pairsOfKinds} pairs of a kind of request and a trouble, of ${coverage.kinds} kinds; in ${worlds} worlds`,
      );
    },
    patience,
  );

  it.each([automatedDrill, pointInTimeDrill, snapshotDrill, dumpDrill])(
    '$name',
    async (workflow) => {
      expect(await sweepDrill(workflow)).toBeGreaterThan(40);
    },
    patience,
  );
});

describe('what a killed drill has left is removed later', () => {
  it.each([automatedDrill, dumpDrill])(
    '$name',
    async (workflow) => {
      expect(await sweepAbandoned(workflow, sweepLater, (call) => call % 14 === 13)).toBeGreaterThan(3);
    },
    patience,
  );
});
