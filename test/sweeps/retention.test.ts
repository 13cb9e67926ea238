import { describe, expect, it } from 'vitest';
import { retentionWorkflow } from './retention-workflow.js';
import { kindsOfTrouble } from './spoiler.js';
import { runClean, sweep } from './sweep.js';

const patience = 300_000;

describe('carryOutRetention', () => {
  it(
    'deletes the same whatever goes wrong at whichever request, once it is asked for again',
    async () => {
      const { calls } = await sweep(retentionWorkflow, (_call, operation) =>
        /^(?:Describe|List|GET|HEAD|GetObject)/.test(operation)
          ? ['drop-response-thrice']
          : // What hangs there is waited for, for its grace of ten seconds.
            kindsOfTrouble.filter((kind) => kind !== 'hang' || operation !== 'POST delete'),
      );
      expect(calls.filter((call) => !/^(?:Describe|List|GET|HEAD|GetObject)/.test(call))).toEqual([
        'PutObject',
        // The newest go first.
        'DeleteSnapshot',
        'DeleteDBSnapshot',
        'POST delete',
        'POST delete',
        'PutObject',
      ]);
    },
    patience,
  );

  it('deletes nothing more where it is asked for twice', async () => {
    const [once, twice] = [await runClean(retentionWorkflow, 1), await runClean(retentionWorkflow, 2)];
    expect(twice.world).toEqual(once.world);
    expect(JSON.stringify(once.world)).toContain('evidence/retention/');
  });
});
