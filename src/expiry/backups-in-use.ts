import type { Backup } from '../core/backups.js';
import type { JournalEntry } from '../ports/journal.js';
import type { PortCall } from '../ports/port-call.js';
import { createArchiveJournal, listLeasedRuns } from '../restore/execution/archive-journal.js';
import type { System } from '../system/define-system.js';

/** How long a run that was killed may wait to be resumed, in milliseconds. */
const longestBreak = 7 * 86_400_000;

/**
 * Ids of the backups that must not go now: those that a copy is being made of (facts A14), and those that a restore or a drill with
 * its journal in the archive has begun to read and not let go of. A run that was killed keeps its backup for a week, for whoever
 * resumes it.
 */
export async function findBackupsInUse(
  system: System,
  backups: readonly Backup[],
  call: PortCall,
): Promise<ReadonlySet<string>> {
  const inUse = new Set(sourcesOfCopies(backups));
  if (system.archive === undefined) return inUse;
  const journal = createArchiveJournal(system);
  const since = new Date(system.clock.now().getTime() - longestBreak);
  for (const run of await listLeasedRuns(system, { since }, call)) {
    for (const entry of await journal.read(run, call)) {
      const backup = backupNamedBy(entry);
      if (backup !== undefined) inUse.add(backup);
    }
  }
  return inUse;
}

/** Snapshots that are being copied: deleting one may end the copy. */
function sourcesOfCopies(backups: readonly Backup[]): readonly string[] {
  const copied = new Set(
    backups.flatMap((backup) =>
      backup.kind === 'database-snapshot' && backup.status === 'in-progress' ? (backup.copyOf?.arn ?? []) : [],
    ),
  );
  return backups.flatMap((backup) => (backup.kind === 'database-snapshot' && copied.has(backup.arn) ? backup.id : []));
}

/** What a restore says when it begins, and a drill when it has chosen. */
function backupNamedBy({ kind, details }: JournalEntry): string | undefined {
  const { backup, decision } = details ?? {};
  if (kind === 'run-begun') return typeof backup === 'string' ? backup : undefined;
  const drilled = kind === 'drill-decided' ? (decision as { readonly backup?: { readonly id?: unknown } }) : undefined;
  return typeof drilled?.backup?.id === 'string' ? drilled.backup.id : undefined;
}
