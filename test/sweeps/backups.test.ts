import { describe, expect, it } from 'vitest';
import type { Trouble } from './spoiler.js';
import { runClean, sweep } from './sweep.js';
import { dumpWorkflow, snapshotWorkflow } from './workflows.js';

/** For a test that has a hundred worlds made, on a machine that others use too. */
const patience = 300_000;

describe('createDatabaseSnapshot', () => {
  it(
    'comes to one snapshot whatever goes wrong at whichever request, once it is asked for again',
    async () => {
      const { calls, endings } = await sweep(snapshotWorkflow);
      expect(calls.filter((call) => !call.startsWith('Describe'))).toEqual(['CreateDBSnapshot']);
      // What passes by itself does not even interrupt it once the waiting has begun.
      expect(endings['throttle-thrice: done']).toBeGreaterThanOrEqual(4);
    },
    patience,
  );

  it('takes no second snapshot where it is asked for twice', async () => {
    const [once, twice] = [await runClean(snapshotWorkflow, 1), await runClean(snapshotWorkflow, 2)];
    expect(twice.world).toEqual(once.world);
  });
});

describe('createDump', () => {
  it(
    'stores a dump whole or not at all whatever goes wrong at whichever request',
    async () => {
      const { calls } = await sweep(dumpWorkflow(200_000));
      expect(calls).toEqual(['DescribeDBInstances', 'GET list-type prefix', 'PutObject', 'HEAD', 'PutObject']);
    },
    patience,
  );

  it(
    'stores a dump of many parts whole or not at all whatever goes wrong at whichever request',
    async () => {
      // What differs between one part and many; the rest is swept with one.
      const troubles: readonly Trouble[] = [
        'error-thrice',
        'drop-response-once',
        'drop-response-thrice',
        'denied-once',
        'expired-from-then-on',
        'hang',
        'abort',
        'crash',
      ];
      const { calls } = await sweep(dumpWorkflow(9_000_000), (call) => (call > 2 ? troubles : []));
      expect(calls).toContain('POST uploads');
      expect(calls.filter((call) => call === 'UploadPart')).toHaveLength(2);
    },
    patience,
  );
});
