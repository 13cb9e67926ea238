import { clearingUpSignal } from '../../core/clock.js';
import { BackupError, isBackupError } from '../../core/errors.js';
import { inParallel } from '../../core/in-parallel.js';
import type { Journal, JournalEntry } from '../../ports/journal.js';
import type { ObjectStorePort } from '../../ports/object-store.js';
import type { PortCall } from '../../ports/port-call.js';
import { archiveStore } from '../../system/archive-store.js';
import type { System } from '../../system/define-system.js';
import { type HeldLease, journalBusy } from './lease-log.js';

/** Entries read at a time. */
const readers = 4;

/** How long a lease is tried to be given back, by the machine's own time; it ends by itself anyway. */
const releaseMilliseconds = 20_000;

/** Others who wrote between our look and our write, so often that it is no coincidence any more. */
const mostAttempts = 5;

/**
 * A journal in the system's archive, below `journals/`: it survives the machine, and keeps apart runs on different ones. Each
 * entry is an object of its own, and the lease is one, all written with conditional puts: whoever comes second is told so.
 *
 * Errors: `invalid-input` where the system has no archive; of its methods `journal-busy`, `journal-invalid` and the store's own.
 *
 * @example
 * ```ts
 * const journal = createArchiveJournal(zephyr);
 * await planner.execute(plan, { approve: plan.hash, journal }); // from another machine it resumes as well
 * ```
 */
export function createArchiveJournal(system: System): Journal {
  const { store, encryption } = archiveStore(system);
  const options = { contentType: 'application/json', encryption } as const;
  const next = new Map<string, number>();
  return {
    read: async (planHash, call) => {
      const keys = await listKeys(store, planHash, call);
      const last = keys.at(-1);
      next.set(planHash, last === undefined ? 1 : numberOf(last) + 1);
      return inParallel(readers, keys, call?.signal, async (key, signal) => {
        const found = await readObject<JournalEntry>(store, key, { signal });
        if (found !== undefined) return found.value;
        throw unreadable(store, key, 'it was deleted while it was read');
      });
    },
    append: async (entry, call) => {
      const { planHash } = entry;
      const body = JSON.stringify(entry);
      let number = next.get(planHash) ?? (await firstFree(store, planHash, call));
      // A number that another run has taken in the meantime stays its own.
      while (!(await putUnlessThere(store, entryKey(planHash, number), body, options, call))) number += 1;
      next.set(planHash, Math.max(number + 1, next.get(planHash) ?? 0));
    },
    acquireLease: async ({ planHash, holder, now, until }, call) => {
      const key = leaseKey(planHash);
      const body = JSON.stringify({ holder, until: until.toISOString() } satisfies HeldLease);
      for (let attempt = 1; ; attempt += 1) {
        const held = await readObject<HeldLease>(store, key, call);
        if (held !== undefined && held.value.holder !== holder && held.value.until > now.toISOString()) {
          throw journalBusy(planHash, held.value);
        }
        const onlyIf = held === undefined ? ({ absent: true } as const) : { etag: held.etag };
        try {
          await store.put(key, body, { ...options, onlyIf }, call);
          return;
        } catch (error) {
          // Somebody was faster, or a lease was given back: the next look tells who has it.
          if (!isConflict(error) || attempt >= mostAttempts) throw error;
        }
      }
    },
    releaseLease: async ({ planHash, holder }, given) => {
      // Also given back after an abort: it must come to an end by itself.
      const call = given ?? { signal: clearingUpSignal(releaseMilliseconds) };
      const key = leaseKey(planHash);
      const held = await readObject<HeldLease>(store, key, call);
      if (held?.value.holder !== holder) return;
      await store.delete({ key, etag: held.etag }, call).catch((error: unknown) => {
        // It expired, and another run has it now.
        if (!isConflict(error)) throw error;
      });
    },
  };
}

/**
 * The runs that have taken a lease at `since` or later and not given it back: they are going on, or were killed. By the hash of
 * their plan, or whatever else their journal is kept under.
 */
export async function listLeasedRuns(
  system: System,
  { since }: { readonly since: Date },
  call?: PortCall,
): Promise<readonly string[]> {
  const runs: string[] = [];
  for await (const { key, lastModified } of archiveStore(system).store.list({ prefix: 'journals/' }, call)) {
    const run = /^journals\/([^/]+)\/lease\.json$/.exec(key)?.[1];
    if (run !== undefined && lastModified >= since) runs.push(decodeURIComponent(run));
  }
  return runs;
}

function folder(planHash: string): string {
  return `journals/${encodeURIComponent(planHash)}`;
}

function leaseKey(planHash: string): string {
  return `${folder(planHash)}/lease.json`;
}

function entryKey(planHash: string, number: number): string {
  return `${folder(planHash)}/entries/${String(number).padStart(8, '0')}.json`;
}

function numberOf(key: string): number {
  return Number(/(\d+)\.json$/.exec(key)?.[1] ?? 0);
}

async function listKeys(
  store: ObjectStorePort,
  planHash: string,
  call: PortCall | undefined,
): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list({ prefix: `${folder(planHash)}/entries/` }, call)) keys.push(key);
  return keys;
}

async function firstFree(store: ObjectStorePort, planHash: string, call: PortCall | undefined): Promise<number> {
  const last = (await listKeys(store, planHash, call)).at(-1);
  return last === undefined ? 1 : numberOf(last) + 1;
}

async function putUnlessThere(
  store: ObjectStorePort,
  key: string,
  body: string,
  options: Parameters<ObjectStorePort['put']>[2],
  call: PortCall | undefined,
): Promise<boolean> {
  try {
    await store.put(key, body, { ...options, onlyIf: { absent: true } }, call);
    return true;
  } catch (error) {
    if (isBackupError(error, 'object-exists')) return false;
    throw error;
  }
}

function isConflict(error: unknown): boolean {
  return isBackupError(error, 'object-exists') || isBackupError(error, 'object-changed');
}

async function readObject<Value>(
  store: ObjectStorePort,
  key: string,
  call: PortCall | undefined,
): Promise<{ readonly value: Value; readonly etag: string } | undefined> {
  const found = await store.get(key, undefined, call).catch((error: unknown) => {
    if (isBackupError(error, 'object-not-found')) return undefined;
    throw error;
  });
  if (found === undefined) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of found.body) chunks.push(chunk as Uint8Array);
  try {
    return { value: JSON.parse(Buffer.concat(chunks).toString('utf8')) as Value, etag: found.description.etag };
  } catch (error) {
    throw unreadable(store, key, 'it is not JSON', error);
  }
}

function unreadable(store: ObjectStorePort, key: string, problem: string, cause?: unknown): BackupError {
  return new BackupError({
    code: 'journal-invalid',
    message: `the journal's object ${key} in ${store.location} cannot be read: ${problem}`,
    hint: 'Nobody but this library should write below journals/. Do not start a second journal for a plan that has begun.',
    details: { key, location: store.location },
    cause,
  });
}
