import { describe, expect, it } from 'vitest';
import { isBackupError } from '../../src/core/errors.js';
import { createFaultySwitch, type FaultKind } from './faulty.js';
import { type Rehearsal, rehearse } from './rehearsal.js';

const final = {
  status: 'completed',
  production: 'promoted',
  previous: 'prod-old-20251109t1430z',
  instances: 2,
  writing: true,
  renamedWhileWriting: false,
  mutations: [
    'modify pitr configuration',
    'modify pitr {"newIdentifier":"prod"}',
    'modify prod {"newIdentifier":"prod-old-20251109t1430z"}',
    'reboot pitr',
    'restore pitr',
    'snapshot prod-manual-20251109-143000-promoted',
  ],
};

function stateOf(rehearsal: Rehearsal, status: string): unknown {
  const { fake, application } = rehearsal;
  const all = [...fake.held.values()].map(({ details }) => details);
  const production = all.find(({ identifier }) => identifier === 'prod');
  return {
    status,
    production: production?.resourceId.startsWith('db-RESTORED') ? 'promoted' : 'not promoted',
    previous: fake.instance('db-PRODUCTION').identifier,
    instances: all.length,
    writing: application.writing,
    renamedWhileWriting: application.renamedWhileWriting,
    mutations: fake.mutations.map((made) => made.replace(/\{"maintenanceWindow.*/, 'configuration')).sort(),
  };
}

/** One spoiled run, then clean ones until it is done. */
async function sweep(
  call: number,
  kind: FaultKind,
  retryable: boolean,
): Promise<{ state: unknown; runs: number; hit: boolean }> {
  const rehearsal = rehearse();
  const plan = await rehearsal.plan();
  const spoiled = createFaultySwitch({ call, kind, retryable });
  let runs = 1;
  let status = await rehearsal.execute(plan, { through: spoiled }).then(
    (outcome) => outcome.status as string,
    () => 'rejected',
  );
  while (status === 'rejected' && runs < 4) {
    runs += 1;
    status = await rehearsal.execute(plan).then(
      (outcome) => outcome.status as string,
      (error: unknown) => {
        // A process that is gone, or a journal that failed, gives no lease back: it has to end by itself.
        if (!isBackupError(error, 'journal-busy')) throw error;
        rehearsal.clock.advance(16 * 60_000);
        return 'rejected';
      },
    );
  }
  return { state: stateOf(rehearsal, status), runs, hit: spoiled.calls() >= call };
}

describe('a recovery that is spoiled at any one call', () => {
  it.each([
    ['fail', false],
    ['lose', false],
    ['crash', false],
    ['fail', true],
    ['lose', true],
  ] as const)('comes to the same end when executed again: %s, retryable %s', async (kind, retryable) => {
    let runsInOne = 0;
    let total = 0;
    for (let call = 1; ; call += 1) {
      const { state, runs, hit } = await sweep(call, kind, retryable);
      if (!hit) break;
      expect(state, `${kind} at call ${call}`).toEqual(final);
      total += 1;
      runsInOne += runs === 1 ? 1 : 0;
    }
    expect(total).toBeGreaterThan(100);
    // What passes by itself must mostly not even interrupt the run.
    if (retryable) expect(runsInOne / total).toBeGreaterThan(0.5);
  });
});
