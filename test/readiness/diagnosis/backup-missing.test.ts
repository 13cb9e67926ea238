import { describe, expect, it } from 'vitest';
import type { SnapshotDescription } from '../../../src/ports/database-backups.js';
import type { DatabaseEvent } from '../../../src/ports/database-event.js';
import type { DatabaseInstance } from '../../../src/ports/database-instance.js';
import type { MetricPoint } from '../../../src/ports/metrics.js';
import { decideDiagnosis } from '../../../src/readiness/diagnosis/decide-diagnosis.js';
import type { CauseCode, Diagnosis, LikelyCause } from '../../../src/readiness/diagnosis/diagnosis.js';
import type { DiagnosisFacts } from '../../../src/readiness/diagnosis/diagnosis-facts.js';
import { missedWindow } from '../../../src/readiness/diagnosis/missed-window.js';
import { instance, known, now, unknown } from '../facts.js';

function snapshot(at: string | undefined, more: Partial<SnapshotDescription> = {}): SnapshotDescription {
  return {
    identifier: `rds:zephyr-${at}`,
    arn: 'arn',
    type: 'automated',
    status: 'available',
    instance: instance.identifier,
    resourceId: instance.resourceId,
    createdAt: at === undefined ? undefined : new Date(at),
    engine: 'postgres',
    engineVersion: '15.18',
    allocatedStorageGiB: 100,
    encrypted: true,
    tags: {},
    ...more,
  };
}

function event(at: string, message: string, categories: readonly string[] = []): DatabaseEvent {
  return { at: new Date(at), source: instance.identifier, message, categories };
}

const yesterday = snapshot('2025-11-08T03:12:00Z');

/** It is the 9th, 14:00, the window was 03:00 to 04:00, and the newest snapshot is the day before's. */
function diagnosed(more: Partial<DiagnosisFacts> = {}, changes: Partial<DatabaseInstance> = {}): Diagnosis {
  const given: DiagnosisFacts = {
    region: 'us-east-1',
    identifier: instance.identifier,
    instance: { ...instance, ...changes },
    production: known(instance),
    snapshots: known([yesterday]),
    namesakes: known([]),
    events: known([]),
    metrics: undefined,
    ...more,
  };
  return decideDiagnosis(given, 'backup-missing', now);
}

const first = (diagnosis: Diagnosis): LikelyCause | undefined => diagnosis.causes[0];
const codes = (diagnosis: Diagnosis): readonly CauseCode[] => diagnosis.causes.map(({ code }) => code);

