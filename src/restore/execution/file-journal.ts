import { type FileHandle, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BackupError } from '../../core/errors.js';
import type { Journal, JournalEntry } from '../../ports/journal.js';
import { currentLease, journalBusy, type LeaseRecord } from './lease-log.js';

/** Written after a line that a crash cut short: only such a line may be unreadable. */
const tornMark = '{"torn":true}';

type Line = { readonly entry: JournalEntry } | LeaseRecord | { readonly torn: true };

/**
 * A journal in one file of JSON lines, made if absent, readable by its owner only. Every line is on the disk before `append`
 * settles; a line that a crash cut short is passed over. The lease is written into the same file, so that it also keeps
 * processes apart that share the file.
 *
 * @example
 * ```ts
 * const journal = createFileJournal('restore-2025-11-09.jsonl');
 * await planner.execute(plan, { approve: plan.hash, journal }); // run it again after a crash: it resumes
 * ```
 */
export function createFileJournal(path: string): Journal {
  const read = async (): Promise<readonly Line[]> => parseLines(await readText(path), path);
  return {
    read: async (planHash, call) => {
      call?.signal?.throwIfAborted();
      return (await read()).flatMap((line) =>
        'entry' in line && line.entry.planHash === planHash ? [line.entry] : [],
      );
    },
    append: async (entry, call) => {
      call?.signal?.throwIfAborted();
      await appendLine(path, { entry });
    },
    acquireLease: async ({ planHash, holder, now, until }, call) => {
      call?.signal?.throwIfAborted();
      // The order of lines in the file decides between two that write at once: see currentLease.
      await appendLine(path, {
        lease: 'acquire',
        planHash,
        holder,
        now: now.toISOString(),
        until: until.toISOString(),
      });
      const held = currentLease(leasesIn(await read()), planHash);
      if (held !== undefined && held.holder !== holder) throw journalBusy(planHash, held);
    },
    releaseLease: ({ planHash, holder }) => appendLine(path, { lease: 'release', planHash, holder }),
  };
}

function leasesIn(lines: readonly Line[]): readonly LeaseRecord[] {
  return lines.flatMap((line) => ('lease' in line ? [line] : []));
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw unusable(path, (error as Error).message, error);
  }
}

async function appendLine(path: string, line: Line): Promise<void> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'a+', 0o600);
    const { size } = await file.stat();
    const whole = size === 0 || (await endsWithNewline(file, size));
    // One write, so that lines of two processes do not mix.
    await file.appendFile(`${whole ? '' : `\n${tornMark}\n`}${JSON.stringify(line)}\n`);
    await file.sync();
    if (size === 0) await syncDirectory(dirname(path));
  } catch (error) {
    throw unusable(path, (error as Error).message, error);
  } finally {
    await file?.close();
  }
}

async function endsWithNewline(file: FileHandle, size: number): Promise<boolean> {
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] === 0x0a;
}

/** The name of a new file is in its directory: without this a crash of the machine could lose the whole journal. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function parseLines(text: string, path: string): readonly Line[] {
  const lines = text.split('\n');
  // What follows the last newline is a line cut short, or nothing.
  return lines.slice(0, -1).flatMap((line, index) => {
    try {
      return [parseLine(line)];
    } catch (error) {
      if (lines[index + 1] === tornMark) return [];
      throw unusable(path, `line ${index + 1} cannot be read`, error);
    }
  });
}

function parseLine(line: string): Line {
  const value: unknown = JSON.parse(line);
  if (value === null || typeof value !== 'object' || !('entry' in value || 'lease' in value || 'torn' in value)) {
    throw new SyntaxError('not a line of a journal');
  }
  return value as Line;
}

function unusable(path: string, problem: string, cause: unknown): BackupError {
  return new BackupError({
    code: 'journal-invalid',
    message: `the journal ${path} cannot be used: ${problem}`,
    hint: 'Name a file that can be written, or the undamaged journal of this plan. Do not start a second one for a plan that has begun.',
    details: { path },
    cause,
  });
}
