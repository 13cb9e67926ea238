import { it } from 'vitest';
import { everyTrouble } from './spoiler.js';
import { sweep, sweepChains } from './sweep.js';
import { dumpRestoreWorkflow, pointInTimeAmidStaleReads, pointInTimeWorkflow, snapshotWorkflow } from './workflows.js';

const patience = 600_000;

it(
  'a recovery that is struck again and again ends as one that is not',
  () => sweepChains(pointInTimeWorkflow, 25),
  patience,
);

it(
  'a restore of a dump that is struck again and again ends as one that is not',
  () => sweepChains(dumpRestoreWorkflow, 15),
  patience,
);

it('a snapshot that is struck again and again is one snapshot', () => sweepChains(snapshotWorkflow, 15), patience);

it(
  'a recovery amid stale reads exchanges the instances once, whatever goes wrong at a change',
  async () => {
    await sweep(pointInTimeAmidStaleReads, (_call, operation) =>
      operation.startsWith('Describe') ? [] : everyTrouble,
    );
  },
  patience,
);
