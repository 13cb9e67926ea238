import {
  type Backup,
  BackupClient,
  type CheckResult,
  RetentionPolicy,
  renderRetention,
  zephyrRetention,
} from '@zephyr/backup';
import type { Narrator } from '../narrator.js';
import type { Production } from '../production.js';

const day = 86_400_000;

/** Shows what the policy would keep and what it would expire. Nothing is deleted. */
export async function previewRetention(
  { system }: Production,
  narrator: Narrator,
  signal: AbortSignal,
): Promise<readonly CheckResult[]> {
  narrator.heading('Retention, in preview: today’s backups and three months of made-up ones');
  const now = system.clock.now();
  const today: Backup[] = [];
  for await (const backup of new BackupClient(system).list({}, { signal })) today.push(backup);
  const backups = [...today, ...pastBackups(today, now)];
  const decision = new RetentionPolicy(zephyrRetention).evaluate(backups, { now });
  narrator.line(renderRetention(decision));
  const complete = decision.keep.length + decision.expire.length === backups.length;
  return [
    {
      check: 'retention preview',
      verdict: complete && decision.expire.length > 0 && decision.keep.length > 0 ? 'passed' : 'failed',
      summary: `${backups.length} backups: keep ${decision.keep.length}, expire ${decision.expire.length}`,
      evidence: { keep: decision.keep.length, expire: decision.expire.length },
    },
  ];
}

/** One backup of each kind and origin of today, moved into the past: the local region is only minutes old. */
function pastBackups(today: readonly Backup[], now: Date): readonly Backup[] {
  const kinds = new Map(today.map((backup) => [`${backup.kind} ${backup.origin}`, backup]));
  const ages = [3, 8, 15, 22, 29, 36, 43, 57, 71, 85, 99, 113];
  return [...kinds.values()].flatMap((backup) =>
    ages.map((age) => {
      const createdAt = new Date(now.getTime() - age * day);
      return { ...backup, id: `${backup.id}-${age}-days-ago`, createdAt, dataTime: createdAt };
    }),
  );
}
