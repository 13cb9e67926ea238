import { describe, expect, it } from 'vitest';
import type { DatabaseInstance } from '../../../src/ports/database-instance.js';
import { decideDiagnosis } from '../../../src/readiness/diagnosis/decide-diagnosis.js';
import type { Diagnosis } from '../../../src/readiness/diagnosis/diagnosis.js';
import type { DiagnosisFacts } from '../../../src/readiness/diagnosis/diagnosis-facts.js';
import { renderDiagnosis } from '../../../src/readiness/diagnosis/render-diagnosis.js';
import { ago, hour, instance, known, minute, now, unknown } from '../facts.js';

const candidate: DatabaseInstance = {
  ...instance,
  identifier: 'pitr',
  resourceId: 'db-CANDIDATE',
  createdAt: ago(hour),
};

function diagnosed(changes: Partial<DatabaseInstance> | undefined, more: Partial<DiagnosisFacts> = {}): Diagnosis {
  const given: DiagnosisFacts = {
    region: 'us-east-1',
    identifier: 'pitr',
    instance: changes && { ...candidate, ...changes },
    production: known(instance),
    snapshots: known([]),
    namesakes: known([]),
    events: known([]),
    metrics: undefined,
    ...more,
  };
  return decideDiagnosis(given, 'restore-stuck', now);
}

const causes = (diagnosis: Diagnosis): string[] =>
  diagnosis.causes.map(({ likelihood, code }) => `${likelihood} ${code}`);
const events = (...messages: readonly string[]): Pick<DiagnosisFacts, 'events'> => ({
  events: known(messages.map((message) => ({ at: ago(30 * minute), source: 'pitr', message, categories: [] }))),
});

describe('a restore that does not end', () => {
  it('of no such instance was refused, or is gone', () => {
    expect(causes(diagnosed(undefined))).toEqual(['certain no-such-instance']);
    expect(diagnosed(undefined).causes[0]?.fix).toContain('refused');
    const gone = diagnosed(undefined, events('The DB instance creation failed. No capacity.'));
    expect(gone.causes[0]).toMatchObject({
      fix: expect.stringContaining('is gone'),
      evidence: { events: [expect.stringContaining('creation failed')] },
    });
    expect(diagnosed(undefined, { events: unknown() }).causes[0]?.fix).toContain('refused');
  });

  it.each([
    ['incompatible-network', 'failed'],
    ['incompatible-parameters', 'failed'],
    ['insufficient-capacity', 'failed'],
    ['storage-full', 'storage-full'],
  ])('%s will not be helped by waiting, and its events say why', (status, code) => {
    const message = `Database instance in ${status} state. Subnet is full.`;
    const found = diagnosed({ status, subnetGroup: 'default' }, events('Restored from DB instance a to b', message));
    expect(causes(found)).toEqual([`certain ${code}`]);
    expect(found.causes[0]?.evidence).toMatchObject({
      events: [expect.stringContaining(message)],
      subnetGroup: 'default',
    });
    const blind = diagnosed({ status }, { events: unknown(), production: unknown() });
    expect(blind.causes[0]?.evidence).toMatchObject({ events: [], productionSubnetGroup: undefined });
  });

  it.each([
    [34 * minute, 'likely still-creating'],
    [34 * minute + 1, 'likely slow'],
  ])('creating for %i ms at 100 GiB is %s', (milliseconds, expected) => {
    expect(causes(diagnosed({ status: 'creating', createdAt: ago(milliseconds) }))).toEqual([expected]);
  });

  it('is timed by its first event while it has no time of its own', () => {
    const creating = { status: 'creating', createdAt: undefined } as const;
    const told = { at: ago(2 * hour), source: 'pitr', message: 'Restored from DB instance a to b', categories: [] };
    expect(causes(diagnosed(creating, { events: known([told]) }))).toEqual(['likely slow']);
    const untimed = diagnosed(creating, { events: unknown() });
    expect(causes(untimed)).toEqual(['likely still-creating']);
    expect(untimed.causes[0]?.evidence).toMatchObject({
      elapsedMilliseconds: undefined,
      usualMilliseconds: 17 * minute,
    });
  });

  it.each(['backing-up', 'modifying', 'rebooting', 'configuring-log-exports'])('%s is finishing', (status) => {
    expect(causes(diagnosed({ status }))).toEqual(['likely finishing']);
  });

  it.each(['available', 'storage-optimization'])('%s is over', (status) => {
    expect(causes(diagnosed({ status }))).toEqual(['certain finished']);
  });

  it('that is over may be out of reach, with other groups than production', () => {
    const groups = [{ id: 'sg-default', status: 'active' }];
    expect(causes(diagnosed({ vpcSecurityGroups: groups }))).toEqual(['certain finished', 'likely cannot-connect']);
    expect(causes(diagnosed({ subnetGroup: 'default' }))).toEqual(['certain finished', 'likely cannot-connect']);
    expect(causes(diagnosed({ vpcSecurityGroups: groups }, { production: unknown() }))).toEqual(['certain finished']);
    const itself = known({ ...candidate, vpcSecurityGroups: [] });
    expect(causes(diagnosed({ vpcSecurityGroups: groups }, { production: itself }))).toEqual(['certain finished']);
    const same = known({ ...instance, vpcSecurityGroups: [...groups, { id: 'sg-a', status: 'active' }] });
    const reversed = { vpcSecurityGroups: [{ id: 'sg-a', status: 'active' }, ...groups] };
    expect(causes(diagnosed(reversed, { production: same }))).toEqual(['certain finished']);
  });

  it.each([
    [{ parameterGroups: [{ name: 'zephyr-15', applyStatus: 'pending-reboot' }] }, 'zephyr-15: pending-reboot'],
    [{ vpcSecurityGroups: [{ id: 'sg-1', status: 'adding' }] }, 'sg-1: adding'],
    [{ pendingChanges: { MultiAZ: true } }, 'MultiAZ: pending'],
  ])('may wait for what is not applied: %j', (changes, what) => {
    const found = diagnosed({ ...changes, status: 'modifying' });
    expect(causes(found)).toEqual(['likely group-not-applied', 'likely finishing']);
    expect(found.causes[0]?.title).toContain(what);
    expect(causes(diagnosed({ ...changes, status: 'creating', createdAt: undefined }))[0]).toBe(
      'likely group-not-applied',
    );
  });

  it("corrects what the runbook looks at: a percentage that is not the restore's", () => {
    expect(diagnosed({ status: 'creating' }).ruledOut.map(({ belief }) => belief)).toEqual([
      'PercentProgress shows how far the restore is',
      'a security group holds the restore up',
      'the instance class has too little disk',
    ]);
  });
});

describe('a diagnosis as text', () => {
  it('has causes, fixes, corrections and events', () => {
    const lines = renderDiagnosis(diagnosed({ status: 'failed' }, events('DB instance put into failed state.'))).split(
      '\n',
    );
    expect(lines.slice(0, 4)).toEqual([
      'restore-stuck of pitr in us-east-1 at 2025-11-09T14:00:00.000Z',
      '',
      'certain  failed: it is failed: waiting will not help',
      '         -> Read its events, and recover to the latest restorable time under another name.',
    ]);
    expect(lines).toContain('Not the cause:');
    expect(lines).toContain('  2025-11-09T13:30:00.000Z pitr: DB instance put into failed state.');
    expect(lines).not.toContain('Could not be looked at:');
  });

  it('says what could not be looked at', () => {
    expect(renderDiagnosis(diagnosed({}, { events: unknown() }))).toContain(
      'Could not be looked at:\n  events: RDS says no\n',
    );
  });
});
