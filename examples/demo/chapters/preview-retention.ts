import {
  type Backup,
  BackupClient,
  type CheckResult,
  type RetentionCandidate,
  RetentionPolicy,
  renderRetention,
  zephyrRetention,
} from '@zephyr/backup';
import type { Narrator } from '../narrator.js';
import { instance, type Production } from '../production.js';
import { check } from '../report.js';

const day = 86_400_000;

/** Shows what the policy would keep and what it would expire. Nothing is deleted. */
export async function previewRetention(
  { system }: Production,
  narrator: Narrator,
  signal: AbortSignal,
): Promise<readonly CheckResult[]> {
  narrator.heading('Retention, in preview: today’s backups and four months of made-up ones');
  const now = system.clock.now();
  const today: Backup[] = [];
  for await (const backup of new BackupClient(system).list({}, { signal })) today.push(backup);
  const backups = [...today, ...madeUpHistory(now)];
  const decision = new RetentionPolicy(zephyrRetention).evaluate(backups, { now });
  narrator.line(renderRetention(decision));
  const [kept, expired] = [decision.keep.length, decision.expire.length];
  const sound = kept + expired === backups.length && kept > 0 && expired > 0;
  return [check('retention preview', sound, `${backups.length} backups: keep ${kept}, expire ${expired}`)];
}

/** The local region is only minutes old. */
function madeUpHistory(now: Date): readonly RetentionCandidate[] {
  const ages = [3, 8, 15, 22, 29, 36, 43, 57, 71, 85, 99, 113];
  const kinds = [
    ['database-snapshot', 'automated', 'rds:made-up'],
    ['database-snapshot', 'manual', 'made-up-manual'],
    ['dump', 'manual', 'made-up.dump'],
  ] as const;
  return kinds.flatMap(([kind, origin, name]) =>
    ages.map((age) => ({
      kind,
      origin,
      id: `${name}-of-${age}-days-ago`,
      source: { instance },
      status: 'available',
      createdAt: new Date(now.getTime() - age * day),
    })),
  );
}
