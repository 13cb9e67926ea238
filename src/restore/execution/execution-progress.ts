import { BackupError } from '../../core/errors.js';
import type { JournalEntry } from '../../ports/journal.js';

/** What a step learned or made, JSON-safe: the journal keeps it for later steps and for a resumed run. */
export type StepFacts = Readonly<Record<string, unknown>>;

/** A finished step. */
export interface FinishedStep {
  readonly step: string;
  /** ISO instants. Of the first attempt and of the success. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly facts: StepFacts;
}

/** What a journal tells of an execution so far. */
export interface ExecutionProgress {
  /** When the first run began. */
  readonly startedAt: string | undefined;
  readonly begun: ReadonlyMap<string, string>;
  readonly finished: ReadonlyMap<string, FinishedStep>;
  /** Notes that unfinished steps left, by step: what they had already done or sent. */
  readonly notes: ReadonlyMap<string, StepFacts>;
}

/** Reads the state of an execution off its journal. Entries of kinds it does not know are passed over. */
export function readProgress(entries: readonly JournalEntry[]): ExecutionProgress {
  const begun = new Map<string, string>();
  const finished = new Map<string, FinishedStep>();
  const notes = new Map<string, StepFacts>();
  for (const { kind, step, at, details = {} } of entries) {
    if (step === undefined) continue;
    if (kind === 'step-begun' && !begun.has(step)) begun.set(step, at);
    if (kind === 'step-noted') notes.set(step, { ...notes.get(step), ...details });
    if (kind === 'step-finished')
      finished.set(step, { step, startedAt: begun.get(step) ?? at, finishedAt: at, facts: details });
  }
  return { startedAt: entries.find((entry) => entry.kind === 'run-begun')?.at, begun, finished, notes };
}

/** A text that a finished step has left. Errors: `journal-invalid` where it has not. */
export function factText(progress: ExecutionProgress, step: string, name: string): string {
  const value = progress.finished.get(step)?.facts[name];
  if (typeof value === 'string') return value;
  throw new BackupError({
    code: 'journal-invalid',
    message: `the journal does not say ${name} of step ${step}`,
    hint: 'Execute with the journal that the earlier runs of this plan wrote to.',
    details: { step, name },
  });
}
