import { databaseConnector } from '../../system/database-target.js';
import type { Execution, StepResult } from '../execution/execution.js';
import type { CheckCandidateStep } from '../plan/restore-step.js';

/** Checks the restored database. Only a pass lets the execution go on; anything else stops it, with the report. */
export async function checkCandidate(
  execution: Execution,
  step: CheckCandidateStep,
  endpoint: { readonly address: string; readonly port: number },
): Promise<StepResult> {
  const { system, call } = execution;
  const connect = await databaseConnector(system, { endpoint, database: step.database }, call);
  const report = await execution.checkDatabase(connect, step.expectation, {
    clock: system.clock,
    connectTo: (place, own) => databaseConnector(system, place, own),
    signal: call.signal,
    deadline: execution.until,
    onProgress: ({ subject, status, percent, bytes }) => execution.report(step, { subject, status, percent, bytes }),
  });
  const facts = { report };
  if (report.verdict === 'passed') return { status: 'finished', facts };
  const bad = report.checks
    .filter(({ verdict }) => verdict !== 'passed')
    .map(({ check, summary }) => `${check}: ${summary}`);
  return {
    status: 'stopped',
    reason: `the restored database did not pass its checks: ${bad.join('; ') || 'none was made'}`,
    facts,
  };
}
