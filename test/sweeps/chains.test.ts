import { it } from 'vitest';
import { sweepChains } from './sweep.js';
import { dumpRestoreWorkflow, pointInTimeWorkflow, snapshotWorkflow } from './workflows.js';

const patience = 600_000;

it(
  'a recovery that is struck again and again ends as one that is not',
  () => sweepChains(pointInTimeWorkflow, 15),
  patience,
);

it(
  'a restore of a dump that is struck again and again ends as one that is not',
  () => sweepChains(dumpRestoreWorkflow, 10),
  patience,
);

it('a snapshot that is struck again and again is one snapshot', () => sweepChains(snapshotWorkflow, 10), patience);
