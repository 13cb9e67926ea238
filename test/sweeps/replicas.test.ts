import { describe, expect, it } from 'vitest';
import { severeTrouble } from './spoiler.js';
import { runClean, sweep } from './sweep.js';
import { replicaWorkflow } from './workflows.js';

/** For a test that has hundreds of worlds made, on a machine that others use too. */
const patience = 600_000;

describe('the making of a read replica in another region', () => {
  it(
    'makes one whatever goes wrong at a change or soon after it',
    async () => {
      const { calls } = await sweep(replicaWorkflow, (call, operation) =>
        operation.startsWith('Describe') && call % 7 !== 0 ? [] : severeTrouble,
      );
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
