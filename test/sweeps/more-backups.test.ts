import { describe, expect, it } from 'vitest';
import type { Workflow } from './attempt.js';
import {
  cacheExportWorkflow,
  cacheSnapshotWorkflow,
  copyWorkflow,
  ensureCacheWorkflow,
  ensureDatabaseWorkflow,
  evidenceWorkflow,
} from './backup-workflows.js';
import { kindsOfTrouble } from './spoiler.js';
import { runClean, sweep } from './sweep.js';

const patience = 300_000;

/** Whatever goes wrong at whichever request, asked for again it comes to what it would have come to; and twice is once. */
function comesToOne<Prepared>(workflow: Workflow<Prepared>, mutations: readonly string[], trace: string): void {
  describe(workflow.name, () => {
    it(
      'comes to the same whatever goes wrong at whichever request, once it is asked for again',
      async () => {
        const { calls } = await sweep(workflow, () => kindsOfTrouble);
        expect(calls.filter((call) => !/^(?:Describe|List|GET|HEAD|GetObject)/.test(call))).toEqual(mutations);
      },
      patience,
    );

    it('does nothing more where it is asked for twice', async () => {
      const [once, twice] = [await runClean(workflow, 1), await runClean(workflow, 2)];
      expect(twice.world).toEqual(once.world);
      expect(JSON.stringify(once.world)).toContain(trace);
    });
  });
}

comesToOne(cacheSnapshotWorkflow, ['CreateSnapshot'], 'zephyr-production-redis-002 available');
comesToOne(ensureCacheWorkflow, ['CreateSnapshot'], 'zephyr-production-redis-002 available');
comesToOne(ensureDatabaseWorkflow, ['CreateDBSnapshot'], '"every 365d"');
comesToOne(cacheExportWorkflow, ['CopySnapshot'], 'cache-0001.rdb');
comesToOne(copyWorkflow, ['CopyDBSnapshot'], '"kept"');
comesToOne(evidenceWorkflow, ['PutObject', 'PutObject'], 'evidence/verified/database-snapshot/rds%3Ax/');
