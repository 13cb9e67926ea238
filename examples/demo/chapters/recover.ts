import {
  type CheckResult,
  createMemoryJournal,
  formatMilliseconds,
  type RestoreOutcome,
  RestorePlanner,
  renderPlan,
} from '@zephyr/backup';
import type { Narrator } from '../narrator.js';
import type { Production } from '../production.js';
import type { Incident } from './lose-votes.js';

/** How far back the newest vote may lie: the application votes many times a second. */
const writeIntervalMilliseconds = 2_000;

/** What the recovery came to, as the application sees it. */
export interface Recovery {
  readonly outcome: RestoreOutcome;
  /** From the incident until the application read its votes again: planning and checking included. */
  readonly recoveryTimeMilliseconds: number;
  readonly checks: readonly CheckResult[];
}

/** Plans a recovery to the second before the incident, shows it, executes it, and lets the application read again. */
export async function recover(
  { system, application, region }: Production,
  incident: Incident,
  narrator: Narrator,
  signal: AbortSignal,
): Promise<Recovery> {
  narrator.heading(`Recover to ${incident.restoreTime.toISOString()}`);
  await region.shipLogs();
  const planner = new RestorePlanner(system);
  const plan = await planner.planPointInTime(
    {
      restoreTime: incident.restoreTime,
      incidentAt: incident.at,
      target: 'zephyr-production-pitr',
      promote: 'rename',
      expectation: {
        fingerprint: incident.fingerprint,
        boundaries: [
          {
            table: 'public.votes',
            column: 'created_at',
            notAfter: incident.restoreTime.toISOString(),
            notBefore: new Date(incident.restoreTime.getTime() - writeIntervalMilliseconds).toISOString(),
          },
        ],
        consistency: ['foreign-keys', 'sequences', 'indexes', 'primary-keys'],
      },
    },
    { signal },
  );
  narrator.line(renderPlan(plan));

  const outcome = await planner.execute(plan, {
    approve: plan.hash,
    journal: createMemoryJournal(),
    writers: { stop: () => application.pause(), resume: async () => application.resume() },
    signal,
    onProgress: narrator.onProgress,
  });
  const votes = await application.countVotes();
  const recoveryTimeMilliseconds = system.clock.now().getTime() - incident.at.getTime();
  for (const phase of outcome.phases) narrator.line(`${phase.step}: ${formatMilliseconds(phase.milliseconds)}`);
  narrator.line(`the application reads ${votes} votes; the old instance is kept as ${outcome.previous?.identifier}`);

  const kept = application.acknowledged.filter((vote) => vote.at <= incident.restoreTime).length;
  return {
    outcome,
    recoveryTimeMilliseconds,
    checks: [
      ...(outcome.checks?.checks ?? []),
      {
        check: 'application reads its votes',
        verdict: outcome.status === 'completed' && votes >= 150_000 + kept ? 'passed' : 'failed',
        summary: `${votes} votes, ${incident.lostVotes} had been lost; ${kept} cast live before the incident are back`,
        evidence: { votes, lost: incident.lostVotes, kept },
      },
    ],
  };
}
