import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BackupError } from '../../../src/core/errors.js';
import type { DatabaseInstance } from '../../../src/ports/database-instance.js';
import { decideDiagnosis } from '../../../src/readiness/diagnosis/decide-diagnosis.js';
import { diagnose } from '../../../src/readiness/diagnosis/diagnose.js';
import type { Diagnosis } from '../../../src/readiness/diagnosis/diagnosis.js';
import type { DiagnosisFacts } from '../../../src/readiness/diagnosis/diagnosis-facts.js';
import { renderDiagnosis } from '../../../src/readiness/diagnosis/render-diagnosis.js';
import { givenProduction, instanceName } from '../../sweeps/production.js';
import { ago, instance, known, minute, now } from '../facts.js';

/** Multi-AZ, available, and silent, unless said otherwise. */
function diagnosed(more: Partial<DiagnosisFacts> = {}, changes: Partial<DatabaseInstance> = {}): Diagnosis {
  const given: DiagnosisFacts = {
    region: 'us-east-1',
    identifier: instance.identifier,
    instance: { ...instance, multiAz: true, ...changes },
    production: known(instance),
    snapshots: known([]),
    namesakes: known([]),
    events: known([]),
    metrics: undefined,
    server: silent,
    ...more,
  };
  return decideDiagnosis(given, 'unreachable', now);
}

const failed = (code: BackupError['code']): DiagnosisFacts['server'] => ({
  known: false,
  error: new BackupError({ code, message: 'it is so', hint: 'Do this.' }),
});
const silent = failed('database-unreachable');
const answering = (startedAgo: number) =>
  known({ startedAt: String(ago(startedAgo).getTime() / 1_000), address: '10.0.0.1', port: 5432, recovering: false });
const told = (...messages: readonly (readonly [message: string, age: number])[]) =>
  known(messages.map(([message, age]) => ({ at: ago(age), source: instance.identifier, message, categories: [] })));

const started = ['Multi-AZ instance failover started.', 2 * minute] as const;
const completed = ['Multi-AZ instance failover completed', minute] as const;

describe('a database that nobody reaches', () => {
  it.each<[string, readonly string[], Partial<DiagnosisFacts>, Partial<DatabaseInstance>]>([
    ['is failing over', ['certain failing-over', 'likely cannot-connect'], { events: told(started) }, {}],
    [
      'is failing over by the status too',
      ['certain failing-over', 'certain restarting', 'possible cannot-connect'],
      { events: told(started) },
      { status: 'rebooting' },
    ],
    [
      'answers by the server of before, and may be failing over',
      ['certain answers', 'likely failing-over'],
      { events: told(started), server: answering(60 * minute) },
      {},
    ],
    [
      'answers by a server of after',
      ['certain answers', 'likely failed-over'],
      { events: told(started), server: answering(minute) },
      {},
    ],
    [
      'has failed over, and answers',
      ['certain failed-over', 'certain answers'],
      { events: told(started, completed), server: answering(minute) },
      {},
    ],
    [
      'has failed over by an event alone',
      ['certain failed-over', 'likely cannot-connect'],
      { events: told(completed) },
      {},
    ],
    [
      'was given up',
      ['likely failover-given-up', 'likely cannot-connect'],
      { events: told(['Abandoning user requested failover since a failover recently occurred', minute]) },
      {},
    ],
    [
      'was restarted',
      ['certain answers', 'likely restarted'],
      { events: told(['DB instance restarted', minute]), server: answering(0) },
      {},
    ],
    [
      'has nothing of what was hours ago',
      ['likely cannot-connect'],
      { events: told(['DB instance restarted', 61 * minute]) },
      {},
    ],
    ['is stopped', ['certain instance-not-available', 'possible cannot-connect'], {}, { status: 'stopped' }],
    ['is full', ['certain storage-full', 'possible cannot-connect'], {}, { status: 'storage-full' }],
    ['refuses the password', ['certain refuses'], { server: failed('authentication-failed') }, {}],
    ['has no standby', ['likely cannot-connect', 'possible no-standby'], {}, { multiAz: false }],
    ['has no address', ['certain restarting'], { server: undefined }, { status: 'creating', endpoint: undefined }],
    [
      'tells no time of its server',
      ['certain answers'],
      { server: known({ startedAt: 'x', address: null, port: null, recovering: true }) },
      {},
    ],
    [
      'has events that nobody may read',
      ['likely cannot-connect'],
      { events: { known: false, error: new BackupError({ code: 'access-denied', message: 'no', hint: 'None.' }) } },
      {},
    ],
  ])('%s', (_, expected, more, changes) => {
    const { causes, ruledOut } = diagnosed(more, changes);
    expect(causes.map(({ likelihood, code }) => `${likelihood} ${code}`)).toEqual(expected);
    for (const { fix } of causes) expect(fix).toMatch(/\.$/);
    expect(ruledOut).toHaveLength(2);
  });

  it('always has a cause while somebody was asked, and never is failing over without an event that says so', () => {
    const event = fc.record({
      at: fc.integer({ min: 0, max: 120 }).map((minutes) => ago(minutes * minute)),
      source: fc.constant('prod'),
      message: fc.constantFrom(started[0], completed[0], 'DB instance restarted', 'Finished DB Instance backup'),
      categories: fc.constant([]),
    });
    const status = fc.constantFrom('available', 'rebooting', 'stopped', 'backing-up');
    const server = fc.constantFrom(silent, answering(minute), failed('tls-failed'));
    fc.assert(
      fc.property(fc.array(event), status, server, (events, state, answer) => {
        const { causes } = diagnosed({ events: known(events), server: answer }, { status: state });
        expect(causes.length).toBeGreaterThan(0);
        const recently = events.filter(({ at }) => now.getTime() - at.getTime() <= 60 * minute);
        if (causes.some(({ code }) => code === 'failing-over')) {
          expect(recently.some(({ message }) => message === started[0])).toBe(true);
        }
        if (answer?.known === true) expect(causes.map(({ code }) => code)).toContain('answers');
      }),
    );
  });
});

it('over the wire: a failover is seen while it lasts and afterwards, with what it took', async () => {
  await using production = await givenProduction();
  const { system, aws, clock } = production;
  const codes = async () => {
    const found = await diagnose(system, { symptom: 'unreachable' });
    expect(found.unknown).toEqual([]);
    return { text: renderDiagnosis(found), codes: found.causes.map(({ code }) => code) };
  };
  expect((await codes()).codes).toEqual(['answers']);
  await aws.rds.failOver(instanceName);
  await clock.sleep(40_000);
  const during = await codes();
  // The status that RDS shows may still be the old one.
  expect(during.codes.filter((code) => code !== 'restarting')).toEqual(['failing-over', 'cannot-connect']);
  expect(during.text).toContain('it is failing over, for 40.0 s now');
  await clock.sleep(600_000);
  const after = await codes();
  expect(after.codes).toContain('failed-over');
  expect(after.text).toContain('and took 1 min 30 s');
});
