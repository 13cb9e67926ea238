import type { CheckReport, Verdict } from '../../src/core/check-result.js';
import { createVirtualClock, type VirtualClock } from '../../src/local/virtual-clock.js';
import type { Journal } from '../../src/ports/journal.js';
import type { SqlPort } from '../../src/ports/postgres.js';
import type { RdsPort } from '../../src/ports/rds.js';
import { type ExecuteOptions, executePlan } from '../../src/restore/execution/execute-plan.js';
import type { CheckDatabase } from '../../src/restore/execution/execution.js';
import { createMemoryJournal } from '../../src/restore/execution/memory-journal.js';
import type { RestoreOutcome } from '../../src/restore/execution/restore-outcome.js';
import { decidePointInTimePlan } from '../../src/restore/instance/decide-point-in-time-plan.js';
import { decideSnapshotPlan } from '../../src/restore/instance/decide-snapshot-plan.js';
import { checkPointInTimeRequest, type PointInTimeRequest } from '../../src/restore/instance/point-in-time-request.js';
import { gatherRestoreFacts } from '../../src/restore/instance/restore-facts.js';
import { gatherSnapshotRestoreFacts } from '../../src/restore/instance/snapshot-restore-facts.js';
import {
  checkSnapshotRestoreRequest,
  type SnapshotRestoreRequest,
} from '../../src/restore/instance/snapshot-restore-request.js';
import type { PointInTimePlan, RestorePlan, SnapshotRestorePlan } from '../../src/restore/plan/restore-plan.js';
import { defineSystem, type System } from '../../src/system/define-system.js';
import { createFakeRds, type FakeRds } from './fake-rds.js';
import type { FaultySwitch } from './faulty.js';

/** A system on a fake RDS and in virtual time, and what its application is doing. */
export interface Rehearsal {
  readonly clock: VirtualClock;
  readonly fake: FakeRds;
  readonly system: System;
  readonly journal: Journal;
  readonly application: { writing: boolean; stops: number; resumes: number; renamedWhileWriting: boolean };
  verdict: Verdict;
  plan(request?: Partial<PointInTimeRequest>): Promise<PointInTimePlan>;
  /** Of the latest automated snapshot, which has to be added first. */
  planSnapshot(request?: Partial<SnapshotRestoreRequest>): Promise<SnapshotRestorePlan>;
  execute(
    plan: RestorePlan,
    options?: Partial<ExecuteOptions> & { readonly through?: FaultySwitch },
  ): Promise<RestoreOutcome>;
}

export const bad = new Date('2025-11-09T14:25:00Z');

export function rehearse(): Rehearsal {
  const clock = createVirtualClock(new Date('2025-11-09T14:30:00Z'));
  const fake = createFakeRds(clock);
  fake.add({ identifier: 'prod', resourceId: 'db-PRODUCTION' });
  let drawn = 0;
  const random = (): number => {
    drawn += 1;
    return (drawn * 0.618_033_988_7) % 1;
  };
  const systemOn = (rds: RdsPort, sql: SqlPort): System =>
    defineSystem({
      aws: {
        region: 'us-east-1',
        rds,
        objectStore: () => {
          throw new Error('no store here');
        },
      },
      database: { instance: 'prod', name: 'zephyr', credentials: { user: 'u', password: 'p' } },
      postgres: { sql, tools: undefined as never },
      polling: { shortest: '20s', longest: '60s' },
      clock,
      random,
    });
  const system = systemOn(fake.port, fake.sql);
  const journal = createMemoryJournal();
  const application = { writing: true, stops: 0, resumes: 0, renamedWhileWriting: false };
  fake.onRename = () => {
    application.renamedWhileWriting ||= application.writing;
  };
  const writers = {
    stop: async () => {
      application.writing = false;
      application.stops += 1;
    },
    resume: async () => {
      application.writing = true;
      application.resumes += 1;
    },
  };
  const rehearsal: Rehearsal = {
    clock,
    fake,
    system,
    journal,
    application,
    verdict: 'passed',
    plan: async (request = {}) => {
      const checked = checkPointInTimeRequest(
        { restoreTime: bad, target: 'pitr', promote: 'rename', ...request },
        'prod',
      );
      const now = clock.now();
      const facts = await gatherRestoreFacts(system, checked, now, {});
      const { objectives } = system;
      return decidePointInTimePlan(
        facts,
        checked,
        { region: 'us-east-1', instance: 'prod', database: 'zephyr', objectives },
        now,
      );
    },
    planSnapshot: async (request = {}) => {
      const checked = checkSnapshotRestoreRequest(
        { snapshot: 'latest-automated', target: 'recovery', promote: 'rename', ...request },
        'prod',
        'us-east-1',
      );
      const now = clock.now();
      const facts = await gatherSnapshotRestoreFacts(system, checked, now, {});
      const { objectives } = system;
      return decideSnapshotPlan(
        facts,
        checked,
        { region: 'us-east-1', instance: 'prod', database: 'zephyr', objectives },
        now,
      );
    },
    execute: (plan, { through, ...options } = {}) => {
      const check: CheckDatabase = async (connect) => {
        const session = await connect();
        await session.close();
        return reportOf(rehearsal.verdict);
      };
      const wrap = <T extends object>(target: T): T => through?.wrap(target) ?? target;
      const on = through === undefined ? system : systemOn(wrap(fake.port), wrap(fake.sql));
      const own = { journal: wrap(journal), writers: wrap(writers), approve: plan.hash };
      return executePlan(on, plan, { ...own, ...options }, check);
    },
  };
  return rehearsal;
}

function reportOf(verdict: Verdict): CheckReport {
  const at = '2025-11-09T15:00:00.000Z';
  return {
    verdict,
    checks: [{ check: 'foreign-keys', verdict, summary: `it ${verdict}`, evidence: {} }],
    startedAt: at,
    finishedAt: at,
  };
}
