import { afterEach, beforeEach, expect, it } from 'vitest';
import { readEvidence } from '../../../src/evidence/read-evidence.js';
import { renderDrillReport } from '../../../src/integrity/report/render-report.js';
import type { Production } from '../../sweeps/production.js';
import { drillHome, givenHome, instancesLater, quarantine } from './rehearsal.js';

let home: Production;
beforeEach(async () => {
  home = await givenHome();
});
afterEach(async () => {
  await home?.[Symbol.asyncDispose]();
});

const policy = { ...quarantine, instanceClass: { preferred: ['db.m4.large', 'db.t4g.large', 'source'] } } as const;
const offered = { instanceClass: 'db.m4.large', reason: 'is not offered for postgres 15.18 in us-east-1' };

it('takes the first class that can be had, and the evidence says what it passed over', async () => {
  const report = await drillHome(home, { quarantine: policy });
  expect(report).toMatchObject({ verdict: 'passed', target: { size: 'db.t4g.large', passedOver: [offered] } });
  const [restore, ...others] = home.region.calls.list('RestoreDBInstanceFromDBSnapshot');
  expect(restore?.input).toMatchObject({ DBInstanceClass: 'db.t4g.large' });
  expect(others).toEqual([]);
  const kept = await readEvidence(home.system, report.key ?? '');
  expect(kept?.body).toMatchObject({ target: { passedOver: [offered] } });
  expect(renderDrillReport(report, { format: 'markdown' })).toContain('which is not offered for postgres 15.18');
  expect(await instancesLater(home)).toHaveLength(1);
});

it('takes the next where RDS has no capacity when the restore begins, and reckons its price', async () => {
  home.region.classes.exhaust('db.t4g.large');
  const { target, verdict, cost } = await drillHome(home, { quarantine: policy });
  expect({ target, verdict }).toMatchObject({
    verdict: 'passed',
    target: {
      size: 'db.t3.large',
      passedOver: [offered, { instanceClass: 'db.t4g.large', reason: 'was refused by RDS when the restore began' }],
    },
  });
  expect(cost.items[0]?.what).toContain('db.t3.large');
  expect(await instancesLater(home)).toHaveLength(1);
});

it('is refused before anything is made where none can be had', async () => {
  for (const name of ['db.t4g.large', 'db.t3.large']) home.region.classes.withdraw(name);
  await expect(drillHome(home, { quarantine: policy })).rejects.toMatchObject({
    code: 'invalid-input',
    field: 'quarantine.instanceClass',
    message: expect.stringMatching(/^quarantine.instanceClass cannot be had: db.m4.large is not offered/),
    details: { alternatives: expect.arrayContaining(['db.m6g.large']) },
  });
  await expect(drillHome(home)).rejects.toMatchObject({ code: 'instance-class-not-offered' });
  expect(home.region.calls.list('RestoreDBInstanceFromDBSnapshot')).toEqual([]);
});

it('finds that a class has run out, and leaves nothing', async () => {
  home.region.classes.exhaust('db.t3.large');
  const report = await drillHome(home);
  expect(report).toMatchObject({
    verdict: 'failed',
    error: { code: 'insufficient-capacity', hint: expect.stringContaining('db.t4g.large') },
    teardown: { leftovers: [] },
  });
  expect(await instancesLater(home)).toHaveLength(1);
});
