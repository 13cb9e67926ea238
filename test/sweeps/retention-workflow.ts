import { BackupClient } from '../../src/backup/backup-client.js';
import { BackupError } from '../../src/core/errors.js';
import { carryOutRetention } from '../../src/expiry/carry-out-retention.js';
import { decideRetention } from '../../src/expiry/decide-retention.js';
import { RetentionPolicy } from '../../src/retention/retention-policy.js';
import { type GivenBackups, givenBackups, whatIsThere } from '../expiry/given-backups.js';
import type { Workflow } from './attempt.js';

const keepOne = new RetentionPolicy({
  rules: [
    { kind: 'database-snapshot', origin: 'manual', keepLast: 1, maxExpiredShare: 1 },
    { kind: 'cache-snapshot', origin: 'manual', keepLast: 1, maxExpiredShare: 1 },
    { kind: 'dump', keepLast: 1, maxExpiredShare: 1 },
  ],
});

/** What a scheduler does: decides, carries out, and is not content while something could not be deleted. */
export const retentionWorkflow: Workflow<GivenBackups> = {
  name: 'carryOutRetention',
  // What may not be deleted keeps none of the others.
  requestsToClearUp: 10,
  prepare: (production) => givenBackups(production, 2),
  run: async (_production, { system }, signal) => {
    const decision = await decideRetention(system, keepOne, {}, { signal });
    const { expired } = await carryOutRetention(system, decision, { signal });
    for (const { id, fate } of expired) {
      if (fate.kind === 'failed') throw new BackupError({ ...fate, message: `${id}: ${fate.message}`, hint: 'again' });
    }
  },
  state: async (production) => {
    // A dump whose manifest is gone is none; what could not be deleted of it goes with the daily sweep.
    production.clock.advance(25 * 3_600_000);
    await new BackupClient(production.system).sweep();
    return (await whatIsThere(production)).length;
  },
};
