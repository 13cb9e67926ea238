import { describe, expect, it } from 'vitest';
import { everyTrouble, kindsOfTrouble, type Trouble } from './spoiler.js';
import { runClean, sweep } from './sweep.js';
import { cacheFailoverWorkflow, failoverWorkflow } from './workflows.js';

/** For a test that has dozens of worlds made, on a machine that others use too. */
const patience = 600_000;

/** Every trouble at the one change; at the looks before and after it one at each, in turn. */
function inTurn(call: number, operation: string): readonly Trouble[] {
  if (/^(?:RebootDBInstance|TestFailover)$/.test(operation)) return everyTrouble;
  // Evidence that cannot be written is told, and nothing else changes.
  if (operation === 'PutObject')
    return ['error-once', 'drop-request-once', 'drop-response-once', 'hang', 'abort', 'crash'];
  return [kindsOfTrouble[call % kindsOfTrouble.length] ?? 'crash'];
}

describe.each([
  { workflow: failoverWorkflow, change: 'RebootDBInstance' },
  { workflow: cacheFailoverWorkflow, change: 'TestFailover' },
])('$workflow.name', ({ workflow, change }) => {
  it(
    'happens once whatever goes wrong at whichever request',
    async () => {
      const { calls } = await sweep<never>(workflow as never, inTurn);
      expect(calls.filter((call) => call === change)).toEqual([change]);
    },
    patience,
  );

  it('changes nothing when it is executed once more', async () => {
    const [once, twice] = [await runClean<never>(workflow as never, 1), await runClean<never>(workflow as never, 2)];
    expect(twice).toEqual({ ...once, calls: once.calls });
  });
});
