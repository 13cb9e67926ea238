import { describe, expect, it } from 'vitest';
import type { DatabaseInstance } from '../../../src/ports/database-instance.js';
import { decideDiagnosis } from '../../../src/readiness/diagnosis/decide-diagnosis.js';
import { diagnose } from '../../../src/readiness/diagnosis/diagnose.js';
import type { Diagnosis } from '../../../src/readiness/diagnosis/diagnosis.js';
import type { DiagnosisFacts } from '../../../src/readiness/diagnosis/diagnosis-facts.js';
import { ago, hour, instance, known, minute, now } from '../facts.js';
import { virtualZephyr } from '../zephyr-virtual.js';

/** Logs that are half an hour behind, unless said otherwise. */
function diagnosed(more: Partial<DiagnosisFacts> = {}, changes: Partial<DatabaseInstance> = {}): Diagnosis {
  const given: DiagnosisFacts = {
    region: 'us-east-1',
    identifier: instance.identifier,
    instance: { ...instance, latestRestorableTime: ago(30 * minute), ...changes },
    production: known(instance),
    snapshots: known([]),
    namesakes: known([]),
    events: known([]),
    metrics: undefined,
    ...more,
  };
  return decideDiagnosis(given, 'logs-behind', now);
}

const told = (message: string, age = 20 * minute) =>
  known([{ at: ago(age), source: instance.identifier, message, categories: [] }]);

describe('logs that do not arrive', () => {
  it.each<[string, string, Partial<DiagnosisFacts>, Partial<DatabaseInstance>]>([
    ['not-behind', 'certain', {}, { latestRestorableTime: ago(10 * minute) }],
    ['not-behind', 'certain', {}, { latestRestorableTime: ago(-minute) }],
    ['read-replica', 'certain', {}, { replicaSource: 'primary' }],
    ['backups-off', 'certain', { events: told('Disabled automated backups') }, { backupRetentionDays: 0 }],
    ['new-instance', 'certain', {}, { latestRestorableTime: undefined, createdAt: ago(minute) }],
    ['storage-full', 'certain', {}, { status: 'storage-full' }],
    ['instance-not-available', 'certain', {}, { status: 'stopped' }],
    ['instance-not-available', 'likely', {}, { status: 'rebooting' }],
    ['shipping-failed', 'likely', { events: told('Transaction logs could not be shipped.') }, {}],
    ['interrupted', 'likely', { events: told('Multi-AZ instance failover completed.') }, {}],
    ['interrupted', 'likely', { events: told('DB instance restarted', 89 * minute) }, {}],
    ['storage-full', 'likely', { metrics: known({ freeStorage: [{ at: ago(hour), value: 0 }], load: [] }) }, {}],
    ['busy', 'possible', { metrics: known({ freeStorage: [], load: [{ at: ago(hour), value: 95 }] }) }, {}],
    ['unseen', 'possible', {}, {}],
    ['unseen', 'possible', { events: told('DB instance restarted', 91 * minute) }, {}],
    ['unseen', 'possible', { events: { known: false, error: { message: 'no' } as never } }, {}],
  ])('%s, %s', (code, likelihood, more, changes) => {
    const { causes, ruledOut } = diagnosed(more, changes);
    expect(causes).toMatchObject([{ code, likelihood, fix: expect.stringMatching(/\.$/) }]);
    expect(ruledOut.map(({ belief }) => belief)).toHaveLength(3);
  });

  it('carries who turned backups off', () => {
    const found = diagnosed({ events: told('Disabled automated backups') }, { backupRetentionDays: 0 });
    expect(found.causes[0]?.evidence).toMatchObject({ disabled: ago(20 * minute).toISOString() });
  });

  it('cannot be diagnosed without the instance', () => {
    expect(() => diagnosed({ instance: undefined })).toThrow(expect.objectContaining({ code: 'instance-not-found' }));
  });
});

it('over the wire: shipping that stopped is seen, with what CloudWatch measured', async () => {
  await using zephyr = await virtualZephyr({ logShippingInterval: '10d' });
  const dimensions = { DBInstanceIdentifier: 'zephyr-production-db' };
  zephyr.region.metrics.set({ name: 'FreeStorageSpace', dimensions, value: 1_000 });
  const found = await diagnose(zephyr.system, { symptom: 'logs-behind' });
  expect(found.causes[0]).toMatchObject({ code: 'storage-full', evidence: { freeStorageBytes: 1_000 } });
  expect(found.unknown).toEqual([]);
});
