import { describe, expect, it } from 'vitest';
import { defaultObjectives } from '../../src/core/objectives.js';
import type { AutomatedBackup } from '../../src/ports/database-backups.js';
import { checkDumpRestoreRequest } from '../../src/restore/dump/dump-restore-request.js';
import { outcomeOf } from '../../src/restore/execution/restore-outcome.js';
import { profileOf } from '../../src/restore/instance/configuration-profile.js';
import { decidePointInTimePlan } from '../../src/restore/instance/decide-point-in-time-plan.js';
import { checkPointInTimeRequest } from '../../src/restore/instance/point-in-time-request.js';
import { windowOf } from '../../src/restore/instance/restore-window.js';
import { renderSettings } from '../../src/restore/plan/render-settings.js';
import { aDatabaseInstance } from './fake-rds.js';

const at = (minute: number): Date => new Date(Date.UTC(2025, 10, 9, 14, minute));

describe('the restore window', () => {
  const backup = (latest: Date): AutomatedBackup => ({
    resourceId: 'db-1',
    instance: 'prod',
    region: 'us-east-1',
    status: 'active',
    restoreWindow: { earliest: at(0), latest },
  });

  it('reaches as far as the later of what the instance and its backups say', () => {
    const instance = { ...aDatabaseInstance(), latestRestorableTime: at(20) };
    expect(windowOf(instance, backup(at(25)))).toEqual({ earliest: at(0), latest: at(25) });
    expect(windowOf(instance, backup(at(15)))).toEqual({ earliest: at(0), latest: at(20) });
    expect(windowOf(undefined, backup(at(15))).latest).toEqual(at(15));
    expect(windowOf(instance, undefined)).toEqual({ earliest: undefined, latest: at(20) });
    expect(windowOf(undefined, undefined).latest).toBeUndefined();
  });

  it('is stated with what is unknown of it', () => {
    const production = { ...aDatabaseInstance(), latestRestorableTime: at(20) };
    const facts = { production, source: { resourceId: production.resourceId, instance: production }, taken: [] };
    const request = checkPointInTimeRequest({ restoreTime: at(25), target: 'pitr', promote: 'none' }, 'prod');
    const context = { region: 'us-east-1', instance: 'prod', database: 'zephyr', objectives: defaultObjectives };
    expect(() =>
      decidePointInTimePlan(
        { ...facts, source: { ...facts.source, automatedBackup: undefined } },
        request,
        context,
        at(30),
      ),
    ).toThrow(/from an unknown instant to 2025-11-09T14:20/);
  });
});

describe('a restore of a dump', () => {
  it.each([0, 17, 1.5, '2'])('refuses %j workers', (workers) => {
    const request = { dump: 'latest', into: { database: 'copy' }, workers: workers as number };
    expect(() => checkDumpRestoreRequest(request, 'zephyr')).toThrow(
      expect.objectContaining({ code: 'invalid-input', field: 'workers' }),
    );
  });
});

describe('settings on paper', () => {
  it('are in the order of their names, whatever order they were read in', () => {
    const { vpcSecurityGroups, ...rest } = profileOf(aDatabaseInstance());
    const names = renderSettings({ vpcSecurityGroups, ...rest })
      .slice(1)
      .map((line) => line.trim().split(' ')[0]);
    expect(names).toEqual([...names].sort());
    expect(names.at(-1)).toBe('vpcSecurityGroups');
  });
});

describe('the outcome of an execution', () => {
  it('that did nothing yet took no time and has no candidate', () => {
    const production = { ...aDatabaseInstance(), latestRestorableTime: at(29) };
    const source = { resourceId: production.resourceId, instance: production, automatedBackup: undefined };
    const plan = decidePointInTimePlan(
      { production, source, taken: [] },
      checkPointInTimeRequest({ restoreTime: 'latest', target: 'pitr', promote: 'none' }, 'prod'),
      { region: 'us-east-1', instance: 'prod', database: 'zephyr', objectives: defaultObjectives },
      at(30),
    );
    const nothing = { startedAt: undefined, finished: new Map(), notes: new Map() };
    expect(outcomeOf(plan, nothing as never, undefined, defaultObjectives)).toMatchObject({
      status: 'completed',
      phases: [],
      recoveryTimeMilliseconds: 0,
      restoredTo: at(29).toISOString(),
      recoveryPointMilliseconds: 60_000,
      drift: [],
    });
  });
});
