import { type DatabaseFingerprint, formatMilliseconds, IntegrityChecker } from '@zephyr/backup';
import type { Narrator } from '../narrator.js';
import type { Production } from '../production.js';

/** What is known of the incident afterwards. */
export interface Incident {
  /** When the bad statement committed, by the server's clock. */
  readonly at: Date;
  /** The last whole second before it: what to recover to (facts B10). */
  readonly restoreTime: Date;
  readonly lostVotes: number;
  /** Everything up to shortly before the incident, as it was then. */
  readonly fingerprint: DatabaseFingerprint;
}

/** The application votes on; somebody forgets a `WHERE`. */
export async function loseVotes(production: Production, narrator: Narrator, signal: AbortSignal): Promise<Incident> {
  narrator.heading('Votes are lost');
  const { system, application } = production;
  const { clock } = system;
  await clock.sleep(1_500, { signal });
  // Rows up to here do not change any more, so their fingerprint must come back exactly.
  const notAfter = new Date(clock.now().getTime() - 500).toISOString();
  const checker = new IntegrityChecker(system);
  const fingerprint = await checker.fingerprint({ slice: { column: 'created_at', notAfter } }, { signal });
  // A commit in the same second as the damage would be lost with it: leave one between.
  await clock.sleep(1_200, { signal });

  const before = await application.countVotes();
  const client = await production.connect();
  try {
    await client.query("DELETE FROM votes WHERE created_at > now() - interval '6 hours' OR poll_id % 3 = 0");
    const { rows } = await client.query<{ at: Date }>(
      "SELECT max(created_at) AS at FROM audit_logs WHERE action = 'votes.delete'",
    );
    const at = rows[0]?.at;
    if (at === undefined) throw new Error('the audit log does not show the deletion');
    const lostVotes = before - (await application.countVotes());
    narrator.line(
      `at ${at.toISOString()} a bad DELETE removed ${lostVotes} of ${before} votes; the audit log has the instant`,
    );
    narrator.line(`the application goes on voting for ${formatMilliseconds(1_000)} until somebody notices`);
    await clock.sleep(1_000, { signal });
    return { at, restoreTime: new Date(Math.floor((at.getTime() - 1) / 1_000) * 1_000), lostVotes, fingerprint };
  } finally {
    await client.end();
  }
}
