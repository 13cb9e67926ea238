import { checkDatabase } from '../../checks/check-database.js';
import type { CheckResult } from '../../core/check-result.js';
import { overallVerdict } from '../../core/check-result.js';
import { type BackupError, isBackupError } from '../../core/errors.js';
import { pollUntil } from '../../core/poll.js';
import type { SqlSession } from '../../ports/postgres.js';
import type { CheckDatabase } from '../../restore/execution/execution.js';
import type { System } from '../../system/define-system.js';
import type { PhaseClock } from './drill-phases.js';
import { checkPhase } from './judge-drill.js';

/** A new endpoint's name may not resolve at once, and the server behind it may still be starting. */
const reachableWithinMilliseconds = 300_000;

/**
 * How a drill looks into what was restored, in the place of the plan's own check: it proves the way in first, with the passwords of
 * the backup's time (facts B20), then the server's version, then what was expected. Whatever cannot be found out is inconclusive
 * with its reason; only an abort and a deadline end it.
 */
export function checkRestored(
  system: System,
  phases: PhaseClock,
  expected: { readonly engineVersion: string | undefined },
): CheckDatabase {
  return async (connect, expectation, options) => {
    const startedAt = system.clock.now().toISOString();
    const wayIn = await phases.measure('prove-password', async () => {
      const found = await signIn(system, connect, options);
      if (!('session' in found)) return [found];
      const { serverVersion } = found.session;
      await found.session.close();
      return [signedIn(serverVersion), ...versionOf(serverVersion, expected.engineVersion)];
    });
    const open = wayIn[0]?.verdict === 'passed';
    const data = open
      ? await phases.measure(checkPhase, async () => {
          try {
            return (await checkDatabase(connect, expectation, options)).checks;
          } catch (error) {
            return [unchecked(error, options)];
          }
        })
      : [];
    const checks = [...wayIn, ...data];
    return { verdict: overallVerdict(checks), checks, startedAt, finishedAt: system.clock.now().toISOString() };
  };
}

async function signIn(
  system: System,
  connect: () => Promise<SqlSession>,
  options: Parameters<CheckDatabase>[2],
): Promise<{ readonly session: SqlSession } | CheckResult> {
  const { clock, polling, random } = system;
  const own = new Date(clock.now().getTime() + reachableWithinMilliseconds);
  const { deadline = own, signal } = options;
  let unreachable: BackupError | undefined;
  try {
    const session = await pollUntil<SqlSession | undefined>({
      what: 'the restored server to answer',
      observe: async () => {
        try {
          return await connect();
        } catch (error) {
          if (!isBackupError(error, 'database-unreachable')) throw error;
          unreachable = error;
          return undefined;
        }
      },
      judge: (found) => (found === undefined ? { state: 'pending', status: 'unreachable' } : { state: 'ready' }),
      deadline: deadline < own ? deadline : own,
      ...polling,
      clock,
      random,
      signal,
    });
    // Nothing that is not there is judged ready.
    return { session: session as SqlSession };
  } catch (error) {
    mustEnd(error, options);
    return refused(unreachable !== undefined && isBackupError(error, 'deadline-exceeded') ? unreachable : error);
  }
}

/** What ends the whole drill rather than one check. */
function mustEnd(error: unknown, { signal, deadline, clock }: Parameters<CheckDatabase>[2]): void {
  signal?.throwIfAborted();
  if (deadline !== undefined && clock.now() >= deadline) throw error;
  if (isBackupError(error, 'journal-busy') || isBackupError(error, 'invalid-input')) throw error;
}

function signedIn(serverVersion: number): CheckResult {
  const evidence = { serverVersion };
  return { check: 'password', verdict: 'passed', summary: 'the credentials open the restored database', evidence };
}

/** A wrong password and a missing database are found out; that nobody answers may be the way rather than the database. */
function refused(error: unknown): CheckResult {
  const known = isBackupError(error, 'authentication-failed') || isBackupError(error, 'database-missing');
  return {
    check: 'password',
    verdict: known ? 'failed' : 'inconclusive',
    summary: isBackupError(error, 'authentication-failed')
      ? `${error.message}: what was restored has the passwords of the backup's time`
      : `nobody could sign in: ${messageOf(error)}`,
    evidence: evidenceOf(error),
  };
}

function versionOf(serverVersion: number, engineVersion: string | undefined): readonly CheckResult[] {
  const restored = Math.floor(serverVersion / 10_000);
  const backedUp = Number.parseInt(engineVersion ?? '', 10);
  if (Number.isNaN(backedUp)) return [];
  const evidence = { restored, backedUp, serverVersion, engineVersion };
  if (restored === backedUp) {
    const summary = `the restored server is PostgreSQL ${restored}, as the backup's was`;
    return [{ check: 'server-version', verdict: 'passed', summary, evidence }];
  }
  const summary = `the restored server is PostgreSQL ${restored}, the backup's was ${backedUp}: what passes here may not there`;
  return [{ check: 'server-version', verdict: 'inconclusive', summary, evidence }];
}

function unchecked(error: unknown, options: Parameters<CheckDatabase>[2]): CheckResult {
  mustEnd(error, options);
  const summary = `the checks ended with an error: ${messageOf(error)}`;
  return { check: 'database', verdict: 'inconclusive', summary, evidence: evidenceOf(error) };
}

function evidenceOf(error: unknown): Readonly<Record<string, unknown>> {
  return isBackupError(error) ? { code: error.code, hint: error.hint } : {};
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
