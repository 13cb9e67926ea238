import { deepFreeze } from '../../core/deep-freeze.js';
import type { Journal, JournalEntry } from '../../ports/journal.js';
import { currentLease, journalBusy, type LeaseRecord } from './lease-log.js';

/**
 * A journal that lives as long as the process: for tests and for rehearsals. An execution that has to survive the process
 * needs a {@link createFileJournal} or one in the archive.
 */
export function createMemoryJournal(): Journal {
  const entries: JournalEntry[] = [];
  const leases: LeaseRecord[] = [];
  return {
    read: async (planHash, call) => {
      call?.signal?.throwIfAborted();
      return entries.filter((entry) => entry.planHash === planHash);
    },
    append: async (entry, call) => {
      call?.signal?.throwIfAborted();
      entries.push(deepFreeze(JSON.parse(JSON.stringify(entry)) as JournalEntry));
    },
    acquireLease: async ({ planHash, holder, now, until }, call) => {
      call?.signal?.throwIfAborted();
      leases.push({ lease: 'acquire', planHash, holder, now: now.toISOString(), until: until.toISOString() });
      const held = currentLease(leases, planHash);
      if (held !== undefined && held.holder !== holder) throw journalBusy(planHash, held);
    },
    releaseLease: async ({ planHash, holder }) => {
      leases.push({ lease: 'release', planHash, holder });
    },
  };
}
