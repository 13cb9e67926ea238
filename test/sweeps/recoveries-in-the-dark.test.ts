import { describe, it } from 'vitest';
import { severeTrouble } from './spoiler.js';
import { sweep } from './sweep.js';
import { pointInTimeAmidStaleReads, pointInTimeWithoutMemory } from './workflows.js';

/** For a test that has hundreds of worlds made, on a machine that others use too. */
const patience = 600_000;

describe('a recovery that cannot trust what it knows', () => {
  it(
    'comes to the same end where the journal is lost with the process',
    async () => {
      await sweep(pointInTimeWithoutMemory, (call, operation) =>
        operation.startsWith('Describe') && call % 3 !== 0 ? [] : ['crash', 'abort'],
      );
    },
    patience,
  );

  it(
    'comes to the same end where RDS shows its changes late, whatever goes wrong at a change',
    async () => {
      await sweep(pointInTimeAmidStaleReads, (_call, operation) =>
        operation.startsWith('Describe') ? [] : severeTrouble,
      );
    },
    patience,
  );
});
