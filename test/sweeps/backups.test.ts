import { describe, expect, it } from 'vitest';
import type { Trouble } from './spoiler.js';
import { runClean, sweep } from './sweep.js';
import { dumpWorkflow, snapshotWorkflow } from './workflows.js';

/** For a test that has a hundred worlds made, on a machine that others use too. */
const patience = 300_000;

/** What several requests at a time may meet differently from one. */
const struckTogether: readonly Trouble[] = ['drop-response-thrice', 'denied-once', 'hang', 'abort', 'crash'];

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
    'stores all archives of a dump or none whatever goes wrong at whichever request',
    async () => {
      const { calls } = await sweep(dumpWorkflow(200_000, 2), (call, operation) =>
        operation === 'PutObject' ? struckTogether : call > 2 ? ['expired-from-then-on', 'crash'] : [],
      );
      // The definitions, two tables, what is left; and the manifest.
      expect(calls.filter((call) => call === 'PutObject')).toHaveLength(5);
    },
    patience,
  );

  it(
    'stores a dump of many parts whole or not at all whatever goes wrong at whichever request',
    async () => {
      const { calls } = await sweep(dumpWorkflow(9_000_000), (call) => (call > 2 ? struckTogether : []));
      expect(calls).toContain('POST uploads');
      expect(calls.filter((call) => call === 'UploadPart')).toHaveLength(2);
    },
    patience,
  );
});