describe('a backup that is missing', () => {
  it('is not, where it is there', () => {
    const today = snapshot('2025-11-09T03:00:00Z');
    const found = diagnosed({ snapshots: known([today, yesterday]) });
    expect(codes(found)).toEqual(['not-missing']);
    expect(first(found)).toMatchObject({ likelihood: 'certain', evidence: { snapshot: today.identifier } });
  });

  it.each([
    snapshot('2025-11-09T03:10:00Z', { status: 'failed' }),
    snapshot('2025-11-09T14:00:00Z', { type: 'awsbackup' }),
  ])('is missing where what is there is none', (other) => {
    expect(codes(diagnosed({ snapshots: known([other, yesterday]) }))).toEqual(['unseen']);
  });

  it('is not claimed where the snapshots cannot be listed, and what RDS said of it is told', () => {
    const unlisted = first(diagnosed({ snapshots: unknown() }));
    expect(unlisted).toMatchObject({
      code: 'unseen',
      title: 'whether it is missing cannot be told: snapshots could not be listed',
      fix: expect.stringContaining('rds:DescribeDBSnapshots'),
    });
    const events = known([event('2025-11-09T03:12:00Z', 'Finished DB Instance backup', ['backup'])]);
    expect(first(diagnosed({ snapshots: unknown(), events }))?.title).toContain(
      'RDS finished a backup at 2025-11-09T03:12:00.000Z',
    );
  });

  it('with backups off has its certain cause, and who turned them off is in the events', () => {
    const found = diagnosed(
      { events: known([event('2025-11-08T16:00:00Z', 'Disabled automated backups')]) },
      { backupRetentionDays: 0 },
    );
    expect(first(found)).toMatchObject({
      code: 'backups-off',
      likelihood: 'certain',
      evidence: { disabled: '2025-11-08T16:00:00.000Z' },
    });
    expect(first(diagnosed({}, { backupRetentionDays: 0 }))?.evidence.disabled).toBeUndefined();
  });

  it.each([
    [{ snapshots: known([snapshot(undefined, { status: 'creating' }), yesterday]) }, {}],
    [{}, { status: 'backing-up' }],
  ] as const)('may still be under way', (more, changes) => {
    expect(codes(diagnosed(more, changes))).toEqual(['backup-running']);
  });

  it.each([
    ['storage-full', 'storage-full', 'certain'],
    ['stopped', 'instance-not-available', 'certain'],
    ['inaccessible-encryption-credentials', 'instance-not-available', 'certain'],
    ['modifying', 'instance-not-available', 'likely'],
  ])('of an instance that is %s', (status, code, likelihood) => {
    expect(first(diagnosed({}, { status }))).toMatchObject({ code, likelihood, fix: expect.stringMatching(/\.$/) });
  });

  it.each([
    ['2025-11-09T03:20:00Z', 'Multi-AZ instance failover started.', 'interrupted'],
    ['2025-11-09T02:30:00Z', 'DB instance shutdown', 'interrupted'],
    ['2025-11-09T05:00:00Z', 'DB instance restarted', 'interrupted'],
    [
      '2025-11-09T03:20:00Z',
      'DB instance has reached the storage-full threshold, and the database has been shut down.',
      'storage-full',
    ],
    ['2025-11-09T02:29:59Z', 'DB instance shutdown', 'unseen'],
    ['2025-11-09T05:00:01Z', 'DB instance restarted', 'unseen'],
    ['2025-11-08T03:20:00Z', 'DB instance has reached the storage-full threshold', 'unseen'],
  ])('at %s: %s gives %s', (at, message, code) => {
    expect(codes(diagnosed({ events: known([event(at, message)]) }))).toEqual([code]);
  });

  it('is to come where the instance is new', () => {
    expect(codes(diagnosed({}, { createdAt: new Date('2025-11-09T03:30:00Z') }))).toEqual(['new-instance']);
    expect(codes(diagnosed({}, { createdAt: undefined }))).toEqual(['unseen']);
  });

  it.each([
    ['2025-11-09T03:10:00Z', 'likely'],
    ['2025-11-09T03:00:00Z', 'likely'],
    ['2025-11-09T02:59:59Z', 'possible'],
    ['2025-11-01T03:10:00Z', 'possible'],
    [undefined, 'possible'],
  ])('may be under the name of another instance, made %s', (at, likelihood) => {
    const namesake = snapshot(at, { resourceId: 'db-OLD' });
    expect(first(diagnosed({ namesakes: known([namesake]) }))).toMatchObject({
      code: 'renamed',
      likelihood,
      evidence: { belongsTo: 'db-OLD' },
    });
  });

  it.each([
    ['2025-11-08T16:00:00Z', ['window-moved']],
    ['2025-11-08T04:59:59Z', ['unseen']],
    ['2025-11-08T05:00:00Z', ['window-moved']],
    ['2025-11-08T02:00:00Z', ['window-moved']],
  ])('may have been made in another window: %s', (at, expected) => {
    expect(codes(diagnosed({ snapshots: known([snapshot(at)]) }))).toEqual(expected);
  });

  it('may be hindered by overlapping maintenance or a manual snapshot, both only possible', () => {
    const manual = snapshot('2025-11-09T03:30:00Z', { type: 'manual', identifier: 'pre-deployment' });
    const other = snapshot('2025-11-09T12:00:00Z', { type: 'manual' });
    const found = diagnosed(
      { snapshots: known([other, manual, yesterday]) },
      { maintenanceWindow: 'sun:03:30-sun:04:30' },
    );
    expect(codes(found)).toEqual(['window-overlap', 'manual-snapshot-in-window']);
    expect(found.causes[1]?.evidence.snapshots).toEqual(['pre-deployment']);
    expect(codes(diagnosed({ snapshots: known([other, yesterday]) }))).toEqual(['unseen']);
  });

  it('without any trace says so, and what to do', () => {
    expect(first(diagnosed({ snapshots: known([]) }))).toMatchObject({
      code: 'unseen',
      likelihood: 'possible',
      fix: expect.stringContaining('manual snapshot'),
    });
  });

  it('puts the certain before the likely and the likely before the possible', () => {
    const found = diagnosed(
      {
        namesakes: known([snapshot('2025-11-01T03:10:00Z', { resourceId: 'db-OLD' })]),
        events: known([event('2025-11-09T03:20:00Z', 'Multi-AZ instance failover completed', ['failover'])]),
      },
      { status: 'stopped' },
    );
    expect(found.causes.map(({ likelihood }) => likelihood)).toEqual(['certain', 'likely', 'possible']);
  });

  it("corrects the runbook's three causes, except one that holds", () => {
    const beliefs = (diagnosis: Diagnosis) => diagnosis.ruledOut.map(({ belief }) => belief).join('; ');
    expect(beliefs(diagnosed())).toMatch(/20 %.*long transactions.*maintenance window/);
    expect(beliefs(diagnosed({}, { maintenanceWindow: 'sun:03:30-sun:04:30' }))).not.toContain('maintenance');
  });

  it('says what could not be looked at', () => {
    const blind = diagnosed({ snapshots: unknown(), namesakes: unknown(), events: unknown() });
    expect(blind.unknown).toEqual(['snapshots: RDS says no', 'namesakes: RDS says no', 'events: RDS says no']);
    expect(codes(blind)).toEqual(['unseen']);
    expect(blind.events).toEqual([]);
  });

  it('shows the newest fifty events', () => {
    const events = Array.from({ length: 60 }, (_, n) => event('2025-11-08T12:00:00Z', `event ${n}`));
    const shown = diagnosed({ events: known(events) }).events;
    expect(shown.map(({ message }) => message)).toEqual(events.slice(10).map(({ message }) => message));
    expect(shown[0]).toEqual({ at: '2025-11-08T12:00:00.000Z', source: instance.identifier, message: 'event 10' });
  });

  it('of no instance is no diagnosis', () => {
    expect(() => diagnosed({ instance: undefined })).toThrow(expect.objectContaining({ code: 'instance-not-found' }));
  });

  it('is missed since the last window that ended', () => {
    const window = (backupWindow: string | undefined) => {
      const { start, end } = missedWindow({ ...instance, backupWindow }, now);
      return [start.toISOString(), end.toISOString()];
    };
    expect(window('03:00-04:00')).toEqual(['2025-11-09T03:00:00.000Z', '2025-11-09T04:00:00.000Z']);
    expect(window('13:30-14:30')).toEqual(['2025-11-08T13:30:00.000Z', '2025-11-08T14:30:00.000Z']);
    expect(window(undefined)).toEqual(['2025-11-08T00:00:00.000Z', '2025-11-09T00:00:00.000Z']);
    expect(codes(diagnosed({}, { backupWindow: undefined, maintenanceWindow: undefined }))).toEqual(['not-missing']);
  });
});

