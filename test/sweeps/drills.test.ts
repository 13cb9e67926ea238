import { expect, it } from 'vitest';
import { severeTrouble } from './spoiler.js';
import { runClean, sweep } from './sweep.js';
import { drillWorkflow } from './workflows.js';

it('leaves nothing but its evidence whatever goes wrong at whichever request, and comes to its verdict', async () => {
  // At every other request the process is gone; at the others each trouble in turn. While clearing up, a request that hangs
  // is waited for in real time: hanging is for those before.
  const others = severeTrouble.filter((trouble) => trouble !== 'crash' && trouble !== 'hang');
  const report = await sweep(drillWorkflow, (call) => {
    if (call % 8 === 1 && call < 50) return ['hang'];
    return [call % 2 === 0 ? 'crash' : (others[(call >> 1) % others.length] ?? 'crash')];
  });
  expect(report.calls).toContain('RestoreDBInstanceFromDBSnapshot');
  expect(report.calls).toContain('DeleteDBInstance');
  expect(report.cases).toBe(report.calls.length);
}, 900_000);

it('changes nothing when it is asked for once more', async () => {
  const once = await runClean(drillWorkflow, 1);
  const twice = await runClean(drillWorkflow, 2);
  expect(twice.world).toEqual(once.world);
  expect(twice.result).toEqual(once.result);
  expect(once.result).toEqual({ verdict: 'passed', teardown: { outcome: 'removed', leftovers: [] }, made: 'instance' });
});
