import { describe, expect, it } from 'vitest';
import { inTurn, patience } from './drill-troubles.js';
import {
  automatedDrill,
  dumpDrill,
  pointInTimeDrill,
  snapshotDrill,
  sweepLater,
  unverifiedDrill,
} from './drill-workflows.js';
import { sweep, sweepAbandoned } from './sweep.js';

describe('a drill leaves nothing but its evidence whatever goes wrong at whichever request, and comes to its verdict', () => {
  // The same requests but for the first: what is spared of the one is struck in the other.
  it(
    'of the latest automated snapshot',
    async () => {
      const { calls, cases } = await sweep(automatedDrill, inTurn(2, 0));
      expect(calls).toContain('RestoreDBInstanceFromDBSnapshot');
      expect(calls).toContain('DeleteDBInstance');
      expect(cases).toBe(Math.floor(calls.length / 2));
    },
    patience,
  );

  it(
    'of a point in time',
    async () => {
      const { calls } = await sweep(pointInTimeDrill, inTurn(4, 1));
      expect(calls).toContain('RestoreDBInstanceToPointInTime');
    },
    patience,
  );

  it.each([snapshotDrill, unverifiedDrill])(
    'while it chooses: $name',
    async (workflow) => {
      await sweep(workflow, (call, operation, calls) =>
        call > 5 && call < 16 ? inTurn(3, 0)(call, operation, calls) : [],
      );
    },
    patience,
  );

  it(
    'of a dump',
    async () => {
      const { calls, cases } = await sweep(dumpDrill, inTurn(3, 1));
      expect(cases).toBeGreaterThan(15);
      expect(calls).toContain('HEAD');
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
