import { describe, expect, it } from 'vitest';
import { severeTrouble } from './spoiler.js';
import { runClean, sweep } from './sweep.js';
import {
  cacheRestoreWorkflow,
  pointInTimeAmidStaleReads,
  pointInTimeByEndpoint,
  pointInTimeOfDeleted,
  pointInTimeOfUnprotected,
  pointInTimeOnStandby,
  pointInTimeWithoutMemory,
  rollbackWorkflow,
  snapshotRestoreWorkflow,
  temporaryCandidateWorkflow,
} from './workflows.js';

/** For a test that has hundreds of worlds made, on a machine that others use too. */
const patience = 600_000;

describe('a recovery from a snapshot', () => {
  it.each([
    { ...snapshotRestoreWorkflow, modifications: 3 },
    { ...temporaryCandidateWorkflow, modifications: 0 },
  ])(
    'comes to one end whatever goes wrong at a change: $name',
    async ({ modifications, ...workflow }) => {
      const { calls } = await sweep(workflow, (call, operation) =>
        operation.startsWith('Describe') && call % 13 !== 0 ? [] : severeTrouble,
      );
      const modify = Array.from({ length: modifications }, () => 'ModifyDBInstance');
      const changes = ['RestoreDBInstanceFromDBSnapshot', ...modify];
      expect(calls.filter((call) => !call.startsWith('Describe'))).toEqual(changes);
    },
    patience,
  );
});

describe('a promotion that is undone', () => {
  it(
    'is undone once whatever goes wrong at a change or soon after it',
    async () => {
      const { calls } = await sweep(rollbackWorkflow, (call, operation) =>
        operation.startsWith('Describe') && call % 9 !== 0 ? [] : severeTrouble,
      );
      expect(calls.filter((call) => !call.startsWith('Describe'))).toEqual(['ModifyDBInstance', 'ModifyDBInstance']);
    },
    patience,
  );

  it('changes nothing when it is executed once more', async () => {
    const [once, twice] = [await runClean(rollbackWorkflow, 1), await runClean(rollbackWorkflow, 2)];
    expect(twice).toEqual({ ...once, calls: once.calls });
  });
});

describe('a restore of the cache', () => {
  it(
    'makes it once whatever goes wrong at whichever request',
    async () => {
      const { calls } = await sweep(cacheRestoreWorkflow, (call, operation) =>
        operation === 'CreateReplicationGroup' || call % 3 === 0 ? severeTrouble : [],
      );
      expect(calls.filter((call) => call.startsWith('Create'))).toEqual(['CreateReplicationGroup']);
    },
    patience,
  );

  it('changes nothing when it is executed once more', async () => {
    const [once, twice] = [await runClean(cacheRestoreWorkflow, 1), await runClean(cacheRestoreWorkflow, 2)];
    expect(twice).toEqual({ ...once, calls: once.calls });
  });
});

describe('a recovery out of the ordinary', () => {
  it.each([
    { ...pointInTimeOfUnprotected, modifications: 4, last: ['CreateDBSnapshot'] },
    { ...pointInTimeOfDeleted, modifications: 1, last: [] },
  ])(
    'comes to one end whatever goes wrong at a change: $name',
    async ({ modifications, last, ...workflow }) => {
      const { calls } = await sweep(workflow, (_call, operation) =>
        operation.startsWith('Describe') ? [] : severeTrouble,
      );
      const modify = Array.from({ length: modifications }, () => 'ModifyDBInstance');
      const changes = ['RestoreDBInstanceToPointInTime', ...modify, ...last];
      expect(calls.filter((call) => !call.startsWith('Describe'))).toEqual(changes);
    },
    patience,
  );

  it(
    'is made once as the class that stands by, whatever goes wrong at a change',
    async () => {
      const { calls } = await sweep(pointInTimeOnStandby, (_call, operation) =>
        operation.startsWith('Describe') ? [] : severeTrouble,
      );
      const restore = 'RestoreDBInstanceToPointInTime';
      expect(calls.filter((call) => !call.startsWith('Describe'))).toEqual([restore, restore, 'ModifyDBInstance']);
    },
    patience,
  );

  it(
    'points the application at the candidate while nothing writes, whatever goes wrong at a change or after it',
    async () => {
      const settled = { writing: true, instance: 'zephyr-production-pitr', tornApart: false };
      const clean = await runClean(pointInTimeByEndpoint, 2);
      expect(clean.world).toMatchObject({ more: settled });
      // The writers are stopped and the application is pointed elsewhere about the end.
      const { calls } = await sweep(pointInTimeByEndpoint, (call, operation) =>
        operation.startsWith('Describe') && call < clean.calls.length - 6 ? [] : severeTrouble,
      );
      const changes = ['RestoreDBInstanceToPointInTime', 'ModifyDBInstance'];
      expect(calls.filter((call) => !call.startsWith('Describe'))).toEqual(changes);
    },
    patience,
  );

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
