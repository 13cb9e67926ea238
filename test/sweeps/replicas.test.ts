import { describe, expect, it } from 'vitest';
import { severeTrouble, type Trouble } from './spoiler.js';
import { runClean, sweep } from './sweep.js';
import {
  disasterPromotionWorkflow,
  plannedPromotionWithoutMemory,
  plannedPromotionWorkflow,
  replicaWorkflow,
} from './workflows.js';

/** For a test that has hundreds of worlds made, on a machine that others use too. */
const patience = 600_000;

/** At every change, and at one look in so many. */
const atChanges =
  (oneIn: number, troubles: readonly Trouble[] = severeTrouble) =>
  (call: number, operation: string): readonly Trouble[] =>
    operation.startsWith('Describe') && call % oneIn !== 0 ? [] : troubles;

describe('the making of a read replica in another region', () => {
  it(
    'makes one whatever goes wrong at a change or soon after it',
    async () => {
      const { calls } = await sweep(replicaWorkflow, atChanges(11));
      const changes = ['CreateDBInstanceReadReplica', 'ModifyDBInstance'];
      expect(calls.filter((call) => !call.startsWith('Describe'))).toEqual(changes);
    },
    patience,
  );

  it('changes nothing when it is executed once more', async () => {
    const [once, twice] = [await runClean(replicaWorkflow, 1), await runClean(replicaWorkflow, 2)];
    expect(once.world).toMatchObject({ aws: { abroad: ['zephyr-dr available'] } });
    expect(twice).toEqual({ ...once, calls: once.calls });
  });
});

describe('the promotion of a read replica', () => {
  it.each([
    { ...plannedPromotionWorkflow, oneIn: 17 },
    { ...disasterPromotionWorkflow, oneIn: 1_000 },
  ])(
    'promotes once, and points the application at it while nothing writes, whatever goes wrong: $name',
    async ({ oneIn, ...workflow }) => {
      const { calls } = await sweep(workflow, atChanges(oneIn));
      expect(calls.filter((call) => !call.startsWith('Describe'))).toEqual(['AddTagsToResource', 'PromoteReadReplica']);
    },
    patience,
  );

  it(
    'comes to the same end where the journal is lost with the process',
    async () => {
      await sweep(plannedPromotionWithoutMemory, atChanges(16, ['crash', 'abort']));
    },
    patience,
  );

  it.each([plannedPromotionWorkflow, disasterPromotionWorkflow, plannedPromotionWithoutMemory])(
    'changes nothing when it is executed once more: $name',
    async (workflow) => {
      const [once, twice] = [await runClean(workflow, 1), await runClean(workflow, 2)];
      expect(once.world).toMatchObject({
        more: {
          writing: true,
          instance: 'zephyr-dr',
          tornApart: false,
          promoted: {
            status: 'available',
            replicaSource: undefined,
            backupRetentionDays: 30,
            deletionProtection: true,
          },
          purpose: 'promoted-replica',
        },
      });
      expect(twice).toEqual({ ...once, calls: once.calls });
    },
  );
});
