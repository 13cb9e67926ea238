import { describe, expect, it } from 'vitest';
import { everyTrouble, type Trouble } from './spoiler.js';
import { runClean, sweep } from './sweep.js';
import { dumpRestoreWorkflow, pointInTimeWithoutMemory, pointInTimeWorkflow } from './workflows.js';

/** For a test that has hundreds of worlds made, on a machine that others use too. */
const patience = 600_000;

/** Every trouble at every change; at the many looks in between, one at each, in turn. */
function inTurn(call: number, operation: string): readonly Trouble[] {
  if (!operation.startsWith('Describe')) return everyTrouble;
  return [everyTrouble[call % everyTrouble.length] ?? 'crash'];
}

describe('the execution of a point-in-time recovery', () => {
  it(
    'exchanges the instances once whatever goes wrong at whichever request',
    async () => {
      const { calls, endings } = await sweep(pointInTimeWorkflow, inTurn);
      const changes = ['RestoreDBInstanceToPointInTime', 'ModifyDBInstance', 'ModifyDBInstance', 'ModifyDBInstance'];
      expect(calls.filter((call) => !call.startsWith('Describe'))).toEqual(changes);
      // What passes by itself does not interrupt a recovery: it has no time for that.
      for (const trouble of ['error-thrice', 'throttle-thrice', 'drop-response-thrice']) {
        expect(endings[`${trouble}: done`], trouble).toBeGreaterThan(4);
      }
    },
    patience,
  );

  it.each([pointInTimeWorkflow, pointInTimeWithoutMemory])(
    'changes nothing when it is executed once more: $name',
    async (workflow) => {
      const [once, twice] = [await runClean(workflow, 1), await runClean(workflow, 2)];
      expect(twice).toEqual({ ...once, calls: once.calls });
    },
  );
});

describe("the execution of a dump's restore", () => {
  it(
    'restores it once whatever goes wrong at whichever request',
    async () => {
      const { calls } = await sweep(dumpRestoreWorkflow);
      expect(calls).toEqual(['HEAD', 'DescribeDBInstances', 'GetObject']);
    },
    patience,
  );

  it('changes nothing when it is executed once more', async () => {
    const [once, twice] = [await runClean(dumpRestoreWorkflow, 1), await runClean(dumpRestoreWorkflow, 2)];
    expect(twice).toEqual({ ...once, calls: once.calls });
  });
});
