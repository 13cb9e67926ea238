import { describe, expect, it } from 'vitest';
import { coverageOf, coverRequests } from './cover-requests.js';
import { retentionWorkflow } from './retention-workflow.js';
import { runClean, sweepStrikes } from './sweep.js';

const patience = 300_000;

describe('carryOutRetention', () => {
  it(
    'deletes the same whatever goes wrong at whichever request, once it is asked for again',
    async ({ annotate }) => {
      const clean = await runClean(retentionWorkflow, 1);
      expect(clean.calls.filter((call) => !/^(?:Describe|List|GET|HEAD|GetObject)/.test(call))).toEqual([
        'PutObject',
        // The newest go first.
        'DeleteSnapshot',
        'DeleteDBSnapshot',
        'POST delete',
        'POST delete',
        'PutObject',
      ]);
      const kindsOf = new Map([[retentionWorkflow.name, clean.kinds]]);
      const strikes = coverRequests(kindsOf).get(retentionWorkflow.name) ?? [];
      // What hangs there is waited for, for its grace of ten seconds.
      const quick = strikes.filter(
        ({ at, trouble }) => trouble !== 'hang' || !JSON.stringify(at).includes('POST delete'),
      );
      await sweepStrikes(retentionWorkflow, clean, quick);
      const { pairs, requests, kinds } = coverageOf(kindsOf, new Map([[retentionWorkflow.name, quick]]));
      await annotate(`${pairs} pairs of a request and a trouble, over ${requests} requests of ${kinds} kinds`);
    },
    patience,
  );

  it('deletes nothing more where it is asked for twice', async () => {
    const [once, twice] = [await runClean(retentionWorkflow, 1), await runClean(retentionWorkflow, 2)];
    expect(twice.world).toEqual(once.world);
    expect(JSON.stringify(once.world)).toContain('evidence/retention/');
  });
});