describe('a backup that is missing, by measurement', () => {
  const at = (time: string, value: number) => ({ at: new Date(`2025-11-09T${time}:00Z`), value });
  const measured = (freeStorage: readonly MetricPoint[], load: readonly MetricPoint[] = []) =>
    diagnosed({ metrics: known({ freeStorage, load }) });
  const gibibyte = 1_073_741_824;

  it('comes from storage that was full in the window, at no other time', () => {
    const found = measured([
      at('02:00', 0),
      at('03:10', 1 * gibibyte),
      at('03:15', gibibyte - 1),
      at('03:20', gibibyte),
    ]);
    expect(first(found)).toMatchObject({
      code: 'storage-full',
      likelihood: 'likely',
      evidence: { at: '2025-11-09T03:15:00.000Z' },
    });
    expect(codes(measured([at('02:00', 0), at('03:10', gibibyte)]))).toEqual(['unseen']);
    expect(codes(measured([]))).toEqual(['unseen']);
  });

  it('is said once where the status says it too', () => {
    const metrics = known({ freeStorage: [at('03:10', 0)], load: [] });
    expect(codes(diagnosed({ metrics }, { status: 'storage-full' }))).toEqual(['storage-full']);
  });

  it('may come from heavy load', () => {
    const found = measured([], [at('03:00', 89.9), at('03:05', 90), at('03:10', 97.4), at('13:00', 99)]);
    expect(first(found)).toMatchObject({
      code: 'busy',
      likelihood: 'possible',
      title: 'it was under heavy load: CPU at 97 %',
      evidence: { fiveMinutes: 2 },
    });
  });

  it('knows what it could not measure', () => {
    const found = diagnosed({ metrics: unknown() });
    expect(codes(found)).toEqual(['unseen']);
    expect(found.unknown).toEqual(['metrics: RDS says no']);
  });
});

describe('a copy in the backup window', () => {
  it.each([
    snapshot('2025-11-09T03:20:00Z', { type: 'manual', originalCreatedAt: new Date('2025-11-01T00:00:00Z') }),
    snapshot(undefined, { type: 'manual', status: 'copying' }),
  ])('keeps the daily backup from being made', (copy) => {
    expect(codes(diagnosed({ snapshots: known([copy, yesterday]) }))).toEqual(['copy-in-window']);
  });

  it.each([
    snapshot('2025-11-09T12:00:00Z', { type: 'manual', originalCreatedAt: new Date('2025-11-01T00:00:00Z') }),
    snapshot('2025-11-09T03:20:00Z', { type: 'manual', originalCreatedAt: new Date('2025-11-09T03:20:00Z') }),
  ])('is not one at another time, nor a snapshot that is its own original', (other) => {
    expect(codes(diagnosed({ snapshots: known([other, yesterday]) }))).not.toContain('copy-in-window');
  });
});
